import { type Sql, sql } from '#shared/sql/sql.ts'
import type { OpenTable } from './asset-source.ts'
import type { Judged } from './evaluate.ts'
import type { Source } from './execute.ts'
import { failingOf } from './expectation-result.ts'
import type { Pass, Passes } from './passes.ts'
import type { Prepared } from './prepare.ts'
import { earlyLookOf, groupsOf, readEarlySample, readSamples, type Sample, type Wanted } from './samples.ts'
import type { ValidationSession } from './session.ts'

/** Some rows of each expectation in which rows fail: by itself, or several in one look, side by side where there are two sessions. */

export interface SampleRequest {
  readonly passes: Passes
  readonly source: Source
  readonly table: OpenTable
  /** How many rows the batch has. */
  readonly rows: number
  /** How many of them are kept of each. */
  readonly sampleRows: number
  /** So many more looks at the table will be taken. */
  planned(looks: number): void
  taken(): void
  keep(owner: Prepared, sample: Sample): void
}

/** @throws what ends the run: a cancel, a timeout, a lost connection. */
export async function sampleFailures(judgements: readonly Judged[], request: SampleRequest): Promise<void> {
  const { passes, source, table, rows, sampleRows } = request
  const failures = judgements.flatMap(wantedOf)
  const early = source.asUser ? new Set<Prepared>() : await readEarlySamples(failures, sql`${table.relation} AS b`, request)
  const groups = groupsOf(
    failures.filter(({ owner }) => !early.has(owner)),
    rows,
    sampleRows,
  )
  request.planned(groups.length)
  await passes.run(
    groups.map((group) => ({
      weight: group.length,
      run: async (session) => {
        for (const [prepared, sample] of await readSamples(session, source, group, sampleRows)) request.keep(prepared, sample)
        request.taken()
      },
    })),
  )
}

function wantedOf(judged: Judged): readonly Wanted<Prepared>[] {
  if (judged.kind !== 'evaluated') return []
  const failing = failingOf(judged)
  if (failing === null) return []
  const { prepared, evaluation } = judged
  const rowWise = prepared.metrics.unexpected?.pass === 'scan'
  return [{ owner: prepared, failing, batch: prepared.batch, rowWise, failingRows: evaluation.counts?.unexpectedCount ?? 0 }]
}

/** What fails often is mostly found among the first rows. Gives those of whom it was. */
async function readEarlySamples(
  failures: readonly Wanted<Prepared>[],
  whole: Sql,
  { passes, rows, sampleRows, keep }: SampleRequest,
): Promise<ReadonlySet<Prepared>> {
  const found = new Set<Prepared>()
  const early = failures.flatMap((failure): Pass[] => {
    const look = earlyLookOf(failure, whole, rows, sampleRows)
    if (look === null) return []
    const run = async (session: ValidationSession) => {
      const sample = await readEarlySample(session, failure, look)
      if (sample === null) return
      found.add(failure.owner)
      keep(failure.owner, sample)
    }
    return [{ weight: look.within, run }]
  })
  await passes.run(early)
  return found
}
