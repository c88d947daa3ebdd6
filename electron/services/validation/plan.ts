import type { Metric, MetricKind, Metrics } from '#shared/expectations/definition.ts'
import { type Sql, sqlKey } from '#shared/sql/sql.ts'

/**
 * From the metrics of all expectations of an asset to as few statements as possible. Pure. Aggregates share one scan;
 * equal fragments are computed once, whoever asks; what sorts, hashes or is the user's own stands alone.
 */

/** A column of the shared scan, or a statement of its own. */
export type Fragment = ScanFragment | OwnFragment

export interface ScanFragment {
  readonly key: string
  readonly pass: 'scan'
  readonly kind: MetricKind
  readonly sql: Sql
  /** The FROM item, where it is only some rows of the batch; null: the batch. */
  readonly from: Sql | null
  /** The same of those rows in a scan of the batch; null: it cannot be had there. */
  readonly shared: Sql | null
}

export interface OwnFragment {
  readonly key: string
  readonly pass: 'own'
  readonly kind: MetricKind
  readonly costs: 'sort' | 'hash' | 'index' | 'query'
  readonly statement: Sql
  /** How many columns it sorts or hashes together. */
  readonly columns: number
  /** The user's query by itself; null for a statement of ours. */
  readonly query: Sql | null
}

export interface Plan {
  readonly scans: readonly (readonly ScanFragment[])[]
  readonly own: readonly OwnFragment[]
}

/** PostgreSQL allows 1,664 columns; a broken one is found faster among fewer. */
const COLUMNS_PER_SCAN = 400
/** The protocol counts parameters in 16 bits. */
const PARAMETERS_PER_SCAN = 30_000

/** For each metric of an expectation, the key under which its value will be found. */
export type MetricKeys = Readonly<Record<string, string>>

export function metricKeys(metrics: Metrics): MetricKeys {
  return Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, fragmentOf(metric).key]))
}

/** `known`: keys that are measured, or known not to work; they are not asked again. */
export function planMetrics(metrics: readonly Metrics[], known: ReadonlySet<string> = new Set()): Plan {
  const fragments = new Map<string, Fragment>()
  for (const metric of metrics.flatMap((each) => Object.values(each))) {
    const fragment = fragmentOf(metric)
    if (!known.has(fragment.key)) fragments.set(fragment.key, fragment)
  }
  const all = [...fragments.values()]
  const scanned = all.filter((fragment) => fragment.pass === 'scan')
  return {
    scans: scansOf(scanned),
    own: all.filter((fragment) => fragment.pass === 'own'),
  }
}

/**
 * Those about the same rows share a scan. Where all rows are looked at anyway, those about some of them join in (engine rule 10); else
 * rows of one condition are read by themselves, which an index may make short.
 */
export function scansOf(given: readonly ScanFragment[]): readonly (readonly ScanFragment[])[] {
  const looksAtAll = given.some(({ from }) => from === null)
  const fragments = looksAtAll ? given.map(joining) : given
  return [...Map.groupBy(fragments, ({ from }) => (from === null ? '' : sqlKey(from))).values()].flatMap(chunks)
}

function joining(fragment: ScanFragment): ScanFragment {
  return fragment.shared === null ? fragment : { ...fragment, sql: fragment.shared, from: null }
}

export function fragmentOf(metric: Metric): Fragment {
  if (metric.pass === 'scan') {
    const from = metric.from ?? null
    const rows = from === null ? '' : ` from ${sqlKey(from)}`
    return {
      key: `${metric.kind} ${sqlKey(metric.sql)}${rows}`,
      pass: 'scan',
      kind: metric.kind,
      sql: metric.sql,
      from,
      shared: metric.shared ?? null,
    }
  }
  return {
    key: `own ${metric.kind} ${sqlKey(metric.statement)}`,
    pass: 'own',
    kind: metric.kind,
    costs: metric.costs,
    statement: metric.statement,
    columns: metric.costs === 'query' ? 1 : (metric.columns ?? 1),
    query: metric.costs === 'query' ? metric.query : null,
  }
}

function chunks(fragments: readonly ScanFragment[]): readonly (readonly ScanFragment[])[] {
  const out: ScanFragment[][] = []
  let parameters = 0
  for (const fragment of fragments) {
    const last = out.at(-1)
    const wanted = parameters + fragment.sql.values.length
    if (last === undefined || last.length === COLUMNS_PER_SCAN || wanted > PARAMETERS_PER_SCAN) {
      out.push([fragment])
      parameters = fragment.sql.values.length
    } else {
      last.push(fragment)
      parameters = wanted
    }
  }
  return out
}
