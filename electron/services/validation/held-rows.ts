import type { Batch, Metrics } from '#shared/expectations/definition.ts'
import { conditionSql } from '#shared/expectations/row-condition.ts'
import { compile, emptySql, identifier, join, quoteIdentifier, type Sql, sql } from '#shared/sql/sql.ts'
import type { OpenTable } from './asset-source.ts'
import { batchOf } from './batch.ts'
import { answerIn, type Holder, keep, type Measured, runOn, type Source, scanStatement } from './execute.ts'
import { type Fragment, fragmentOf, scansOf } from './plan.ts'
import { onRowsOf, type Ready } from './prepare.ts'
import { readRecord } from './record-text.ts'
import type { ValidationSession } from './session.ts'

/**
 * A view or a query of the user's is evaluated once a round, whatever is asked of it: one statement holds the columns that are needed in a
 * MATERIALIZED common table expression, and every pass reads that. The same questions are written twice, of the asset itself and of
 * the rows that are held; the first are the names under which values are kept.
 */
export class HeldRows implements Holder {
  readonly #from: Sql
  readonly #table: OpenTable
  readonly #batch: Batch
  readonly #columns: readonly string[]
  readonly #twins = new Map<string, Fragment>()

  /** `batch`: the rows that are meant; all of them are held. */
  constructor(table: OpenTable, batch: Batch) {
    this.#from = batch.source
    this.#columns = table.shape.columns.map(({ name }) => name)
    this.#table = { ...table, relation: identifier(HELD) }
    this.#batch = batchOf(this.#table)
  }

  /** Learns how the first round of an expectation is asked of held rows. */
  learn(prepared: Ready): void {
    const own = this.#rowsOf(prepared)
    this.#pair(prepared.metrics, onRowsOf(own, this.#batch, prepared.definition.metrics(prepared.params, own)))
  }

  /** The same of its second round, as it was asked of the asset itself. */
  learnMore(prepared: Ready, more: Metrics, values: Parameters<NonNullable<Ready['definition']['more']>>[2]): void {
    const own = this.#rowsOf(prepared)
    this.#pair(more, onRowsOf(own, this.#batch, prepared.definition.more?.(prepared.params, own, values) ?? {}))
  }

  /** A statement of the user's own is sent as it is: it may use a relation in ways that held rows do not know. */
  answers(fragment: Fragment): boolean {
    return this.#twinOf(fragment) !== null
  }

  /** @throws PostgresError where one of them fails, and no value is kept */
  async measure(session: ValidationSession, source: Source, fragments: readonly Fragment[], measured: Measured): Promise<void> {
    const twins = fragments.map((fragment) => this.#twinOf(fragment) ?? fragment)
    // By their names: one that joins another scan is written anew.
    const pairs = new Map(twins.map(({ key }, index) => [key, fragments[index]]))
    const scans = scansOf(twins.filter((twin) => twin.pass === 'scan'))
    const own = twins.filter((twin) => twin.pass === 'own')
    const held: Source = { ...source, from: this.#batch.source }
    const statements = [...scans.map((scan) => scanStatement(held, scan)), ...own.map(({ statement }) => statement)]
    const { rows } = await runOn(session, source, this.#together(statements))
    const answers = answersOf(rows, statements.length)
    const found = (twin: Fragment, text: string | null | undefined) => {
      const fragment = pairs.get(twin.key)
      if (fragment !== undefined) keep(fragment, text, measured)
    }
    scans.forEach((scan, index) => {
      scan.forEach((twin, place) => {
        found(twin, answers[index]?.[0]?.[place])
      })
    })
    own.forEach((twin, index) => {
      const answer = answers[scans.length + index] ?? []
      const fragment = pairs.get(twin.key)
      if (twin.kind !== 'list') found(twin, answerIn(answer, twin))
      else if (fragment !== undefined) measured.values.set(fragment.key, answer)
    })
  }

  /** Each row of the answer says which statement it is of, and its place there: UNION ALL promises no order. */
  #together(statements: readonly Sql[]): Sql {
    const parts = statements.map(
      (statement, index) =>
        sql`SELECT ${index}::pg_catalog.int4, pg_catalog.row_number() OVER (), ${identifier(PASS)}::pg_catalog.text FROM (${statement}) AS ${identifier(PASS)}`,
    )
    const asked = join(statements, ' ')
    const text = compile(asked).text
    // One too many only costs something; one too few would be an error.
    const needed = this.#columns.filter((name) => text.includes(quoteIdentifier(name)))
    const columns =
      needed.length === 0
        ? emptySql
        : join(
            needed.map((name) => sql`b.${identifier(name)}`),
            ', ',
          )
    return sql`WITH ${identifier(HELD)} AS MATERIALIZED (SELECT ${columns} FROM ${this.#from})\n${join(parts, ' UNION ALL ')}`
  }

  #rowsOf({ condition }: Ready): Batch {
    if (condition === null) return this.#batch
    const within = conditionSql(condition, this.#batch)
    return { ...batchOf(this.#table, within), within }
  }

  #pair(metrics: Metrics, twins: Metrics): void {
    for (const [name, metric] of Object.entries(metrics)) {
      const twin = twins[name]
      if (twin !== undefined) this.#twins.set(fragmentOf(metric).key, fragmentOf(twin))
    }
  }

  #twinOf(fragment: Fragment): Fragment | null {
    if (fragment.pass === 'own' && fragment.query !== null) return null
    // What speaks of no column is the same of any rows.
    const same = fragment.pass === 'scan' && fragment.from === null ? fragment : null
    return this.#twins.get(fragment.key) ?? same
  }
}

const HELD = 'held rows'
const PASS = 'one pass'

/** The rows of each statement, in their order, as fields of text. */
function answersOf(
  rows: readonly (readonly (string | null)[])[],
  statements: number,
): readonly (readonly (readonly (string | null)[])[])[] {
  const found = Array.from({ length: statements }, (): { readonly place: number; readonly fields: readonly (string | null)[] }[] => [])
  for (const [index, place, record] of rows) found[Number(index)]?.push({ place: Number(place), fields: readRecord(record ?? '()') })
  return found.map((answer) => answer.sort((a, b) => a.place - b.place).map(({ fields }) => fields))
}
