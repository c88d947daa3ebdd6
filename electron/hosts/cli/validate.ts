import { AppError } from '#shared/contract/errors.ts'
import type { DataAsset } from '#shared/model/data-asset.ts'
import type { Run } from '#shared/model/run.ts'
import { planText, type RunPlan } from '#shared/model/run-plan.ts'
import type { Client } from './contract-client.ts'
import { table } from './text.ts'

/** Validates one asset and waits for the end. `period` null: the newest batch, or the whole table. `signal` cancels the run, on the server too. */
export async function validate(client: Client, asset: DataAsset, period: string | null, wish: Wish, signal: AbortSignal): Promise<Run> {
  await requirePassword(client, asset)
  const changes = await client.app.changes({})
  const { id } = await client.validations.start({ assetId: asset.id, ...wish, ...(period === null ? {} : { period }) })
  const cancel = (): void => void client.validations.cancel({ id })
  signal.addEventListener('abort', cancel, { once: true })
  if (signal.aborted) cancel()
  // The first item comes at once, so that an end before the stream was open is not missed.
  for await (const _ of changes) {
    const run = await client.validations.get({ id })
    if (run.summary.state !== 'queued' && run.summary.state !== 'running') return run
  }
  throw new AppError('UNAVAILABLE', 'The run ended without a result.', { cause: 'stream-ended' })
}

export interface Wish {
  readonly verify: boolean
  readonly allowLargeSorts: boolean
  /** How many failing rows of each expectation are kept; left out: as many as the window shows. */
  readonly samples?: number
}

/** What validating it would send. */
export async function plan(client: Client, asset: DataAsset, period: string | null, signal: AbortSignal): Promise<RunPlan> {
  await requirePassword(client, asset)
  return await client.validations.plan({ assetId: asset.id, ...(period === null ? {} : { period }) }, { signal })
}

export function planAsText(asset: DataAsset, made: RunPlan): string {
  const steps = made.steps.map(({ kind, expectations, holdsBytes, estimated }) => [
    kind,
    String(expectations.length),
    holdsBytes === null ? '' : `${estimated ? 'about' : 'up to'} ${Math.ceil(holdsBytes / 1_048_576)} MB`,
    expectations.length === 1 ? (expectations[0] ?? '') : '',
  ])
  return [
    table(['step', 'expectations', 'holds', 'for'], steps),
    '',
    ...made.proved.map(({ sentence, provedBy }) => table([`proved by ${provedBy}: ${sentence}`], [])),
    ...made.broken.map(({ sentence, why }) => table([`cannot be evaluated: ${sentence} (${why})`], [])),
    table([`${asset.dataSourceName}/${asset.name}: ${planText(made)}`], []),
    ...(made.needsConsent
      ? ['A sort may take more than 10 GB of the server: validate with --allow-large-sorts if that is all right.']
      : []),
  ].join('\n')
}

/** 0 passed, 1 failed, 2 could not run. */
export function exitStatus(run: Run): 0 | 1 | 2 {
  if (run.summary.state !== 'done') return 2
  if (run.summary.verdict === 'passed') return 0
  return run.summary.verdict === 'failed' ? 1 : 2
}

export function runAsText(asset: DataAsset, run: Run): string {
  const { summary, results, circumstances } = run
  const rows = results.map((result) => [
    result.outcome,
    result.severity,
    result.counts === null ? '' : String(result.counts.unexpectedCount),
    result.problem === null ? result.sentence : `${result.sentence} (${result.problem.sentence})`,
  ])
  const { evaluated, successful, unsuccessful, errored } = summary.statistics
  return [
    table(['outcome', 'severity', 'rows', 'expectation'], rows),
    '',
    ...(circumstances?.remarks ?? []).map((remark) => table([remark], [])),
    table(
      [
        `${asset.dataSourceName}/${asset.name}${summary.batch === null ? '' : ` (${summary.batch.period ?? 'newest batch'})`}: ${summary.verdict ?? summary.state}`,
      ],
      [],
    ),
    `${evaluated} evaluated, ${successful} passed, ${unsuccessful} failed, ${errored} with an error`,
    ...(summary.sentence === null ? [] : [table([summary.sentence], [])]),
  ].join('\n')
}

/** A password that is not at hand is said before anything runs. */
async function requirePassword(client: Client, asset: DataAsset): Promise<void> {
  const { name, passwordState } = await client.dataSources.get({ id: asset.dataSourceId })
  if (passwordState === 'vault-locked') {
    throw new AppError(
      'PASSWORD_NEEDED',
      `The password of ${name} is in the vault, which is locked. Give its passphrase with --passphrase-fd N or in a file named by PLUMBLINE_PASSPHRASE_FILE.`,
      { dataSourceId: asset.dataSourceId, reason: 'locked' },
    )
  }
  if (passwordState !== 'missing' && passwordState !== 'unavailable') return
  const why = passwordState === 'unavailable' ? 'is in a keychain that cannot be read now' : 'is not saved'
  throw new AppError(
    'PASSWORD_NEEDED',
    `The password of ${name} ${why}. Give it with --password-fd N or in a file named by PLUMBLINE_PASSWORD_FILE.`,
    { dataSourceId: asset.dataSourceId, reason: passwordState },
  )
}
