import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { CLUSTER_VARIABLE, startTestCluster } from '#test/support/cluster.ts'
import { createDatabase } from '#test/support/database.ts'
import { compare, type Report } from './compare.ts'
import { readAnswers, readCases } from './conformance.ts'

/** `npm run conformance -- [--tables FILE --cases FILE --answers DIR] [--json]`: our results beside GX Core's answers, on a server of its own. */

const here = (name: string) => new URL(`./data/${name}`, import.meta.url).pathname
const { values } = parseArgs({
  options: {
    tables: { type: 'string', default: here('tables.sql') },
    cases: { type: 'string', default: here('cases.json') },
    answers: { type: 'string', default: here('answers-1.24.1') },
    json: { type: 'boolean', default: false },
  },
})

const cluster = await startTestCluster()
process.env[CLUSTER_VARIABLE] = JSON.stringify(cluster.endpoint)
try {
  const database = await createDatabase({ sql: readFileSync(values.tables, 'utf8') })
  const report = await compare(database, readCases(values.cases), readAnswers(values.answers))
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`)
  else tell(report)
  process.exitCode = report.differs === 0 ? 0 : 1
} finally {
  await cluster.dispose()
}

function tell({ rules, list, ...figures }: Report): void {
  for (const { case_id, result_format, why } of list) {
    const format = typeof result_format === 'string' ? result_format : 'own format'
    say(`differs  ${case_id} ${format}: ${why.join('; ')}`)
  }
  for (const [rule, count] of Object.entries(rules)) say(`rule     ${String(count).padStart(4)}  ${rule}`)
  say(JSON.stringify(figures))
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
