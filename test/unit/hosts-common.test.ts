import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cspFor } from '#hosts/common/csp.ts'
import { dataFolder, ensurePrivateFolder } from '#hosts/common/data-folder.ts'
import { FileLog } from '#hosts/common/log.ts'
import { PageFiles } from '#hosts/common/page-files.ts'
import { filePreferences } from '#hosts/common/preferences.ts'
import { redact } from '#hosts/common/redaction.ts'
import { openWholeFile } from '#hosts/common/whole-file.ts'
import { canOpenBrowser } from '#hosts/web/open-browser.ts'
import { AppError } from '#shared/contract/errors.ts'
import { defaultPreferences } from '#shared/model/app.ts'
import { memoryLog } from '#test/support/host.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-common-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the data folder', () => {
  test.each([
    ['linux', {}, '/home/ada/.local/share/plumbline'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/plumbline'],
    ['linux', { XDG_DATA_HOME: 'data' }, '/home/ada/.local/share/plumbline'],
    ['linux', { XDG_DATA_HOME: '' }, '/home/ada/.local/share/plumbline'],
    ['freebsd', {}, '/home/ada/.local/share/plumbline'],
    ['darwin', { XDG_DATA_HOME: '/data' }, '/home/ada/Library/Application Support/plumbline'],
    ['linux', { PLUMBLINE_DATA: '/own' }, '/own'],
    ['linux', { PLUMBLINE_DATA: 'own place' }, '/work here/own place'],
    ['linux', { PLUMBLINE_DATA: '', PLUMBLINE_DEVELOPMENT: '1' }, '/home/ada/.local/share/plumbline-dev'],
  ] as const)('on %s with %j is %s', (platform, environment, expected) => {
    expect(dataFolder(platform, environment, '/home/ada', '/work here')).toBe(expected)
  })

  test.each([
    [{}, 'C:\\Users\\Ada\\AppData\\Local\\plumbline'],
    [{ LOCALAPPDATA: 'D:\\Local' }, 'D:\\Local\\plumbline'],
    [{ PLUMBLINE_DATA: 'E:\\own' }, 'E:\\own'],
  ])('on win32 with %j is %s', (environment, expected) => {
    expect(dataFolder('win32', environment, 'C:\\Users\\Ada', 'C:\\')).toBe(expected)
  })

  test.skipIf(process.platform === 'win32')('is made for its owner only, and closed to others where it was open', () => {
    const made = join(folder, 'a b', 'ü')
    ensurePrivateFolder(made)
    expect(statSync(made).mode & 0o777).toBe(0o700)
    const open = mkdtempSync(join(folder, 'open-'))
    chmodSync(open, 0o755)
    ensurePrivateFolder(open)
    expect(statSync(open).mode & 0o777).toBe(0o700)
  })
})

describe('the policy of the page', () => {
  test('allows what the page needs and nothing else', () => {
    const policy = cspFor({ nonce: 'abc', origin: 'http://127.0.0.1:1234' })
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'nonce-abc'",
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self' ws://127.0.0.1:1234",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types default',
    ])
    expect(cspFor({ nonce: 'abc', origin: 'plumbline://main' })).toContain("; connect-src 'self'; ")
  })

  test('the page gets the nonce wherever it asks for it', async () => {
    writeFileSync(join(folder, 'index.html'), '<meta nonce="__NONCE__"><style nonce="__NONCE__"></style>')
    const { body, contentType } = await new PageFiles(folder).page('n1')
    expect(new TextDecoder().decode(body)).toBe('<meta nonce="n1"><style nonce="n1"></style>')
    expect(contentType).toBe('text/html; charset=utf-8')
  })

  test('a page that is not built says so', () => {
    expect(() => new PageFiles(folder)).toThrow('The page is not built yet')
  })
})

