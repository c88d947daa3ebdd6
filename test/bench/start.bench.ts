import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'
import { findChromium } from '#test/e2e/support/chromium.ts'
import { figure, report } from './measure.ts'

/** From the command to the first control that works: everything is installed and built, the data folder is new. */

const RUNS = 5
const root = fileURLToPath(new URL('../../', import.meta.url))
const executablePath = findChromium()
if (executablePath === null) throw new Error('There is no Chromium on this computer.')
// The browser is a person's own and is open already.
const browser = await chromium.launch({ executablePath })

const toLink: number[] = []
const toControl: number[] = []
for (let run = 0; run <= RUNS; run += 1) {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'))
  const start = performance.now()
  const child = spawn(process.execPath, [join(root, 'electron/launch/start.mjs'), '--web', '--no-open'], {
    env: { ...process.env, PLUMBLINE_DATA: folder },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const link = await firstLink(child)
  const linkMs = performance.now() - start
  const page = await browser.newPage()
  await page.goto(link)
  await page.getByRole('button', { name: 'Try the sample database' }).click({ trial: true })
  const controlMs = performance.now() - start
  await page.close()
  child.kill('SIGTERM')
  await once(child, 'close')
  rmSync(folder, { recursive: true, force: true })
  // The first one warms the disk.
  if (run === 0) continue
  toLink.push(linkMs)
  toControl.push(controlMs)
}
await browser.close()

report('start', [figure('command to link', 'ms', toLink), figure('command to first working control', 'ms', toControl)], {
  node: process.versions.node,
  processors: cpus().length,
})

async function firstLink(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The command has no output.')
  for await (const line of createInterface({ input: child.stdout })) {
    const link = /http:\/\/\S+/.exec(line)?.[0]
    if (link !== undefined) return link
  }
  throw new Error('The command ended without a link.')
}
