import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCommand } from '#hosts/cli/command.ts'
import { type Client, openClient } from '#hosts/cli/contract-client.ts'
import { findAsset } from '#hosts/cli/find-asset.ts'
import { jsonText, printable, table } from '#hosts/cli/text.ts'
import { filePreferences } from '#hosts/common/preferences.ts'
import { type Application, compose } from '#services/compose.ts'
import type { Run } from '#shared/model/run.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { memoryLog } from '#test/support/host.ts'
import { filesIn } from './assets-support.ts'

const main = fileURLToPath(new URL('../../electron/hosts/cli/main.ts', import.meta.url))
const HOSTILE = 'bad\u001b[2Jname'

let folder: string
let database: TestDatabase
let window: Application
let client: Client
let passwordFile: string

// The window stays open for all of these: the command line works beside it.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-cli-'))
  database = await createDatabase({
    sql: `
      CREATE TABLE people (id integer PRIMARY KEY, email text);
      INSERT INTO people VALUES (1, 'ada@example.org'), (2, NULL);
      CREATE TABLE cities (id integer PRIMARY KEY, name text NOT NULL);
      INSERT INTO cities VALUES (1, 'Turin');
      CREATE TABLE "${HOSTILE}" (id integer);
      CREATE SCHEMA other;
      CREATE TABLE other.cities (id integer);`,
  })
  const { log } = memoryLog()
  window = await compose({
    host: 'web',
    version: '0',
    dataFolder: folder,
    log,
    preferences: filePreferences(folder, log),
    files: filesIn(folder),
    modulesFolder: join(folder, 'none'),
  })
  client = openClient(window).client
  const source = await client.dataSources.create({
    name: 'shop',
    connectionString: database.connectionString,
    sslmode: null,
    plaintextConsent: false,
    savePassword: false,
    environment: 'none',
  })
  const { added, failed } = await client.assets.add({
    taskId: crypto.randomUUID(),
    dataSourceId: source.id,
    relations: [
      { schema: 'public', name: 'people' },
      { schema: 'public', name: 'cities' },
      { schema: 'public', name: HOSTILE },
      { schema: 'other', name: 'cities' },
    ],
    generate: ['column-changes'],
  })
  expect(failed).toEqual([])
  const people = added.find(({ name }) => name === 'people')
  await client.expectations.create({
    assetId: people?.assetId ?? '',
    input: {
      type: 'expect_column_values_to_not_be_null',
      kwargs: { column: 'email' },
      severity: 'critical',
      description: null,
      notes: null,
    },
  })
  passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, `${database.password}\n`, { mode: 0o600 })
})
afterAll(async () => {
  await window.dispose()
  await database.dispose()
  rmSync(folder, { recursive: true, force: true })
})

describe('plumbline connection explain', () => {
  test.each([
    [
      'postgresql+psycopg2://u:SECRET@h/d?options=-csearch_path%3Dsales',
      0,
      { host: 'h', port: 5432, user: 'u', database: 'd', schema: 'sales', sslmode: null, password: true },
    ],
    [
      'host=h dbname=d user=u sslmode=require',
      0,
      { host: 'h', port: 5432, user: 'u', database: 'd', schema: null, sslmode: 'require', password: false },
    ],
    ['postgresql://u:SECRET@h:x/d', 2, { error: 'The port must be a number from 1 to 65535.' }],
  ])('%s', async (text, expected, explanation) => {
    const { status, out, err } = await plumbline(['connection', 'explain', '--json', '-'], { input: text })
    expect([status, JSON.parse(out), err]).toEqual([expected, explanation, ''])
  })

  test('takes no connection string as an argument, where others could read it', async () => {
    const { status, err } = await plumbline(['connection', 'explain', 'postgresql://u:SECRET@h/d'])
    expect([status, err]).toEqual([2, expect.stringContaining('on standard input')])
    expect(err).not.toContain('SECRET')
  })
})

