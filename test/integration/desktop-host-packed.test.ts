import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FakeElectron } from '#test/support/fake-electron.ts'

/** The desktop host as a package runs it. */

let folder = ''
let electron: FakeElectron
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'plumbline-packed-'))
  vi.stubEnv('PLUMBLINE_DATA', folder)
  vi.resetModules()
  electron = new FakeElectron({ isPackaged: true })
  // Another one for each test: what was loaded before keeps the one that it got.
  vi.doMock('electron', () => electron.module)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

test.each(['--remote-debugging-port=9222', '--remote-debugging-pipe', '--inspect=0', '--no-sandbox', '--js-flags=--expose-gc'])(
  'with %s on its command line it ends before it has done anything',
  async (given) => {
    vi.spyOn(process, 'argv', 'get').mockReturnValue(['plumbline', given])
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    await import('#hosts/desktop/main.ts')
    expect(electron.calls).toEqual([{ name: 'app.exit', args: [2] }])
    expect(readdirSync(folder)).toEqual([])
    vi.restoreAllMocks()
  },
)

test('without such a switch it opens its window, without developer tools', async () => {
  vi.spyOn(process, 'argv', 'get').mockReturnValue(['plumbline', '/some/file.sql'])
  await import('#hosts/desktop/main.ts')
  vi.restoreAllMocks()
  electron.app.becomeReady()
  await vi.waitFor(() => expect(electron.names()).toContain('window.loadURL'), { timeout: 20_000 })
  const [options] = electron.argumentsOf('new BrowserWindow') as [{ webPreferences: Record<string, unknown> }]
  expect(options.webPreferences.devTools).toBe(false)
  const [menu] = electron.argumentsOf('Menu.setApplicationMenu')
  expect(JSON.stringify(menu)).not.toMatch(/toggleDevTools|"reload"/)
  const exited = new Promise((resolve) => electron.app.once('fake-exit', resolve))
  electron.app.emit('before-quit', { preventDefault: vi.fn() })
  expect(await exited).toBe(0)
})
