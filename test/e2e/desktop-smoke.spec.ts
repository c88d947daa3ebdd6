import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env, getuid, platform, stdout } from 'node:process'
import { fileURLToPath } from 'node:url'
import { _electron, test as base, type ElectronApplication, expect, type Page } from '@playwright/test'
import { findElectron } from '#launch/electron-program.mjs'

/**
 * The desktop host in Electron's own program: what no stand-in can show. Where that program is absent, or cannot
 * protect itself, each test says that it was skipped; a skipped one is not a passed one.
 */

const root = fileURLToPath(new URL('../../', import.meta.url))
const program = findElectron()

const test = base.extend<{ readonly desktop: ElectronApplication; readonly appWindow: Page }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that one needs from this pattern
  desktop: async ({}, use) => {
    if (!existsSync(join(root, 'dist/desktop/main.js'))) throw new Error('The desktop host is not built: run `npm run build`.')
    const dataFolder = await mkdtemp(join(tmpdir(), 'plumbline-desktop-'))
    const app = await _electron.launch({
      ...(program === null ? {} : { executablePath: program }),
      args: [root],
      // Playwright would switch the sandbox off, and the sandbox is what is looked at.
      chromiumSandbox: true,
      env: environment(dataFolder),
    })
    await use(app)
    // Ends by the program's own way of quitting; hangs when that does not lead to an end.
    await app.close()
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 5 })
  },
  appWindow: async ({ desktop }, use) => {
    const appWindow = await desktop.firstWindow()
    await expect(appWindow.getByRole('main')).toBeVisible()
    await use(appWindow)
  },
})

// biome-ignore lint/correctness/noEmptyPattern: as above
test.beforeEach(({}, testInfo) => {
  const reason = whyNot()
  if (reason === null) return
  // Where a release is checked, a skipped test is a failed one.
  if (env.PLUMBLINE_REQUIRE_DESKTOP === '1') throw new Error(`This cannot run here: ${reason}.`)
  stdout.write(`SKIP T2 ${testInfo.title}: ${reason}\n`)
  test.skip(true, reason)
})

test('opens its page in one window, served by the desktop host', async ({ desktop, appWindow }) => {
  expect(appWindow.url()).toMatch(/^plumbline:\/\/main\//)
  await appWindow.evaluate(() => {
    location.hash = '#/settings'
  })
  await expect(appWindow.getByText('Desktop window')).toBeVisible()
  expect(desktop.windows()).toHaveLength(1)
})

test('gives the page nothing of Node or Electron', async ({ appWindow }) => {
  const kinds = await appWindow.evaluate(() => [typeof process, typeof require, typeof module, typeof Buffer, 'electron' in globalThis])
  expect(kinds).toEqual(['undefined', 'undefined', 'undefined', 'undefined', false])
})

test("holds the page's process in the sandbox of the system", async ({ desktop, appWindow }) => {
  await expect(appWindow).toHaveTitle(/Plumbline/)
  const [preferences, processId] = await desktop.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    // Electron's types leave this out.
    const seen = contents as unknown as { getLastWebPreferences(): Record<string, unknown> } | undefined
    return [seen?.getLastWebPreferences() ?? {}, contents?.getOSProcessId() ?? 0] as const
  })
  expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false })
  if (platform !== 'linux') return
  const status = readFileSync(`/proc/${processId}/status`, 'utf8')
  expect(status).toMatch(/^Seccomp:\s*2$/m)
  expect(status).toMatch(/^NoNewPrivs:\s*1$/m)
})

test('opens no second window, no file and no other site', async ({ desktop, appWindow }) => {
  const answers = await appWindow.evaluate(async () => [
    window.open('https://example.test/') === null,
    await fetch('file:///etc/hosts').then(
      () => 'read',
      () => 'refused',
    ),
    await fetch('https://example.test/').then(
      () => 'read',
      () => 'refused',
    ),
  ])
  expect(answers).toEqual([true, 'refused', 'refused'])
  expect(desktop.windows()).toHaveLength(1)
})

/** null: these tests can run here. */
function whyNot(): string | null {
  if (program === null) return 'no Electron program'
  if (platform === 'linux' && getuid?.() === 0) return 'run as root, where Chromium has no sandbox'
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return 'no display'
  return null
}

/** Without the session bus of whoever runs the tests: no test may touch that person's keychain. */
function environment(dataFolder: string): Record<string, string> {
  const { DBUS_SESSION_BUS_ADDRESS: _, ...rest } = env
  const given = Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { ...Object.fromEntries(given), PLUMBLINE_DATA: dataFolder }
}
