import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { recordFigure } from '#test/support/figures.ts'
import { hasKeychainPrograms, startKeychain, type TestKeychain } from '#test/support/keychain.ts'

const program = fileURLToPath(new URL('../support/vault-program.ts', import.meta.url))
const disposals: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose()
})

type Answer = { readonly value?: unknown; readonly code?: string; readonly message?: string }
type Ask = (call: 'probe' | 'status' | 'save' | 'read' | 'forget', ...values: (string | null)[]) => Promise<Answer>

/** A vault in a new process, as after a restart of the app. */
function startVault(environment: NodeJS.ProcessEnv): Ask {
  const child = spawn(process.execPath, [program], { env: environment, stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  disposals.push(
    () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      }),
  )
  return async (...question) => {
    child.stdin.write(`${JSON.stringify(question)}\n`)
    return JSON.parse((await lines.next()).value ?? '{}') as Answer
  }
}

async function keychain(kind: Parameters<typeof startKeychain>[0]): Promise<TestKeychain> {
  const started = await startKeychain(kind)
  disposals.push(started.dispose)
  return started
}

const account = 'f7a4c1de-0b52-4c1a-9a55-5a1e6a1f3f10'

describe.skipIf(!hasKeychainPrograms())('a keychain that works', () => {
  test.each([
    ['plain', 'correct horse'],
    ['unicode', 'ä☃😀'],
    ['a trailing newline', 'secret\n'],
    ['spaces around', '  secret  '],
    ['1,024 bytes', 'ü'.repeat(512)],
  ])('gives back exactly what was saved, after a restart too: %s', async (_name, secret) => {
    const { environment } = await keychain('unlocked')
    const vault = startVault(environment)
    expect(await vault('probe')).toMatchObject({ value: { mode: 'os-keychain', probe: 'ok', remedy: null } })
    expect(await vault('save', account, secret)).toEqual({ value: 'keychain' })
    const restarted = startVault(environment)
    expect(await restarted('read', account, 'keychain')).toEqual({ value: { state: 'found', secret, from: 'keychain' } })
    await restarted('forget', account, 'keychain')
    expect(await vault('read', account, 'keychain')).toEqual({ value: { state: 'missing' } })
  })

  test.each([
    ['empty', ''],
    ['NUL inside, which would be cut off there', 'before\0after'],
    ['half of a surrogate pair, which would be altered', 'x\ud83dx'],
    ['longer than 1,024 bytes', 'a'.repeat(1_025)],
  ])('never sees a secret that it could not keep: %s', async (_name, secret) => {
    const vault = startVault((await keychain('unlocked')).environment)
    expect(await vault('save', account, secret)).toMatchObject({ code: 'INVALID' })
    expect(await vault('read', account, 'keychain')).toEqual({ value: { state: 'missing' } })
  })

  test('that is killed between a save and a read makes the secret unavailable, not missing', async () => {
    const { environment, killKeyring } = await keychain('unlocked')
    const vault = startVault(environment)
    expect(await vault('save', account, 'kept')).toEqual({ value: 'keychain' })
    await killKeyring()
    expect(await vault('read', account, 'keychain')).toMatchObject({ value: { state: 'unavailable' } })
    expect(await vault('status')).toMatchObject({ value: { mode: 'session-only' } })
    expect(await vault('forget', account, 'keychain')).toMatchObject({ code: 'UNAVAILABLE' })
  })

  test('that is killed before a save keeps the secret in memory, and says so', async () => {
    const { environment, killKeyring } = await keychain('unlocked')
    const vault = startVault(environment)
    await vault('probe')
    await killKeyring()
    expect(await vault('save', account, 'held')).toEqual({ value: 'in-memory' })
    expect(await vault('read', account, 'keychain')).toEqual({ value: { state: 'found', secret: 'held', from: 'memory' } })
    expect(await vault('status')).toMatchObject({ value: { mode: 'session-only' } })
  })
})

describe.skipIf(!hasKeychainPrograms())('a keychain with a person before it', () => {
  test('is not read as empty while it is locked, and gives what it has once it is unlocked', async () => {
    const { environment, lock, unlock } = await keychain('unlocked')
    expect(await startVault(environment)('save', account, 'kept')).toEqual({ value: 'keychain' })
    await lock()
    const vault = startVault(environment)
    expect(await vault('read', account, 'keychain')).toMatchObject({ value: { state: 'unavailable' } })
    expect(await vault('status')).toMatchObject({ value: { probe: 'locked', mode: 'session-only' } })
    // Nothing is written over it, and nothing taken out of it, meanwhile.
    expect(await vault('forget', account, 'keychain')).toMatchObject({ code: 'UNAVAILABLE' })
    await unlock()
    expect(await vault('probe')).toMatchObject({ value: { probe: 'ok', mode: 'os-keychain' } })
    expect(await vault('read', account, 'keychain')).toEqual({ value: { state: 'found', secret: 'kept', from: 'keychain' } })
  })

  test('keeps 200 data sources apart, and gives each its own after a restart', async () => {
    const { environment } = await keychain('unlocked')
    const vault = startVault(environment)
    const all = Array.from({ length: 200 }, (_none, index) => [`${account}-${index}`, `secret ${index}`] as const)
    for (const [name, secret] of all) expect(await vault('save', name, secret)).toEqual({ value: 'keychain' })
    const restarted = startVault(environment)
    for (const [name, secret] of all)
      expect(await restarted('read', name, 'keychain')).toEqual({ value: { state: 'found', secret, from: 'keychain' } })
    for (const [name] of all) await restarted('forget', name, 'keychain')
    for (const [name] of all) expect(await restarted('read', name, 'keychain')).toEqual({ value: { state: 'missing' } })
    recordFigure('keychainDataSources', all.length)
  })
})

describe.skipIf(!hasKeychainPrograms())('a keychain that does not work is named by what it does', () => {
  test.each([
    ['nobody on the bus', 'none', 'no-service'],
    ['a locked keyring', 'locked', 'locked'],
    ['a keyring whose file is damaged', 'damaged', 'damaged'],
  ] as const)('%s', async (_name, kind, probe) => {
    const vault = startVault((await keychain(kind)).environment)
    expect(await vault('probe')).toMatchObject({ value: { mode: 'session-only', probe, remedy: expect.any(String) } })
    expect(await vault('save', account, 'held')).toEqual({ value: 'in-memory' })
    expect(await vault('read', account, 'keychain')).toEqual({ value: { state: 'found', secret: 'held', from: 'memory' } })
    expect(await startVault((await keychain(kind)).environment)('read', account, 'keychain')).toMatchObject({
      value: { state: 'unavailable' },
    })
  })

  test.each([
    ['no bus at all', {}],
    ['a bus that is gone', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }],
  ])('%s', async (_name, bus) => {
    const { DISPLAY: _display, DBUS_SESSION_BUS_ADDRESS: _bus, XDG_RUNTIME_DIR: _runtime, ...environment } = process.env
    const vault = startVault({ ...environment, ...bus })
    expect(await vault('probe')).toMatchObject({ value: { mode: 'session-only', probe: 'no-bus' } })
    expect(await vault('forget', account, null)).toEqual({ value: null })
  })
})
