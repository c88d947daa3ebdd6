/** Runs Vitest and Playwright and reads their own reports, so that what is counted is what ran. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { inRoot, programs, run, say } from './paths.mjs'

/** `skippedNames`: of the skipped ones, as far as they are known. `flakyNames`: of those that failed once and passed when they were run again.
 * @typedef {{ passed: number, failed: number, skipped: number, skippedNames: readonly string[], flakyNames: readonly string[] }} Counts
 * One file or one test, what a runner can run again by itself.
 * @typedef {{ counts: Counts, failedNames: readonly string[], again: readonly string[] }} Part */

export const noTests = Object.freeze({ passed: 0, failed: 0, skipped: 0, skippedNames: [], flakyNames: [] })

/** More than this is no accident of a busy machine. */
const MOST_AGAIN = 3

/**
 * @param {string} node
 * @param {readonly string[]} projects of test/vitest.config.ts
 * @param {{ env?: NodeJS.ProcessEnv, again?: boolean }} [options] `again`: the files of the few tests that fail are run once more, alone
 * @returns {Promise<{ ok: boolean, counts: Counts }>}
 */
export function runVitest(node, projects, options = {}) {
  const once = (files) =>
    withReport(async (report) => {
      const code = await run(
        node,
        [
          programs.vitest,
          'run',
          '--config',
          inRoot('test', 'vitest.config.ts'),
          ...projects.flatMap((project) => ['--project', project]),
          '--reporter=default',
          '--reporter=json',
          `--outputFile.json=${report}`,
          ...files,
        ],
        { env: { ...process.env, ...options.env } },
      )
      return { code, parts: readReport(report, vitestParts) }
    })
  return runTwice(once, options.again === true)
}

/** @returns {Promise<{ ok: boolean, counts: Counts }>} */
export function runPlaywright(node, options = {}) {
  const once = (places) =>
    withReport(async (report) => {
      const few = places.length > 0 ? [...places, '--workers=1'] : []
      const code = await run(
        node,
        [programs.playwright, 'test', ...playwrightConfig, '--reporter=list,json', ...(options.args ?? []), ...few],
        { env: { ...process.env, ...options.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report } },
      )
      return { code, parts: readReport(report, playwrightParts) }
    })
  return runTwice(once, options.again === true)
}

/** How many screen tests there are, without running one: what a machine without a browser skips. */
export function countPlaywrightTests(node) {
  return withReport(async (report) => {
    await run(node, [programs.playwright, 'test', ...playwrightConfig, '--list', '--reporter=json'], {
      env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    return readReport(report, ({ suites }) => specsOf(suites).reduce((sum, { spec }) => sum + spec.tests.length, 0)) ?? 0
  })
}

/** @param {readonly Counts[]} all @returns {Counts} */
export function addCounts(all) {
  return all.reduce(
    (sum, one) => ({
      passed: sum.passed + one.passed,
      failed: sum.failed + one.failed,
      skipped: sum.skipped + one.skipped,
      skippedNames: [...sum.skippedNames, ...one.skippedNames],
      flakyNames: [...sum.flakyNames, ...one.flakyNames],
    }),
    noTests,
  )
}

/**
 * Pure. The parts of a run and of a second one of those that failed: each part counts as it ended the last time, and what failed only the first
 * time is named.
 * @param {readonly Part[]} first
 * @param {readonly Part[]} second
 * @returns {Counts}
 */
export function countTwice(first, second) {
  const rest = first.filter(({ failedNames }) => failedNames.length === 0)
  const stillFailed = new Set(second.flatMap(({ failedNames }) => failedNames))
  const flakyNames = first.flatMap(({ failedNames }) => failedNames).filter((name) => !stillFailed.has(name))
  return { ...addCounts([...rest, ...second].map(({ counts }) => counts)), flakyNames }
}

/** @param {(only: readonly string[]) => Promise<{ code: number, parts: readonly Part[] | null }>} once */
async function runTwice(once, mayRunAgain) {
  const first = await once([])
  const asItIs = () => settle(first.code, first.parts && addCounts(first.parts.map(({ counts }) => counts)))
  const failedParts = (first.parts ?? []).filter(({ failedNames }) => failedNames.length > 0)
  const failed = failedParts.flatMap(({ failedNames }) => failedNames)
  if (!mayRunAgain || failed.length === 0 || failed.length > MOST_AGAIN) return asItIs()
  say(`\nFailed, and run once more, alone:\n${failed.map((name) => `  ${name}`).join('\n')}`)
  const second = await once(failedParts.flatMap(({ again }) => again))
  // A second run that ran nothing has proved nothing.
  if (second.parts === null || second.parts.length < failedParts.length) return asItIs()
  return settle(second.code, countTwice(first.parts, second.parts))
}

const playwrightConfig = ['--config', inRoot('test', 'e2e', 'playwright.config.ts')]

/** A run that ended badly without a failed test (a file that could not be loaded, no report at all) counts as one failure. */
function settle(code, counts) {
  const read = counts ?? { ...noTests, failed: 1 }
  if (code !== 0 && read.failed === 0) return { ok: false, counts: { ...read, failed: 1 } }
  return { ok: code === 0 && read.failed === 0, counts: read }
}

/** A file is a part: its tests share what it sets up. One that could not be loaded is a failure without a test. */
function vitestParts({ testResults }) {
  return testResults.map(({ name, status, message, assertionResults }) => {
    const named = (...kinds) => assertionResults.filter(({ status }) => kinds.includes(status)).map(({ fullName }) => fullName)
    const [passed, failed] = [named('passed'), named('failed')]
    const failedNames = status === 'failed' && failed.length === 0 ? [`${path.basename(name)}: ${message}`] : failed
    const skippedNames = assertionResults.filter(({ status }) => !['passed', 'failed'].includes(status)).map(({ fullName }) => fullName)
    return {
      counts: { ...noTests, passed: passed.length, failed: failedNames.length, skipped: skippedNames.length, skippedNames },
      failedNames,
      again: [name],
    }
  })
}

function playwrightParts({ config, suites }) {
  return specsOf(suites).map(({ suite, spec }) => {
    const name = `${suite.title}: ${spec.title}`
    const of = (...kinds) => spec.tests.filter(({ status }) => kinds.includes(status)).length
    const [failed, skipped] = [of('unexpected'), of('skipped')]
    const counts = { ...noTests, passed: of('expected', 'flaky'), failed, skipped, skippedNames: skipped > 0 ? [name] : [] }
    return { counts, failedNames: failed > 0 ? [name] : [], again: [`${path.join(config.rootDir, spec.file)}:${spec.line}`] }
  })
}

function specsOf(suites = []) {
  return suites.flatMap((suite) => [...(suite.specs ?? []).map((spec) => ({ suite, spec })), ...specsOf(suite.suites)])
}

function readReport(file, read) {
  return existsSync(file) ? read(JSON.parse(readFileSync(file, 'utf8'))) : null
}

async function withReport(work) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'plumbline-report-'))
  try {
    return await work(path.join(folder, 'report.json'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
