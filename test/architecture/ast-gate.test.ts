import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { countWindows, findViolations, type Rule } from './ast-gate.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** [what is planted, where, the rule that must find it] */
const planted: readonly (readonly [string, string, Rule])[] = [
  ['const = 1', 'shared/x.ts', 'parse'],
  ['new BrowserWindow({})', 'electron/hosts/desktop/main.ts', 'window'],
  ['new electron.WebContentsView()', 'electron/hosts/desktop/menu.ts', 'window'],
  ["import { BrowserWindow as Window } from 'electron'", 'electron/hosts/desktop/menu.ts', 'electron-import'],
  ["import electron from 'electron'", 'electron/hosts/desktop/main.ts', 'electron-import'],
  ["import * as electron from 'electron'", 'electron/hosts/desktop/window.ts', 'electron-import'],
  ["import { shell } from 'electron/main'", 'electron/hosts/desktop/main.ts', 'electron-import'],
  ["export { shell } from 'electron'", 'electron/hosts/desktop/policy.ts', 'electron-import'],
  ["const electron = await import('electron')", 'electron/hosts/desktop/main.ts', 'electron-import'],
  ["const { shell } = require('electron')", 'electron/hosts/desktop/main.ts', 'electron-import'],
  ['open({ webPreferences: { sandbox: true } })', 'electron/hosts/desktop/main.ts', 'web-preferences'],
  ['const options = { contextIsolation: false }', 'electron/hosts/desktop/window.ts', 'web-preferences'],
  ["const options = { 'nodeIntegration': true }", 'electron/hosts/desktop/window.ts', 'web-preferences'],
  ['const options = { webSecurity: false }', 'electron/hosts/desktop/policy.ts', 'web-preferences'],
  ['const page = <webview src="x" />', 'renderer/app/x.tsx', 'webview'],
  ['const page = <iframe src="x" />', 'renderer/app/x.tsx', 'webview'],
  ["document.createElement('webview')", 'renderer/app/x.ts', 'webview'],
  ["eval('1')", 'shared/x.ts', 'eval'],
  ["(0, eval)('1')", 'shared/x.ts', 'eval'],
  ["globalThis['eval']('1')", 'shared/x.ts', 'eval'],
  ["new Function('return 1')", 'shared/x.ts', 'eval'],
  ["Function('return 1')", 'shared/x.ts', 'eval'],
  ["globalThis.Function('return 1')", 'shared/x.ts', 'eval'],
  ["setTimeout('run()', 1)", 'renderer/app/x.ts', 'eval'],
  ["window.setInterval('run' + name, 1)", 'renderer/app/x.ts', 'eval'],
  ["import vm from 'node:vm'", 'electron/services/query/x.ts', 'eval'],
  ["contents.executeJavaScript('1')", 'electron/hosts/desktop/window.ts', 'eval'],
  ["element.innerHTML = 'x'", 'renderer/ui/x.ts', 'markup'],
  ["element['outerHTML'] = 'x'", 'renderer/ui/x.ts', 'markup'],
  ["element.insertAdjacentHTML('beforeend', x)", 'renderer/ui/x.ts', 'markup'],
  ['const cell = <td dangerouslySetInnerHTML={{ __html: x }} />', 'renderer/ui/x.tsx', 'markup'],
  ['const props = { dangerouslySetInnerHTML: x }', 'renderer/ui/x.ts', 'markup'],
  ['document.write(x)', 'renderer/ui/x.ts', 'markup'],
  ['shell.openExternal(url)', 'electron/hosts/desktop/main.ts', 'external'],
  ['shell.openPath(file)', 'electron/hosts/desktop/security.ts', 'external'],
  ["ipcMain.handle('x', run)", 'electron/hosts/desktop/window.ts', 'ipc'],
  ["ipcRenderer.invoke('x')", 'renderer/api/x.ts', 'ipc'],
  ["import { spawn } from 'node:child_process'", 'electron/services/query/x.ts', 'child-process'],
  ["import { spawn } from 'child_process'", 'electron/hosts/desktop/main.ts', 'child-process'],
  ["const child = await import('node:child_process')", 'electron/services/vault/probe.ts', 'child-process'],
  ["import { exec } from 'node:child_process'", 'electron/services/vault/probe.ts', 'child-process'],
  ["import { fork } from 'node:child_process'", 'electron/services/vault/probe.ts', 'child-process'],
  ["spawn('x', [], { shell: true })", 'electron/services/vault/probe.ts', 'child-process'],
  ["fetch('http://example.test/')", 'renderer/app/x.ts', 'plain-http'],
  [['const link = `http://', '{host}/`'].join('$'), 'renderer/app/x.ts', 'plain-http'],
  ["const link = 'http://127.0.0.1.evil.test/'", 'renderer/app/x.ts', 'plain-http'],
  ["app.setAsDefaultProtocolClient('plumbline')", 'electron/hosts/desktop/main.ts', 'protocol-client'],
  ["crashReporter.start({ submitURL: 'https://x' })", 'electron/hosts/desktop/main.ts', 'report'],
  ['process.report.writeReport()', 'electron/hosts/web/main.ts', 'report'],
  ['console.log(error)', 'electron/hosts/web/main.ts', 'console'],
  [['console.error(`Failed: ', '{error.message}`)'].join('$'), 'electron/hosts/cli/main.ts', 'console'],
  ['const policy = "script-src \'unsafe-inline\'"', 'electron/hosts/common/csp.ts', 'policy-text'],
  ["spawn(program, ['--no-sandbox'])", 'electron/launch/start.mjs', 'policy-text'],
]

