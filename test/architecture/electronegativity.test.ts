import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { env, execPath, stdout } from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/**
 * A second opinion on the desktop host, beside our own gate (ast-gate.test.ts). It brings 405 packages and is no longer kept, so it is
 * not one of ours: put it into a folder of its own and name that in PLUMBLINE_ELECTRONEGATIVITY. What it found when it was asked (version
 * 1.10.3) was looked at and is frozen beside this file: it reads neither the frozen preferences, which are spread into the window's, nor
 * the policy, which is a header; and it asks to look at the preload and at the one place that opens links.
 */

const root = fileURLToPath(new URL('../../', import.meta.url))
const program = join(env.PLUMBLINE_ELECTRONEGATIVITY ?? root, 'node_modules/@doyensec/electronegativity/dist/index.js')
const isThere = existsSync(program)
if (!isThere) stdout.write('SKIP electronegativity: it is not installed, and our own gate stands alone.\n')

test.skipIf(!isThere)('electronegativity finds nothing that it did not find before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-second-opinion-'))
  try {
    const report = join(folder, 'report.csv')
    // Without a network its own question for Electron's releases ends it; what it knows already is enough.
    const goOn = ['--import', 'data:text/javascript,process.on("uncaughtException", () => {})']
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { devDependencies: { electron: string } }
    const given = ['--input', join(root, 'electron/hosts/desktop'), '--output', report, '--electron-version', devDependencies.electron]
    await promisify(execFile)(execPath, [...goOn, program, ...given])
    const found = readFileSync(report, 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, check, file] = /^(\w+_CHECK),"\w+","\w+","([^"]*)"/.exec(line) ?? []
        return check === undefined || file === undefined ? [] : [`${check} ${file === 'N/A' ? file : basename(file)}`]
      })
    const known = JSON.parse(readFileSync(join(root, 'test/architecture/electronegativity-baseline.json'), 'utf8')) as readonly [
      string,
      string,
    ][]
    expect([...new Set(found)].toSorted()).toEqual(known.map((entry) => entry.join(' ')))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
