import type { Batch, Elsewhere } from '#shared/expectations/definition.ts'
import { conditionSql, type RowCondition } from '#shared/expectations/row-condition.ts'
import { type BatchDefinition, type RunBatch, wholeTable } from '#shared/model/batch.ts'
import type { Expectation, Kwargs } from '#shared/model/expectation.ts'
import { type Sql, sql, sqlKey } from '#shared/sql/sql.ts'
import { type OpenTable, readSource, readsAsUser } from './asset-source.ts'
import { batchOf } from './batch.ts'
import { openBatch } from './batches.ts'
import { type AskElsewhere, problem } from './elsewhere.ts'
import { runOn, type Source } from './execute.ts'
import { HeldRows } from './held-rows.ts'
import { tryProbes } from './preflight.ts'
import { elsewhereOf, type Prepared, prepare } from './prepare.ts'
import type { Problem } from './problems.ts'
import { proved } from './proofs.ts'
import type { ValidationSession } from './session.ts'
import type { AssetSource } from './source-relations.ts'
import { hiddenRowsSentence, readVisibility, type Visibility } from './visibility.ts'

/** What is found out about an asset and its expectations before a row of it is read; a run and its price begin with the same. */

export interface AssetRequest {
  readonly source: AssetSource
  /** How the rows are cut into batches, and which one is meant; period null: the newest. */
  readonly batches?: BatchDefinition
  readonly period?: string | null
  readonly expectations: readonly Expectation[]
  /** Values of the suite parameters that kwargs name; left out: none. */
  readonly parameters?: Kwargs
  /** true: what a constraint proves is measured all the same. */
  readonly verify?: boolean
  /** Asks another data source; left out: there is none to ask. */
  readonly elsewhere?: (signal: AbortSignal) => AskElsewhere
}

export interface OpenAsset {
  readonly table: OpenTable
  readonly batch: Batch
  /** null: the whole table. */
  readonly runBatch: RunBatch | null
  /** Where the shared scan reads. */
  readonly scanned: Source
  readonly prepared: readonly Prepared[]
  /** Where each pass would evaluate a view or a query anew; null: a table. */
  readonly held: HeldRows | null
}

export interface Opening {
  /** null: there is no such relation, or the role may not see it. */
  readonly visibility: Visibility | null
  readonly remarks: readonly string[]
  /** A sentence: why nothing can be measured. */
  readonly asset: OpenAsset | string
}

/** `withRows` false: of another data source only the columns are asked. @throws PostgresError for a query that the server refuses, and whatever ends a run */
export async function openAsset(
  session: ValidationSession,
  request: AssetRequest & { readonly signal: AbortSignal },
  { withRows }: { readonly withRows: boolean },
): Promise<Opening> {
  const { source } = request
  const table = await readSource(session, source)
  if (table === null) {
    const asset = `${source.schema}.${source.relation} does not exist any more, or the role may not see it.`
    return { visibility: null, remarks: [], asset }
  }
  const visibility = await readVisibility((statement) => session.query(statement), table.oid, source.query)
  const rows: Source = { from: table.relation, asUser: readsAsUser(table) }
  const opened = await openBatch((statement) => runOn(session, rows, statement), table, {
    definition: request.batches ?? wholeTable,
    period: request.period ?? null,
  })
  if (!opened.ok) return { visibility, remarks: visibility.remarks, asset: opened.sentence }
  const batch = batchOf(table, opened.rows)
  const rowsOf = (condition: RowCondition) => {
    const only = conditionSql(condition, batch)
    return { ...batchOf(table, opened.rows === null ? only : sql`${opened.rows} AND ${only}`), within: only }
  }
  const shape = source.dataSourceName === undefined ? table.shape : { ...table.shape, dataSourceName: source.dataSourceName }
  const answers = await session.awakeUntil(askElsewhere(request, shape, withRows))
  const answerOf = (wanted: Elsewhere) => answers.get(keyOf(wanted)) ?? problem(`${wanted.dataSource} cannot be asked from here.`)
  const asked = { table: shape, batch, parameters: request.parameters ?? {}, rowsOf, answerOf }
  const prepared = request.expectations.map((expectation) => hideRows(prepare(expectation, asked), visibility))
  const sound = await probed(session, prepared)
  const held = rows.asUser ? new HeldRows(table, batch) : null
  if (held !== null) for (const each of sound) if (each.kind === 'ready') held.learn(each)
  return {
    visibility,
    remarks: [...visibility.remarks, ...opened.remarks, ...remarksOf(answers)],
    asset: {
      table,
      batch,
      runBatch: opened.batch,
      scanned: { ...rows, from: batch.source },
      prepared: request.verify === true ? sound : await proved(session, table, sound),
      held,
    },
  }
}

type Answers = ReadonlyMap<string, Sql | Problem>

/** Each query once, whoever asks. */
async function askElsewhere(
  request: AssetRequest & { readonly signal: AbortSignal },
  table: Parameters<typeof elsewhereOf>[1]['table'],
  withRows: boolean,
): Promise<Answers> {
  const answers = new Map<string, Sql | Problem>()
  const ask = request.elsewhere?.(request.signal)
  for (const expectation of request.expectations) {
    const wanted = elsewhereOf(expectation, { table, parameters: request.parameters ?? {} })
    if (ask === undefined || wanted === null || answers.has(keyOf(wanted))) continue
    answers.set(keyOf(wanted), await ask(wanted, withRows))
  }
  return answers
}

function keyOf({ dataSource, query }: Elsewhere): string {
  return JSON.stringify([dataSource, sqlKey(query)])
}

function remarksOf(answers: Answers): readonly string[] {
  const sources = new Set(
    [...answers].filter(([, answer]) => !('sentence' in answer)).map(([key]) => String((JSON.parse(key) as string[])[0])),
  )
  return [...sources].map((name) => `Rows of ${name} were read in a snapshot of its own, taken a moment after that of this data asset.`)
}

async function probed(session: ValidationSession, all: readonly Prepared[]): Promise<readonly Prepared[]> {
  const problems = await tryProbes(
    session,
    all.flatMap((prepared) => (prepared.kind === 'ready' ? prepared.probes : [])),
  )
  return all.map((prepared) => {
    if (prepared.kind === 'broken') return prepared
    const problem = prepared.probes.map((probe) => problems.get(sqlKey(probe))).find((found) => found !== undefined)
    return problem === undefined ? prepared : { kind: 'broken', expectation: prepared.expectation, sentence: prepared.sentence, problem }
  })
}

/** Who may not see every row cannot vouch for any. Columns are the same for everybody. */
function hideRows(prepared: Prepared, visibility: Visibility): Prepared {
  if (prepared.kind === 'broken' || visibility.hiding.length === 0 || Object.keys(prepared.metrics).length === 0) return prepared
  const problem = { sentence: hiddenRowsSentence(visibility), sqlstate: '42501', aboutValues: false }
  return { kind: 'broken', expectation: prepared.expectation, sentence: prepared.sentence, problem }
}
