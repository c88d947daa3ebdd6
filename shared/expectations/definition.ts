import type { z } from 'zod'
import type { ColumnProfile } from '#shared/model/data-asset.ts'
import type { Column } from '#shared/model/data-source.ts'
import type { DataQualityIssue, Kwargs } from '#shared/model/expectation.ts'
import type { RowCounts } from '#shared/model/run.ts'
import type { Sql } from '#shared/sql/sql.ts'

/**
 * What an expectation is: one object in one file. It says which numbers it needs (metrics, as SQL), what they mean
 * (evaluate, pure), which rows fail (failing) and how it reads (prose). The engine never asks which expectation it
 * has in hand: whatever it needs to know is a property here.
 */
export interface ExpectationDefinition<Params = never> {
  /** GX's type name, for example `expect_column_values_to_be_unique`. */
  readonly type: string
  /** For lists and forms, for example "Column values to be unique". */
  readonly title: string
  /** One sentence for the picker. */
  readonly summary: string
  readonly issue: DataQualityIssue
  /** What it speaks about; the "by column" way of picking uses it. */
  readonly domain: 'table' | 'column' | 'column pair' | 'columns' | 'query'
  /** GX's kwargs: the storage format, the validation and, by each field's meta (fields.ts), the form. */
  readonly params: z.ZodObject
  /** The sentence, in parts, so that names and values can be set apart. */
  prose(params: Params): Prose
  /** What cannot work on this table, each at its param: a missing column, a type without an order, … */
  check?(params: Params, table: TableShape): readonly ParamProblem[]
  /** The numbers it needs. Equal fragments are computed once, whoever asks. None: it looks at the columns only. */
  metrics(params: Params, batch: Batch): Metrics
  /** A second round, only when the first leaves something open (a uniqueness that its count did not prove). */
  more?(params: Params, batch: Batch, values: MetricValues): Metrics
  /** The rows that fail, for samples and "Show failing rows". null: there are no rows to show. */
  failing?(params: Params, batch: Batch): FailingRows | null
  evaluate(params: Params, values: MetricValues, table: TableShape): Evaluation
  /** Values to start the form with, from the profile of the column that was picked. */
  prefill?(column: ColumnProfile, rowCount: number): Kwargs
}

/** Any definition, with its params already forgotten; the registry holds these. */
// biome-ignore lint/suspicious/noExplicitAny: a list of definitions with different params has no other type; `defineExpectation` checks each one.
export type AnyExpectationDefinition = ExpectationDefinition<any>

/** Ties `params` to the type that the functions take. */
export function defineExpectation<const Schema extends z.ZodObject>(
  definition: Omit<ExpectationDefinition<z.infer<Schema>>, 'params'> & { readonly params: Schema },
): ExpectationDefinition<z.infer<Schema>> {
  return definition
}

/** The relation as the catalog describes it when a run starts. */
export interface TableShape {
  readonly schema: string
  readonly name: string
  readonly columns: readonly Column[]
  /** Primary key, else a unique index on NOT NULL columns, else empty: then the order of samples is not repeatable. */
  readonly keyColumns: readonly string[]
}

/** What a definition builds SQL from. */
export interface Batch {
  readonly table: TableShape
  /** The FROM item, for example `"sales"."orders" AS b`. */
  readonly source: Sql
  /** The quoted column, for example `b."status"`. */
  column(name: string): Sql
  /** A comparison by the type's own btree operators, schema-qualified (engine.md 5): never a bare `=`. */
  compare(left: string, operator: Comparison, right: Sql): Sql
  /** A pattern match by the column's exact type. */
  matches(column: string, regex: Sql): Sql
  /** `x IN (…)` with separate operands (engine.md 18); NULLs in the set are left out. */
  inSet(column: string, values: readonly (string | number | boolean | null)[]): Sql
}

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>='

export type Metrics = Readonly<Record<string, Metric>>

/** `count`: a bigint. `text`: PostgreSQL's own text. `flag`: a boolean. `list`: rows of text. */
export type MetricKind = 'count' | 'text' | 'flag' | 'list'

export type Metric =
  /** An aggregate that shares one scan with all others of the same asset. */
  | { readonly pass: 'scan'; readonly kind: Exclude<MetricKind, 'list'>; readonly sql: Sql }
  /** A statement of its own: one that sorts, hashes, or is the user's. `costs` names it in the plan. */
  | { readonly pass: 'own'; readonly kind: MetricKind; readonly costs: 'sort' | 'hash' | 'query' | 'index'; readonly statement: Sql }

export type MetricValue = bigint | string | boolean | null | readonly (readonly (string | null)[])[]
export type MetricValues = Readonly<Record<string, MetricValue>>

export interface FailingRows {
  /** Columns whose values are kept as the sample. */
  readonly columns: readonly string[]
  /** Rows of the batch for which this is true; or a whole query of the user's. */
  readonly rows: { readonly where: Sql } | { readonly query: Sql }
}

export interface Evaluation {
  readonly success: boolean
  readonly observedValue: z.core.util.JSONType | null
  readonly counts: RowCounts | null
  readonly details: Kwargs
}

export interface ParamProblem {
  /** Name of the param. */
  readonly field: string
  /** For a person: what is wrong and what to do. */
  readonly sentence: string
}

export type Prose = readonly ProsePart[]
export type ProsePart = { readonly kind: 'text' | 'column' | 'value'; readonly text: string }