describe('a program that could not run', () => {
  test('exits 2 and never 1, which says that data failed: nobody reads what it prints', async () => {
    const child = spawn(process.execPath, [main, 'list'], {
      env: { ...process.env, PLUMBLINE_DATA: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout?.destroy()
    let err = ''
    child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()))
    const status = await new Promise((resolve) => child.once('close', resolve))
    expect([status, err]).toEqual([2, ''])
  })

  test('refuses an option that its command does not heed', async () => {
    const { status, err } = await plumbline(['plan', 'people', '--verify'])
    expect([status, err]).toEqual([2, '"plan" takes no --verify.\n'])
  })
})

describe('plumbline validate, beside an open window', () => {
  test('exits 0 when everything passed, and the window sees the run', async () => {
    const { status, out } = await plumbline(['validate', 'public.cities'], { password: 'file' })
    expect(out).toMatch(/shop\/.*cities.*: passed/)
    expect(status).toBe(0)
    const runs = await client.validations.list({ assetId: null, limit: 10 })
    expect(runs[0]).toMatchObject({ host: 'cli', state: 'done', verdict: 'passed' })
  })

  test('exits 1 when something failed, and says what', async () => {
    const { status, out } = await plumbline(['validate', 'shop/people'], { password: 'file' })
    expect(status).toBe(1)
    expect(out).toMatch(/failed\s+critical\s+1\s+.*email/)
  })

  test("with --gx prints the result in GX's own form", async () => {
    const { status, out } = await plumbline(['validate', 'people', '--gx', 'summary'], { password: 'file' })
    expect(status).toBe(1)
    const { success, statistics, results } = JSON.parse(out)
    expect([success, statistics.evaluated_expectations, statistics.unsuccessful_expectations]).toEqual([false, 2, 1])
    expect(results.map(({ expectation_config }: { expectation_config: { type: string } }) => expectation_config.type)).toContain(
      'expect_column_values_to_not_be_null',
    )
    const refused = await plumbline(['validate', 'people', '--gx', 'PRETTY'], { password: 'file' })
    expect([refused.status, refused.err]).toEqual([2, expect.stringContaining('BOOLEAN_ONLY, BASIC, SUMMARY, COMPLETE')])
  })

  test('says beforehand what it would send, and runs nothing for it', async () => {
    const before = (await client.validations.list({ assetId: null, limit: 100 })).length
    const { status, out } = await plumbline(['plan', 'people'], { password: 'file' })
    expect(status).toBe(0)
    expect(out).toMatch(/^scan +1 +Values of email are not null$/m)
    expect(out).toMatch(/shop\/people: 1 scan, \d+ (B|kB) to read/)
    const { out: json } = await plumbline(['plan', 'people', '--json'], { password: 'file' })
    expect(JSON.parse(json)).toMatchObject({ steps: [{ kind: 'scan' }], needsConsent: false })
    expect((await client.validations.list({ assetId: null, limit: 100 })).length).toBe(before)
  })

  test('with --json prints the run and nothing else', async () => {
    const { status, out, err } = await plumbline(['validate', 'people', '--json'], { password: 'file' })
    expect(status).toBe(1)
    expect(err).toBe('')
    const run = JSON.parse(out) as Run
    expect(run.summary.verdict).toBe('failed')
    expect(run.results.map(({ outcome }) => outcome).sort()).toEqual(['failed', 'passed'])
  })

  test('takes the password from a descriptor as well', async () => {
    expect((await plumbline(['validate', 'people', '--password-fd', '3'], { password: 'descriptor' })).status).toBe(1)
  })

  test('exits 2 without the password, and says how to give it', async () => {
    const { status, out, err } = await plumbline(['validate', 'people'])
    expect(status).toBe(2)
    expect(out).toBe('')
    expect(err).toContain('--password-fd N')
    expect(err).toContain('PLUMBLINE_PASSWORD_FILE')
  })

  test('exits 2 with a wrong password, and forgets nothing that is kept', async () => {
    writeFileSync(join(folder, 'wrong'), 'wrong')
    const { status, err, out } = await plumbline(['validate', 'people'], {
      environment: { PLUMBLINE_PASSWORD_FILE: join(folder, 'wrong') },
    })
    expect(status).toBe(2)
    expect(out + err).toMatch(/password/i)
    expect((await client.dataSources.list({}))[0]?.passwordState).toBe('in-memory')
  })

  test.each([
    [['validate', 'nobody'], 'There is no data asset "nobody"'],
    [['validate'], 'Which data asset?'],
    [['validate', 'a', 'b'], 'one word too many'],
    [['frob'], 'There is no command "frob"'],
    [['list', '--frob'], "Unknown option '--frob'"],
    [['validate', 'people', '--password-fd', 'x'], 'file descriptor'],
    [['validate', 'people', '--password-fd', '77'], 'cannot be read'],
  ])('%j exits 2 with a sentence', async (given, sentence) => {
    const { status, err, out } = await plumbline(given)
    expect([status, out]).toEqual([2, ''])
    expect(err).toContain(sentence)
    expect(err).not.toMatch(/^\s+at /m)
  })

  test('a name that two data sources have is asked about, and the answer is understood', async () => {
    const [asset] = await client.assets.list({})
    if (asset === undefined) throw new Error('No assets.')
    const both = [asset, { ...asset, id: crypto.randomUUID(), dataSourceName: 'copy of shop' }]
    const full = `copy of shop/${asset.schema}.${asset.relation}`
    expect(() => findAsset(both, asset.name)).toThrow(`"${asset.name}" means 2 data assets`)
    expect(() => findAsset(both, asset.name)).toThrow(full)
    expect(findAsset(both, full)).toBe(both[1])
    expect(findAsset(both, `copy of shop/${asset.name}`)).toBe(both[1])
  })

  test('there is no option that takes the password itself', () => {
    expect(() => readCommand(['validate', 'x', '--password', 'y'])).toThrow('--password')
  })
})

describe('plumbline beside a vault', () => {
  const PASSPHRASE = 'four words, and none said'
  let passphraseFile: string

  beforeAll(async () => {
    passphraseFile = join(folder, 'passphrase')
    writeFileSync(passphraseFile, `${PASSPHRASE}\n`, { mode: 0o600 })
    await client.app.vault.create({ passphrase: PASSPHRASE })
    const [source] = await client.dataSources.list({})
    expect(await client.dataSources.secrets.move({ to: 'vault', id: source?.id ?? '' })).toEqual({ moved: 1, left: [], notReached: 0 })
    expect(await client.dataSources.list({})).toMatchObject([{ passwordState: 'in-vault' }])
  })

  test('exits 2 without the passphrase, and says how to give it', async () => {
    const { status, out, err } = await plumbline(['validate', 'people'])
    expect([status, out]).toEqual([2, ''])
    expect(err).toContain('--passphrase-fd N')
    expect(err).toContain('PLUMBLINE_PASSPHRASE_FILE')
    expect((await plumbline(['validate', 'people'], { password: 'file' })).status).toBe(1)
  })

  test('takes it from a file or a descriptor, and leaves the window as it was', async () => {
    await client.app.vault.lock({})
    const fromFile = await plumbline(['validate', 'public.cities'], { environment: { PLUMBLINE_PASSPHRASE_FILE: passphraseFile } })
    expect([fromFile.status, fromFile.err]).toEqual([0, ''])
    const fromDescriptor = await plumbline(['validate', 'public.cities', '--passphrase-fd', '3'], {
      password: 'descriptor',
      secret: PASSPHRASE,
    })
    expect([fromDescriptor.status, fromDescriptor.err]).toEqual([0, ''])
    expect(await client.dataSources.list({})).toMatchObject([{ passwordState: 'vault-locked' }])
  })

  test('exits 2 with another passphrase', async () => {
    const { status, out, err } = await plumbline(['validate', 'people', '--passphrase-fd', '3'], {
      password: 'descriptor',
      secret: 'something else',
    })
    expect([status, out]).toEqual([2, ''])
    expect(err).toContain('The vault does not open')
  })

  test('status tells where passwords are and whether they are at hand, and nothing of what they are', async () => {
    const { status, out, err } = await plumbline(['status', '--json'])
    expect([status, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toMatchObject({
      dataFolder: folder,
      vault: { mode: 'vault', vault: 'locked', lockAfterMinutes: 15 },
      secrets: [{ dataSourceName: 'shop', kind: 'password', place: 'vault', state: 'vault-locked' }],
    })
    const unlocked = await plumbline(['status'], { environment: { PLUMBLINE_PASSPHRASE_FILE: passphraseFile } })
    expect(unlocked.out).toMatch(/^vault +unlocked$/m)
    expect(unlocked.out).toMatch(/^shop +password +in-vault$/m)
  })

  // Of util-linux: runs a program at a terminal of its own.
  test.skipIf(spawnSync('script', ['--version']).status !== 0)('asks for it at a terminal, and shows nothing of it', async () => {
    const program = [process.execPath, main, 'validate', 'public.cities'].map((word) => `'${word}'`).join(' ')
    const child = spawn('script', ['-qec', program, '/dev/null'], {
      env: { PATH: process.env.PATH, HOME: folder, PLUMBLINE_DATA: folder, SHELL: '/bin/sh' },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    let seen = ''
    child.stdout.on('data', (chunk: Buffer) => {
      const asked = seen.includes('Passphrase of the vault: ')
      seen += chunk.toString()
      // With a mistyped letter that is taken back.
      if (!asked && seen.includes('Passphrase of the vault: ')) child.stdin.write(`${PASSPHRASE}x\u007f\r`)
    })
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0)
    expect(seen).toContain(': passed')
    expect(seen).not.toContain('four')
  })

  test('there is no option that takes the passphrase itself, and the two secrets come by different ways', () => {
    expect(() => readCommand(['validate', 'x', '--passphrase', 'y'])).toThrow('--passphrase')
    expect(() => readCommand(['validate', 'x', '--passphrase-fd', '3', '--password-fd', '3'])).toThrow('a descriptor each')
  })
})

test.skipIf(process.platform === 'win32')('a data folder that others may enter is closed to them, as by the window', async () => {
  chmodSync(folder, 0o755)
  expect((await plumbline(['list'])).status).toBe(0)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
})

test('plumbline list shows control characters of names as numbers', async () => {
  const { status, out } = await plumbline(['list'])
  expect(status).toBe(0)
  expect(out).toContain('bad\\x1b[2Jname')
  expect(out).not.toContain('\u001b')
  expect(printable('a\u202eb\u0000\u009b\n')).toBe('a\\u202eb\\x00\\x9b\\x0a')
  expect(table(['a', 'b'], [['long cell', 'x']])).toBe('a          b\nlong cell  x')
})

test('JSON on the terminal commands it no more than text does, and says the same', () => {
  const value = { name: 'a\u202eb\u009b31m\u007f\u001b[2J\u2066ä☃' }
  const text = jsonText(value)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
  expect(JSON.parse(text)).toEqual(value)
  expect(text).toContain('ä☃')
})

test('a data file of another version is refused with a sentence', async () => {
  const other = mkdtempSync(join(tmpdir(), 'plumbline-cli-other-'))
  try {
    const { log } = memoryLog()
    const app = await compose({
      host: 'web',
      version: '0',
      dataFolder: other,
      log,
      preferences: filePreferences(other, log),
      files: filesIn(other),
      modulesFolder: other,
    })
    await app.dispose()
    const { default: DatabaseConstructor } = await import('better-sqlite3')
    const file = new DatabaseConstructor(join(other, 'plumbline.db'))
    file.pragma('user_version = 99')
    file.close()
    const { status, err } = await plumbline(['list'], { environment: { PLUMBLINE_DATA: other } })
    expect(status).toBe(2)
    expect(err).toContain('The data file has version 99')
  } finally {
    rmSync(other, { recursive: true, force: true })
  }
})

test('neither password nor passphrase is in any file that was written', () => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !['password', 'passphrase'].includes(entry.name),
  )
  for (const entry of files) {
    // Not the lock: nobody but its holder may open it.
    if (entry.name === 'window.lock') continue
    const bytes = readFileSync(join(entry.parentPath, entry.name))
    expect([entry.name, bytes.includes(database.password), bytes.includes('four words, and')]).toEqual([entry.name, false, false])
  }
})

interface Ran {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

/** Runs it as its own process, as a person or a scheduler does. */
function plumbline(
  given: readonly string[],
  options: {
    readonly password?: 'file' | 'descriptor'
    /** What the descriptor holds; the password unless another is given. */
    readonly secret?: string
    readonly environment?: Readonly<Record<string, string>>
    readonly input?: string
  } = {},
): Promise<Ran> {
  const environment = {
    PATH: process.env.PATH,
    HOME: folder,
    PLUMBLINE_DATA: folder,
    ...(options.password === 'file' ? { PLUMBLINE_PASSWORD_FILE: passwordFile } : {}),
    ...options.environment,
  }
  const child = spawn(process.execPath, [main, ...given], { env: environment, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] })
  child.stdin?.on('error', () => {}) // a command that reads nothing closes it unread
  child.stdin?.end(options.input ?? '')
  const fourth = child.stdio[3]
  if (fourth !== null && fourth !== undefined && 'end' in fourth) {
    fourth.on('error', () => {}) // a command that reads no password closes it unread
    fourth.end(options.password === 'descriptor' ? (options.secret ?? database.password) : '')
  }
  let [out, err] = ['', '']
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()))
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, out, err })))
}