/** What looks like it and is allowed. */
const allowed: readonly (readonly [string, string])[] = [
  ['// element.innerHTML, eval and http://example.test/ in a comment', 'renderer/ui/x.ts'],
  ["import type { BrowserWindow } from 'electron'", 'electron/hosts/desktop/menu.ts'],
  ["import { type IpcMain, MessageChannelMain } from 'electron'", 'electron/hosts/desktop/ports.ts'],
  [['const link = `http://127.0.0.1:', '{port}/`'].join('$'), 'electron/hosts/web/server.ts'],
  ['setTimeout(run, 1)', 'renderer/app/x.ts'],
  ['console.error(sentenceOf(error))', 'electron/hosts/web/main.ts'],
  ['function call(run: Function) { return run }', 'shared/x.ts'],
]

describe('the gate', () => {
  test.each(planted)('finds %s in %s', (source, file, rule) => {
    expect(findViolations(file, source).map((violation) => violation.rule)).toContain(rule)
  })

  test.each(allowed)('lets through %s in %s', (source, file) => {
    expect(findViolations(file, source)).toEqual([])
  })

  test('says where', () => {
    expect(findViolations('shared/x.ts', '\n\neval(1)')).toEqual([{ file: 'shared/x.ts', line: 3, rule: 'eval' }])
  })
})

describe('the sources of the product', () => {
  const sources = ['shared', 'electron', 'renderer'].flatMap(sourcesIn)

  test('are all read', () => {
    expect(sources.length).toBeGreaterThan(200)
    expect(sources.map(([file]) => file)).toEqual(
      expect.arrayContaining(['electron/hosts/desktop/preload.ts', 'electron/launch/start.mjs', 'renderer/app/app.tsx']),
    )
  })

  test('hold nothing of what is refused', () => {
    expect(sources.flatMap(([file, source]) => findViolations(file, source))).toEqual([])
  })

  test('make a window at exactly one place', () => {
    const makers = sources.filter(([file, source]) => countWindows(file, source) > 0)
    expect(makers.map(([file, source]) => [file, countWindows(file, source)])).toEqual([['electron/hosts/desktop/window.ts', 1]])
  })
})

function sourcesIn(area: string): readonly (readonly [string, string])[] {
  return readdirSync(path.join(root, area), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[cm]?[jt]sx?$/.test(file))
    .map((file) => [`${area}/${file.replaceAll('\\', '/')}`, readFileSync(path.join(root, area, file), 'utf8')] as const)
}
