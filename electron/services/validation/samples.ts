import { PostgresError } from '#services/postgres/errors.ts'
import type { Batch, FailingRows } from '#shared/expectations/definition.ts'
import type { Source } from './execute.ts'
import { clipCell, describeStatement, sampleColumns, sampleStatement } from './failing-rows.ts'
import { ends, type Problem, problemOf } from './problems.ts'
import type { ValidationSession } from './session.ts'

/** Up to 20 failing rows, read for failures only. */
export interface Sample {
  readonly columns: readonly string[]
  readonly values: readonly (readonly (string | null)[])[]
  /** Why there is no sample although rows fail. */
  readonly problem: Problem | null
}

export const noSample: Sample = { columns: [], values: [], problem: null }

/** @throws what ends the run: a cancel, a timeout, a lost connection. */
export async function readSample(session: ValidationSession, source: Source, failing: FailingRows, batch: Batch): Promise<Sample> {
  const asUser = source.asUser || 'query' in failing.rows
  const run = (statement: Parameters<ValidationSession['query']>[0]) =>
    asUser ? session.queryAsUser(statement) : session.isolated(() => session.query(statement))
  try {
    const columns = sampleColumns(failing, batch) ?? ('query' in failing.rows ? await columnsOf(run, failing.rows.query) : [])
    const { rows } = await run(sampleStatement(failing, batch, columns))
    return { columns, values: rows.map((row) => row.map(clipCell)), problem: null }
  } catch (error) {
    if (!(error instanceof PostgresError) || ends(error)) throw error
    return { ...noSample, problem: problemOf(error) }
  }
}

async function columnsOf(
  run: (statement: ReturnType<typeof describeStatement>) => ReturnType<ValidationSession['query']>,
  query: Parameters<typeof describeStatement>[0],
) {
  return (await run(describeStatement(query))).columns.map((column) => column.name)
}
