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
  /** Not in GX's catalogue, or not for PostgreSQL: the gallery says so. */
  readonly beyondGx?: true
  readonly issue: DataQualityIssue
  /** What it speaks about; the "by column" way of picking uses it. */
  readonly domain: 'table' | 'column' | 'column pair' | 'columns' | 'query'
  /** GX's kwargs: the storage format, the validation and, by each field's meta (fields.ts), the form. */
  readonly params: z.ZodObject
  /** The sentence, in parts, so that names and values can be set apart. */
  prose(params: Params): Prose
  /** What cannot work on this table, each at its param: a missing column, a type without an order, … */
  check?(params: Params, table: TableShape): readonly ParamProblem[]
  /** Constant expressions that fail when a param cannot work (a broken pattern): EXPLAIN alone does not find these. */
  probes?(params: Params): readonly Sql[]
  /** A query that is asked of another data source first; its rows are at hand as the batch's `elsewhere`. null: there is none. */
  elsewhere?(params: Params, table: TableShape): Elsewhere | null
  /** The numbers it needs. Equal fragments are computed once, whoever asks. None: it looks at the columns only. */
  metrics(params: Params, batch: Batch): Metrics
  /** A second round, only when the first leaves something open (a uniqueness that its count did not prove). */
  more?(params: Params, batch: Batch, values: MetricValues): Metrics
  /** What that round costs where it is always asked, because it needs numbers of the first; left out: it mostly is not. */
  readonly follows?: 'scan' | 'sort'
  /** The rows that fail, for samples and "Show failing rows". null: there are no rows to show. */
  failing?(params: Params, batch: Batch): FailingRows | null
  evaluate(params: Params, values: MetricValues, table: TableShape): Evaluation
  /** Values to start the form with, from the profile of the column that was picked (null: none was) and of its table. */
  prefill?(column: ColumnProfile | null, rowCount: number, columns?: readonly string[]): Kwargs
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
  readonly columns: readonly ColumnShape[]
  /** Primary key, else a unique index on NOT NULL columns, else empty: then the order of samples is not repeatable. */
  readonly keyColumns: readonly string[]
  /** Absent where it is not known, as in a form. */
  readonly dataSourceName?: string
}

export interface ColumnShape extends Column {
  /** Read from the catalog when a run starts; absent where only names and types are known, as in a form. */
  readonly abilities?: ColumnAbilities
  /** The server's statistics, which may be old, have seen a value more than once. A hint for what to ask first, never an answer. */
  readonly repeats?: boolean
}

/** What PostgreSQL can do with values of a column, by its type's own operators. */
export interface ColumnAbilities {
  readonly equality: boolean
  readonly order: boolean
  readonly pattern: boolean
  readonly mean: boolean
  /**
   * How duplicates are ruled out. `count`: count(DISTINCT value), for short values of fixed width. `hash`: the same over a
   * 64-bit hash. `group`: only grouping tells. `none`: nothing compares two values.
   */
  readonly distinct: 'count' | 'hash' | 'group' | 'none'
}

/** Asked of another data source, in a snapshot of its own. */
export interface Elsewhere {
  readonly dataSource: string
  readonly query: Sql
}

