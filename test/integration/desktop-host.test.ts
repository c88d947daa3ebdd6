import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { webPreferences } from '#hosts/desktop/policy.ts'
import type { Contract } from '#shared/contract/contract.ts'
import { fc } from '#test/support/chance.ts'
import { FakeContents, FakeElectron, FakeFrame } from '#test/support/fake-electron.ts'

/** The desktop host with everything real but Electron's program. */

const fake = vi.hoisted(() => ({ current: null as unknown as { module: Record<string, unknown> } }))
vi.mock('electron', () => fake.current.module)

const electron = new FakeElectron()
fake.current = electron
let folder = ''

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'plumbline-desktop-'))
  vi.stubEnv('PLUMBLINE_DATA', folder)
  await import('#hosts/desktop/main.ts')
  electron.app.becomeReady()
  await vi.waitFor(() => expect(electron.names()).toContain('window.loadURL'), { timeout: 20_000 })
})

afterAll(() => {
  for (const port of pages) port.close()
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

/** What the page of a window has. */
function pageOf(contents = new FakeContents()): ContractRouterClient<Contract> {
  electron.ipcMain.emit('plumbline:port', { senderFrame: contents.mainFrame, sender: contents })
  const port = contents.mainFrame.posted[0]?.ports[0]
  if (port === undefined) throw new Error('No port came.')
  pages.push(port)
  return createORPCClient(new RPCLink({ port }))
}

async function told<Event>(events: AsyncIterable<Event>): Promise<Event[]> {
  const all: Event[] = []
  for await (const event of events) all.push(event)
  return all
}

const pages: { close(): void }[] = []

describe('the desktop host', () => {
  test('does what must stand before Electron is ready, in this order', () => {
    const names = electron.names()
    const before = [
      'app.enableSandbox',
      'app.setPath',
      'app.requestSingleInstanceLock',
      'protocol.registerSchemesAsPrivileged',
      'app.whenReady',
    ]
    expect(names.filter((name) => before.includes(name))).toEqual(before)
  })

  test('shuts every door before the first window opens', () => {
    const names = electron.names()
    const window = names.indexOf('new BrowserWindow')
    for (const door of [
      'session.setPermissionRequestHandler',
      'session.setPermissionCheckHandler',
      'session.setDevicePermissionHandler',
      'session.setDisplayMediaRequestHandler',
      'session.webRequest.onBeforeRequest',
      'protocol.handle',
    ]) {
      expect(names.indexOf(door), door).toBeGreaterThan(-1)
      expect(names.indexOf(door), door).toBeLessThan(window)
    }
  })

  test("keeps Chromium's files in a folder below ours, which is for its owner only", () => {
    expect(electron.argumentsOf('app.setPath')).toEqual(['userData', path.join(folder, 'chromium')])
    if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  test('opens one window, with exactly the preferences of the policy', () => {
    expect(electron.windows).toHaveLength(1)
    const [options] = electron.argumentsOf('new BrowserWindow') as [{ webPreferences: Record<string, unknown> }]
    const { preload, devTools, ...rest } = options.webPreferences
    expect(rest).toEqual(webPreferences)
    expect(String(preload)).toMatch(/preload\.cjs$/)
    expect(devTools).toBe(true)
    expect(electron.argumentsOf('window.loadURL')).toEqual(['plumbline://main/'])
  })

  test('refuses navigation, new windows and webviews of any page', () => {
    const contents = new FakeContents()
    electron.app.emit('web-contents-created', {}, contents)
    for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
      expect(prevented(contents, event, 'https://evil.example/'), event).toBe(true)
      expect(prevented(contents, event, 'plumbline://main/#/query'), event).toBe(false)
    }
    expect(prevented(contents, 'will-attach-webview', '')).toBe(true)
    expect(contents.windowOpenHandler?.({ url: 'https://evil.example/' })).toEqual({ action: 'deny' })
    expect(electron.names()).not.toContain('shell.openExternal')
    expect(contents.windowOpenHandler?.({ url: 'https://www.postgresql.org/docs/' })).toEqual({ action: 'deny' })
    expect(electron.argumentsOf('shell.openExternal')).toEqual(['https://www.postgresql.org/docs/'])
  })

  test('offers no client certificate by itself', () => {
    const event = { preventDefault: vi.fn() }
    const callback = vi.fn()
    electron.app.emit('select-client-certificate', event, null, 'https://x', [{}], callback)
    expect(event.preventDefault).toHaveBeenCalledOnce()
    expect(callback).toHaveBeenCalledWith()
  })

  test('cancels requests to anything but its own page', () => {
    const [listener] = electron.argumentsOf('session.webRequest.onBeforeRequest') as [
      (details: { url: string }, callback: (answer: { cancel: boolean }) => void) => void,
    ]
    const cancelled = (url: string) => {
      let answer = false
      listener({ url }, ({ cancel }) => {
        answer = cancel
      })
      return answer
    }
    expect(['https://evil.example/', 'file:///etc/passwd', 'ws://127.0.0.1:1/', 'data:text/html,x'].map(cancelled)).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(['plumbline://main/assets/a.js', 'data:image/png;base64,AA==', 'blob:plumbline://main/1'].map(cancelled)).toEqual([
      false,
      false,
      false,
    ])
    expect(cancelled('blob:https://example.org/1')).toBe(true)
  })

  test('serves the page under its policy, and nothing that the build did not make', async () => {
    const [scheme, handler] = electron.argumentsOf('protocol.handle') as [
      string,
      (request: { url: string; method: string }) => Promise<Response>,
    ]
    expect(scheme).toBe('plumbline')
    const page = await handler({ url: 'plumbline://main/', method: 'GET' })
    const html = await page.text()
    const policy = page.headers.get('Content-Security-Policy') ?? ''
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none'
    expect(policy).not.toContain('unsafe')
    expect(html).toContain(nonce)
    expect(html).not.toContain('__NONCE__')
    for (const url of [
      'plumbline://main/../package.json',
      'plumbline://main/%2e%2e/package.json',
      'plumbline://main/.vite/manifest.json',
      'plumbline://evil/',
    ]) {
      expect((await handler({ url, method: 'GET' })).ok, url).toBe(false)
    }
    expect((await handler({ url: 'plumbline://main/', method: 'POST' })).status).toBe(403)
  })

  test('gives a port to its own top frame only, and speaks the contract over it', async () => {
    const contents = new FakeContents()
    const refused: readonly (FakeFrame | null)[] = [
      null,
      ...['plumbline://main/', 'plumbline://main.evil/', 'about:blank', 'x'].map((url) => new FakeFrame(url)),
    ]
    for (const senderFrame of refused) electron.ipcMain.emit('plumbline:port', { senderFrame, sender: contents })
    expect(refused.flatMap((frame) => frame?.posted ?? [])).toEqual([])
    // A top frame of another page, and frames that go while they are looked at or answered.
    const elsewhere = new FakeContents()
    Object.assign(elsewhere, { mainFrame: new FakeFrame('https://evil.example/') })
    electron.ipcMain.emit('plumbline:port', { senderFrame: elsewhere.mainFrame, sender: elsewhere })
    expect(elsewhere.mainFrame.posted).toEqual([])
    const gone = (): never => {
      throw new Error('Render frame was disposed before WebFrameMain could be accessed')
    }
    electron.ipcMain.emit('plumbline:port', { senderFrame: Object.defineProperty({}, 'url', { get: gone }), sender: contents })
    const going = new FakeContents()
    Object.assign(going.mainFrame, { postMessage: gone })
    electron.ipcMain.emit('plumbline:port', { senderFrame: going.mainFrame, sender: going })

    const client = pageOf(contents)
    expect(contents.mainFrame.posted[0]?.channel).toBe('plumbline:port')
    expect(await client.app.info({})).toMatchObject({ host: 'desktop', dataFolder: folder })
  })

  test('asks where a file goes by the dialog of the system; the page names no folder, and a broken export leaves nothing there', async () => {
    const client = pageOf()
    const input = (name: string) => ({
      source: { kind: 'again', dataSourceId: randomUUID(), sql: 'SELECT 1', tab: null } as const,
      format: 'csv-exact' as const,
      name,
    })
    expect(await told(await client.query.export(input('../../.bashrc')))).toEqual([{ type: 'dismissed' }])
    expect(electron.argumentsOf('dialog.showSaveDialog').at(-1)).toMatchObject({ defaultPath: '__.._.bashrc' })
    electron.savesTo = path.join(folder, 'chosen.csv')
    await expect(told(await client.query.export(input('rows.csv')))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(readdirSync(folder).filter((name) => /chosen|\.part$/.test(name))).toEqual([])
  })

  test.each(['suspend', 'lock-screen'])('locks the vault when the computer is left: %s', async (event) => {
    const client = pageOf()
    const { vault } = await client.app.info({})
    if (vault.vault === 'none') await client.app.vault.create({ passphrase: 'four words, and none said' })
    else await client.app.vault.unlock({ passphrase: 'four words, and none said' })
    electron.powerMonitor.emit(event)
    expect((await client.app.info({})).vault).toMatchObject({ vault: 'locked', mode: 'vault' })
  })

  test('has that one channel and no other, whatever a library opens', () => {
    expect(electron.ipcMain.eventNames()).toEqual(['plumbline:port'])
  })

  test("refuses every permission by both of Electron's questions, those that are made up tomorrow as well", () => {
    const [request] = electron.argumentsOf('session.setPermissionRequestHandler') as [
      (
        contents: null,
        permission: string,
        callback: (granted: boolean) => void,
        details: { requestingUrl: string; isMainFrame: boolean },
      ) => void,
    ]
    const [check] = electron.argumentsOf('session.setPermissionCheckHandler') as [
      (contents: null, permission: string, origin: string, details: { requestingUrl?: string; isMainFrame: boolean }) => boolean,
    ]
    const asked = [
      ...'clipboard-read media geolocation openExternal fileSystem unknown display-capture usb'.split(' '),
      ...fc.sample(fc.string(), 200),
    ]
    for (const permission of asked.filter((name) => name !== 'clipboard-sanitized-write')) {
      const details = { requestingUrl: 'plumbline://main/', isMainFrame: true }
      const answers: boolean[] = [check(null, permission, 'plumbline://main', details)]
      request(null, permission, (granted) => answers.push(granted), details)
      expect([permission, answers]).toEqual([permission, [false, false]])
    }
    expect(check(null, 'clipboard-sanitized-write', 'plumbline://main', { isMainFrame: true }), 'without an address').toBe(false)
  })

  test('gives no device and no screen', () => {
    const [device] = electron.argumentsOf('session.setDevicePermissionHandler') as [(details: object) => boolean]
    for (const deviceType of ['hid', 'serial', 'usb', 'bluetooth']) expect(device({ deviceType, origin: 'plumbline://main' })).toBe(false)
    expect(electron.argumentsOf('session.setDisplayMediaRequestHandler')).toEqual([null])
  })

  test('gives a page the clipboard for its own text, and a frame in it nothing', () => {
    const [check] = electron.argumentsOf('session.setPermissionCheckHandler') as [
      (contents: null, permission: string, origin: string, details: { requestingUrl: string; isMainFrame: boolean }) => boolean,
    ]
    const ask = (permission: string, requestingUrl: string, isMainFrame: boolean) =>
      check(null, permission, '', { requestingUrl, isMainFrame })
    expect(ask('clipboard-sanitized-write', 'plumbline://main/', true)).toBe(true)
    expect(ask('clipboard-sanitized-write', 'plumbline://main/', false)).toBe(false)
    expect(ask('clipboard-sanitized-write', 'https://evil.example/', true)).toBe(false)
    expect(ask('media', 'plumbline://main/', true)).toBe(false)
  })

  test('a second start brings the window to the front', () => {
    electron.calls.length = 0
    electron.app.emit('second-instance', {}, ['--evil', 'plumbline://x'])
    expect(electron.names()).toEqual(['window.restore', 'window.show', 'window.focus'])
    // Whatever its command line holds, nothing else comes of it.
    for (const argv of fc.sample(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('--no-sandbox', 'file:///etc/passwd', 'plumbline://main/#/x', '\0'))),
      200,
    )) {
      electron.app.emit('second-instance', {}, argv, argv[0], { toString: () => 'x' })
    }
    expect(new Set(electron.names())).toEqual(new Set(['window.restore', 'window.show', 'window.focus']))
  })

  test.each([
    ['crashed', 0, ['dialog.showMessageBox', 'contents.reload']],
    ['oom', 0, ['dialog.showMessageBox', 'contents.reload']],
    ['clean-exit', 0, []],
  ])('a page whose process ended (%s) is offered to be loaded again', async (reason, answer, expected) => {
    electron.calls.length = 0
    electron.answer = answer
    electron.windows[0]?.webContents.emit('render-process-gone', {}, { reason, exitCode: 1 })
    await new Promise((resolve) => setImmediate(resolve))
    expect(electron.names()).toEqual(expected)
    const words = electron.calls[0]?.args[1] as { message: string; buttons: readonly string[]; cancelId: number } | undefined
    if (expected.length > 0)
      expect(words).toMatchObject({ message: expect.stringContaining('ended'), buttons: ['Reload', 'Close the window'], cancelId: 1 })
  })

  test('remembers where the window was', () => {
    electron.windows[0]?.emit('close')
    const preferences = JSON.parse(readFileSync(path.join(folder, 'preferences.json'), 'utf8'))
    expect(preferences.windowBounds).toEqual({ x: 10, y: 20, width: 1000, height: 700 })
  })

  test('ends by itself once everything is closed, however often it is asked to quit', async () => {
    const exited = new Promise((resolve) => electron.app.once('fake-exit', resolve))
    const preventDefault = vi.fn()
    // The second is what the closing of the last window asks.
    electron.app.emit('before-quit', { preventDefault })
    electron.app.emit('before-quit', { preventDefault })
    expect(preventDefault).toHaveBeenCalledTimes(2)
    expect(await exited).toBe(0)
    expect(electron.names().filter((name) => name === 'app.exit')).toHaveLength(1)
  })
})

/** The contract over a port as the page gets it. */
function prevented(contents: FakeContents, event: string, url: string): boolean {
  let stopped = false
  contents.emit(event, {
    url,
    preventDefault: () => {
      stopped = true
    },
  })
  return stopped
}