describe('the log', () => {
  const read = (log: FileLog): Record<string, unknown>[] =>
    readFileSync(log.file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)

  test('writes a line of JSON an event, for its owner only', () => {
    const log = new FileLog(folder, { now: () => new Date(0) })
    log.info('started', { port: 5 })
    log.warn('slow')
    expect(read(log)).toEqual([
      { at: '1970-01-01T00:00:00.000Z', level: 'info', event: 'started', port: 5 },
      { at: '1970-01-01T00:00:00.000Z', level: 'warn', event: 'slow' },
    ])
    if (process.platform !== 'win32') expect(statSync(log.file).mode & 0o777).toBe(0o600)
  })

  test('keeps the name and code of a foreign error, and not what it says', () => {
    const log = new FileLog(folder)
    const foreign = Object.assign(new Error('Key (email)=(ada@example.org) already exists'), { code: '23505' })
    const id = log.error('call-failed', new AppError('UNAVAILABLE', 'Ours.', { cause: 'x' }, { cause: foreign }), { call: 'a.b' })
    const [entry] = read(log)
    expect(entry).toMatchObject({
      id,
      error: { name: 'AppError', message: 'Ours.', cause: { name: 'Error', code: '23505', message: null } },
    })
    expect(readFileSync(log.file, 'utf8')).not.toContain('ada@example.org')
    expect(JSON.stringify(entry)).toContain('hosts-common.test.ts')
  })

  test('is two files of bounded size', () => {
    const log = new FileLog(folder, { maxBytes: 1_000 })
    for (let count = 0; count < 200; count += 1) log.info('event', { count })
    const older = log.file.replace('.jsonl', '.1.jsonl')
    expect(statSync(log.file).size).toBeLessThanOrEqual(1_000)
    expect(statSync(older).size).toBeLessThanOrEqual(1_000)
    expect(read(log).at(-1)).toMatchObject({ count: 199 })
  })

  test('a disk that cannot be written does not stop the program', () => {
    const log = new FileLog(folder)
    rmSync(folder, { recursive: true })
    expect(() => log.info('event')).not.toThrow()
  })

  test.each([
    ['postgres://ada:s3cret@db/x', 'postgres://ada:[redacted]@db/x'],
    ['postgres://ada:a:b/c@db/x?password=s3cret&a=1', 'password=[redacted]'],
    ["password='it''s s3cret' host=db", 'password=[redacted] host=db'],
    ["CREATE ROLE x PASSWORD 's3cret'", 'CREATE ROLE x PASSWORD [redacted]'],
    ['{"password": "s3cret"}', '{"password": [redacted]}'],
    ['SCRAM-SHA-256$4096:s3cret==$a:b', '[redacted]'],
    [`md5${'0123456789abcdef'.repeat(2)}`, '[redacted]'],
    ['http://127.0.0.1:1/#k=s3cret-abc', 'http://127.0.0.1:1/#k=[redacted]'],
    ['Authorization: Bearer s3cret-s3cret-s3cret', 'Authorization: Bearer [redacted]'],
  ])('as a second net, %j loses its secret', (text, expected) => {
    expect(redact(text)).toContain(expected)
    expect(redact(text)).not.toContain('s3cret')
  })

  test('a secret that a line is too short for is none in it: what is cut was without secrets before', () => {
    const log = new FileLog(folder)
    const longest = 'p'.repeat(1_024)
    for (let before = 400; before < 520; before += 7)
      log.info('event', { text: `${'x '.repeat(before / 2)}postgres://ada:s3cret${longest}@db/x` })
    log.error('failed', new TypeError(`${'x '.repeat(245)}postgres://ada:s3cret${longest}@db/x`))
    const text = readFileSync(log.file, 'utf8')
    expect(text).toContain('[redacted]')
    expect(text).not.toMatch(/s3c|ppp/)
    for (const entry of read(log)) expect(String(entry.text ?? '').length).toBeLessThanOrEqual(500)
  })

  test('words that only look alike stay', () => {
    const text = 'The password of shop is needed. keyboard: us, monkey=5'
    expect(redact(text)).toBe(text)
  })
})

describe('preferences', () => {
  test('are kept, and what does not fit takes its default', async () => {
    const { log } = memoryLog()
    const preferences = filePreferences(folder, log)
    expect(await preferences.read()).toEqual(defaultPreferences)
    await preferences.write({ colorScheme: 'dark', paneSizes: { query: [30, 70] } })
    expect(await filePreferences(folder, log).read()).toEqual({
      ...defaultPreferences,
      colorScheme: 'dark',
      paneSizes: { query: [30, 70] },
    })
    writeFileSync(join(folder, 'preferences.json'), JSON.stringify({ preferences: { colorScheme: 'pink', railCollapsed: true } }))
    expect(await filePreferences(folder, log).read()).toEqual({ ...defaultPreferences, railCollapsed: true })
  })

  test('a damaged file is moved aside and said, not emptied', async () => {
    const { log, lines } = memoryLog()
    writeFileSync(join(folder, 'preferences.json'), '{ "preferences": {')
    expect(await filePreferences(folder, log).read()).toEqual(defaultPreferences)
    expect(lines.join()).toContain('preferences-damaged')
    const [aside] = readdirSync(folder).filter((name) => name.startsWith('preferences.json.damaged-'))
    expect(readFileSync(join(folder, aside ?? ''), 'utf8')).toBe('{ "preferences": {')
  })
})

test.each([
  ['linux', {}, false],
  ['linux', { DISPLAY: ':0' }, true],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
  ['linux', { DISPLAY: ':0', CI: 'true' }, false],
  ['linux', { DISPLAY: 'localhost:10.0', SSH_CONNECTION: '1' }, false],
  ['darwin', {}, true],
  ['darwin', { SSH_CONNECTION: '1' }, false],
  ['win32', {}, true],
] as const)('on %s with %j a browser is opened: %s', (platform, environment, expected) => {
  expect(canOpenBrowser(platform, environment)).toBe(expected)
})

describe('a file that is whole or not at all', () => {
  test('takes the place of what was there only when all of it is written, and is for its owner', async () => {
    const path = join(folder, 'rows.csv')
    writeFileSync(path, 'before')
    const file = await openWholeFile(path)
    await file.write(Buffer.from('one,'))
    expect(readFileSync(path, 'utf8')).toBe('before')
    await file.write(Buffer.from('two'))
    await file.finish()
    expect(readFileSync(path, 'utf8')).toBe('one,two')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    await file.discard()
    expect(readdirSync(folder)).toEqual(['rows.csv'])
  })

  test('leaves nothing, and what was there before, when it is given up in the middle of a write', async () => {
    const path = join(folder, 'rows.csv')
    writeFileSync(path, 'before')
    const file = await openWholeFile(path)
    const writing = file.write(Buffer.alloc(4_000_000))
    await file.discard()
    await writing
    await expect(file.write(Buffer.from('more'))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['rows.csv'], 'before'])
  })

  test('says why it cannot be written, and leaves no part of itself', async () => {
    await expect(openWholeFile(join(folder, 'gone', 'rows.csv'))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'The file cannot be written: its folder is not there any more. Nothing was saved.',
    })
    const file = await openWholeFile(folder)
    await expect(file.finish()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await file.discard()
    expect(readdirSync(folder)).toEqual([])
  })
})