/** What a definition builds SQL from. */
export interface Batch {
  readonly table: TableShape
  /** The FROM item, for example `"sales"."orders" AS b`. */
  readonly source: Sql
  /** The same, where a WHERE stands beside it: PostgreSQL looks at the cheaper condition first, and a check may fail on rows that are not in the batch. */
  readonly fencedSource: Sql
  /** Its rows among those of the shared scan, as a condition; absent where they are all of them. */
  readonly within?: Sql
  /** The relation without an alias, as `{batch}` in a user's query stands for it: what that asks of a row is asked of rows of the batch only. */
  readonly relation: Sql
  /** What another data source answered, as a query of its own. Absent where nothing was asked elsewhere. */
  readonly elsewhere?: Sql
  /** The quoted column, for example `b."status"`. */
  column(name: string): Sql
  /** A comparison by the type's own btree operators, schema-qualified : never a bare `=`. */
  compare(left: string, operator: Comparison, right: Sql | Operand): Sql
  /** A pattern match by the column's exact type. */
  matches(column: string, regex: Sql): Sql
  /** A LIKE pattern, by the column's own operator: of citext it does not mind the case. */
  like(column: string, pattern: Sql): Sql
  /** The value is one of these, as separate operands: an array of the column's type would refuse what does not fit it. NULLs in the set are left out. */
  inSet(column: string, values: readonly (Operand | null)[]): Sql
  /** How many different values there are, or fewer: equal to the number of non-null rows, it proves that none repeats. null: the type has no such short form. */
  distinct(column: string): Sql | null
  /** The same over rows of several columns, for rows in which each has a value. null: a type of theirs has no hash. */
  distinctRows(columns: readonly string[]): Sql | null
  /** The greatest or the least value by the type's own order, as an aggregate. null: the type has none, only an order. */
  extreme(column: string, which: 'max' | 'min'): Sql | null
  /** Such a value compared with a bound, once it is found. null: as above. */
  extremeIs(column: string, which: 'max' | 'min', operator: Exclude<Comparison, '<>'>, bound: Operand): ((extreme: Sql) => Sql) | null
}

/** A constant of a param. A text is sent without a type, so that the column decides what it is; a number as int4, int8 or numeric, by its form. */
export type Operand = string | number | boolean

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>='

export type Metrics = Readonly<Record<string, Metric>>

/** `count`: a bigint. `text`: PostgreSQL's own text. `flag`: a boolean. `list`: rows of text. */
export type MetricKind = 'count' | 'text' | 'flag' | 'list'

export type Metric = (ScanMetric | OwnMetric | QueryMetric) & {
  /** What the catalog may know already: then this is not measured. */
  readonly proof?: Proof
}

/** An aggregate that shares one scan with all others of the same asset. `from`: only some of its rows; those of equal rows share one. */
export interface ScanMetric {
  readonly pass: 'scan'
  readonly kind: Exclude<MetricKind, 'list'>
  readonly sql: Sql
  readonly from?: Sql
  /** The same of the rows for which a condition holds, in a scan of all. Left out: it needs a scan of its own. */
  readonly within?: (rows: Sql) => Sql
  /** That, for the rows of `from`. */
  readonly shared?: Sql
  /** Where an index is in its order, it answers without a look at each row. */
  readonly indexed?: boolean
}

/** A statement of its own, because it sorts or hashes. `costs` names it in the plan. */
interface OwnMetric {
  readonly pass: 'own'
  readonly kind: MetricKind
  readonly costs: 'sort' | 'hash' | 'index'
  readonly statement: Sql
  /** How many columns it sorts or hashes together; one unless said. */
  readonly columns?: number
}

/** A statement around a query of the user's, which must be one whole query by itself. It runs under the data source's search_path. */
interface QueryMetric {
  readonly pass: 'own'
  readonly kind: MetricKind
  readonly costs: 'query'
  readonly statement: Sql
  readonly query: Sql
}

export interface Proof {
  readonly claim: Claim
  /** Values by the metric's names that follow from the claim. With `unexpected` among them the verdict itself is proven. */
  readonly gives: MetricValues
}

/** What a constraint can say about every row that there is. */
export type Claim =
  | { readonly kind: 'not null'; readonly column: string }
  /** No two rows in which all of these have a value have the same values. */
  | { readonly kind: 'unique'; readonly columns: readonly string[] }
  /** No row for which `where`, which speaks of these columns, is true. */
  | { readonly kind: 'never'; readonly columns: readonly string[]; readonly where: Sql }

export type MetricValue = bigint | string | boolean | null | readonly (readonly (string | null)[])[]
export type MetricValues = Readonly<Record<string, MetricValue>>

export interface FailingRows {
  /** Columns whose values are kept as the sample. Empty: all that the query gives. */
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
