/**
 * `npm run figures [-- --json] [-- --write]`: the figures of SECURITY.md, from the records that the tests themselves have left. `--write` puts
 * them into the page. Ends with 2 where a required one is missing, with 1 where one breaks a promise.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { figureList } from './figure-list.mjs'
import { inRoot, root, say, takeFlag } from './paths.mjs'

const pageMarks = ['<!-- figures: written by `npm run figures -- --write` -->', '<!-- end of figures -->']

/** @returns {Map<string, { key: string, value: number, at: string }>} */
export function readFigures(from = root) {
  const folder = figuresFolder(from)
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []
  return new Map(
    names
      .map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')))
      .filter(({ key, value, at }) => typeof key === 'string' && typeof value === 'number' && typeof at === 'string')
      .map((record) => [record.key, record]),
  )
}

/** For what `npm test` itself counts; tests write theirs with test/support/figures.ts. */
export function writeFigure(key, value, from = root) {
  const folder = figuresFolder(from)
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, `${key}.json`)
  writeFileSync(`${file}.new`, `${JSON.stringify({ key, value, at: new Date().toISOString() })}\n`)
  renameSync(`${file}.new`, file)
}

/** The names of the tests that were not run, one a line: what SECURITY.md's number of them stands for. */
export function writeSkipped(names, from = root) {
  mkdirSync(figuresFolder(from), { recursive: true })
  writeFileSync(skippedFile(from), names.map((name) => `${name}\n`).join(''))
}

/**
 * Pure. What the list asks for beside what is there. `builtAtMs`: of the newest build, 0 when there is none.
 * @param {readonly import('./figure-list.mjs').Figure[]} list
 */
export function compareFigures(list, records, builtAtMs) {
  const known = list.map((figure) => ({
    ...figure,
    value: records.get(figure.key)?.value ?? null,
    at: records.get(figure.key)?.at ?? null,
  }))
  return {
    figures: known,
    missing: known.filter(({ value }) => value === null).map(({ key }) => key),
    requiredMissing: known.filter(({ value, required }) => value === null && required === true).map(({ key }) => key),
    older: known.filter(({ at }) => at !== null && Date.parse(at) < builtAtMs).map(({ key }) => key),
    broken: known.filter(({ value, must }) => value !== null && must !== undefined && value !== must).map(({ key }) => key),
    unlisted: [...records.keys()].filter((key) => !list.some((figure) => figure.key === key)),
  }
}

/** Pure. The table of the page, between its marks; `date` is the day of the oldest record. */
export function pageTable(figures, date) {
  const rows = figures
    .filter(({ value }) => value !== null)
    .map(({ what, value, by }) => `| ${what} | ${value.toLocaleString('en-US')} | \`${by}\` |`)
  return [pageMarks[0], '', `As of ${date}:`, '', '| what | figure | from |', '|---|---|---|', ...rows, '', pageMarks[1]].join('\n')
}

/** Pure. The page with another table; throws where it has no marks. */
export function withTable(page, table) {
  const [start, end] = [page.indexOf(pageMarks[0]), page.indexOf(pageMarks[1])]
  if (start === -1 || end < start) throw new Error('SECURITY.md has lost the marks between which the figures stand.')
  return page.slice(0, start) + table + page.slice(end + pageMarks[1].length)
}

function figuresFolder(from) {
  return path.join(from, '.plumbline', 'figures')
}

function skippedFile(from) {
  return path.join(figuresFolder(from), 'skipped.txt')
}

function builtAtMs() {
  const folder = inRoot('dist')
  const stamps = existsSync(folder) ? readdirSync(folder).filter((name) => /^\..*-built$/.test(name)) : []
  return Math.max(0, ...stamps.map((name) => statSync(path.join(folder, name)).mtimeMs))
}

function main(args) {
  const [asJson, write] = [takeFlag(args, '--json'), takeFlag(args, '--write')]
  const told = compareFigures(figureList, readFigures(), builtAtMs())
  const skipped = existsSync(skippedFile(root)) ? readFileSync(skippedFile(root), 'utf8').split('\n').filter(Boolean) : []
  if (asJson) {
    const values = Object.fromEntries(told.figures.map(({ key, value }) => [key, value]))
    const { missing, older, broken, unlisted } = told
    process.stdout.write(`${JSON.stringify({ ...values, missing, older, broken, unlisted, skipped }, null, 2)}\n`)
  } else {
    const width = Math.max(...told.figures.map(({ key }) => key.length))
    for (const { key, value, what } of told.figures) {
      process.stdout.write(`${key.padEnd(width)}  ${(value === null ? '-' : value.toLocaleString('en-US')).padStart(9)}  ${what}\n`)
    }
    for (const name of skipped) process.stdout.write(`skipped: ${name}\n`)
  }
  tell('Missing (no test has written them here yet)', told.missing)
  tell('Older than the last build', told.older)
  tell('Recorded, but not in electron/launch/figure-list.mjs', told.unlisted)
  tell('NOT AS PROMISED', told.broken)
  if (write) {
    const dates = told.figures.flatMap(({ at }) => (at === null ? [] : [at.slice(0, 10)])).sort()
    const file = inRoot('SECURITY.md')
    writeFileSync(file, withTable(readFileSync(file, 'utf8'), pageTable(told.figures, dates[0] ?? 'no day yet')))
    say('SECURITY.md has these figures now.')
  }
  if (told.requiredMissing.length > 0) return 2
  return told.broken.length > 0 ? 1 : 0
}

function tell(what, keys) {
  if (keys.length > 0) say(`${what}: ${keys.join(', ')}`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = main(process.argv.slice(2))
