/** Runs Vitest and Playwright and reads their own reports, so that what is counted is what ran. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { inRoot, programs, run } from './paths.mjs'

/** `skippedNames`: of the skipped ones, as far as they are known.
 * @typedef {{ passed: number, failed: number, skipped: number, skippedNames: readonly string[] }} Counts */

export const noTests = Object.freeze({ passed: 0, failed: 0, skipped: 0, skippedNames: [] })

/**
 * @param {string} node
 * @param {readonly string[]} projects of test/vitest.config.ts
 * @param {{ env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ ok: boolean, counts: Counts }>}
 */
export function runVitest(node, projects, options = {}) {
  return withReport(async (report) => {
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
      ],
      { env: { ...process.env, ...options.env } },
    )
    return settle(
      code,
      readReport(report, (json) => ({
        passed: json.numPassedTests,
        failed: json.numFailedTests,
        skipped: json.numPendingTests + json.numTodoTests,
        skippedNames: json.testResults.flatMap(({ assertionResults }) =>
          assertionResults.filter(({ status }) => !['passed', 'failed'].includes(status)).map(({ fullName }) => fullName),
        ),
      })),
    )
  })
}

/** @returns {Promise<{ ok: boolean, counts: Counts }>} */
export function runPlaywright(node, options = {}) {
  return withReport(async (report) => {
    const code = await run(node, [programs.playwright, 'test', ...playwrightConfig, '--reporter=list,json', ...(options.args ?? [])], {
      env: { ...process.env, ...options.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
    })
    return settle(code, readReport(report, countPlaywright))
  })
}

/** How many screen tests there are, without running one: what a machine without a browser skips. */
export function countPlaywrightTests(node) {
  return withReport(async (report) => {
    await run(node, [programs.playwright, 'test', ...playwrightConfig, '--list', '--reporter=json'], {
      env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const counts = readReport(report, (json) => ({ ...noTests, skipped: countSpecs(json.suites) }))
    return counts?.skipped ?? 0
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
    }),
    noTests,
  )
}

const playwrightConfig = ['--config', inRoot('test', 'e2e', 'playwright.config.ts')]

/** A run that ended badly without a failed test (a file that could not be loaded, no report at all) counts as one failure. */
function settle(code, counts) {
  const read = counts ?? { ...noTests, failed: 1 }
  if (code !== 0 && read.failed === 0) return { ok: false, counts: { ...read, failed: 1 } }
  return { ok: code === 0 && read.failed === 0, counts: read }
}

function countPlaywright({ stats, suites }) {
  const names = skippedSpecs(suites)
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped, skippedNames: names }
}

function skippedSpecs(suites = []) {
  return suites.flatMap((suite) => [
    ...(suite.specs ?? [])
      .filter(({ tests }) => tests.some(({ status }) => status === 'skipped'))
      .map(({ title }) => `${suite.title}: ${title}`),
    ...skippedSpecs(suite.suites),
  ])
}

function countSpecs(suites = []) {
  return suites.reduce(
    (sum, suite) => sum + (suite.specs ?? []).reduce((tests, spec) => tests + spec.tests.length, 0) + countSpecs(suite.suites),
    0,
  )
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
