/**
 * `npm test`: every test, in stages with a time budget each, and one closing line that adds Vitest and Playwright up.
 * `-- --install-system-packages` (or CI=true) installs missing Debian packages first; `--nightly` runs the long forms.
 */
import { build } from './build.mjs'
import { check } from './check.mjs'
import { writeFigure, writeSkipped } from './figures.mjs'
import { installPackages } from './install.mjs'
import { fail, say, takeFlag, which } from './paths.mjs'
import { findNode, noNodeSentence } from './runtime.mjs'
import { aptLine, installSystemPackages, missingSystemPackages } from './system-packages.mjs'
import { addCounts, countPlaywrightTests, noTests, runPlaywright, runVitest } from './test-runs.mjs'

const budgetsMinutes = { install: 3, check: 1, integration: 4, screens: 6, security: 5 }

const args = process.argv.slice(2)
const mayInstall = takeFlag(args, '--install-system-packages') || process.env.CI === 'true'
const nightly = takeFlag(args, '--nightly')
const wanted = args.length > 0 ? args : ['check', 'integration', 'screens', 'security']
const isWhole = args.length === 0
const env = nightly ? { PLUMBLINE_NIGHTLY: '1' } : {}

const durations = []

await stage('install', async () => {
  if (mayInstall) await installSystemPackages()
  await installPackages()
}).catch((error) => fail(error.message))

const node = findNode()
if (node === null) fail(noNodeSentence)

const missing = missingSystemPackages()
if (missing.length > 0) {
  say(`Without these system packages some tests are skipped: ${missing.join(', ')}. As root:`)
  say(`  ${aptLine(missing)}`)
}

const stages = {
  check: () => check(node),
  integration: async () => {
    await build(['renderer', 'web', 'cli', 'desktop'])
    return runVitest(node, ['contract', 'integration', 'bundle'], { env, again: true })
  },
  screens: async () => {
    // The desktop window is among the screens where Electron's program is.
    await build(['renderer', 'web', 'desktop'])
    if (hasBrowser()) return runPlaywright(node, { env, again: true })
    say('The screen tests are skipped: there is no Chromium on this computer.')
    return { ok: true, counts: { ...noTests, skipped: await countPlaywrightTests(node) } }
  },
  security: async () => {
    await build(['renderer', 'web'])
    // Never a second time: a promise that holds every other time does not hold.
    return runVitest(node, ['security'], { env })
  },
}

const results = []
for (const name of wanted) {
  const work = stages[name]
  if (work === undefined) fail(`There is no stage "${name}". There are: ${Object.keys(stages).join(', ')}.`)
  results.push(
    await stage(name, work).catch((error) => {
      say(error.message)
      return { ok: false, counts: { ...noTests, failed: 1 } }
    }),
  )
}

const { passed, failed, skipped, skippedNames, flakyNames } = addCounts(results.map((result) => result.counts))
if (isWhole) {
  // Of a part of the tests these numbers would say nothing.
  writeFigure('passed', passed)
  writeFigure('failed', failed)
  writeFigure('skips', skipped)
  writeSkipped(skippedNames)
}
say()
for (const line of durations) say(line)
for (const name of flakyNames) say(`FLAKY: failed at first, passed when it was run again alone: ${name}`)
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`)
process.exitCode = results.every((result) => result.ok) ? 0 : 1

async function stage(name, work) {
  say(`\n== ${name}`)
  const start = performance.now()
  try {
    return await work()
  } finally {
    const minutes = (performance.now() - start) / 60_000
    const over = minutes > budgetsMinutes[name] ? '  over its budget' : ''
    durations.push(`${name.padEnd(12)} ${minutes.toFixed(1)} of ${budgetsMinutes[name]} min${over}`)
  }
}

function hasBrowser() {
  const named = process.env.PLUMBLINE_CHROMIUM
  return (
    Boolean(named) ||
    ['chromium', 'chromium-browser', 'google-chrome', 'chrome'].some((name) => which(name) !== null) ||
    process.platform !== 'linux'
  )
}
