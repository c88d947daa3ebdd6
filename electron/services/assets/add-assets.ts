import { randomUUID } from 'node:crypto'
import type { ExpectationRecords } from '#services/expectations/records.ts'
import type { Connection } from '#services/postgres/connection.ts'
import type { TaskHandle } from '#services/tasks/tasks.ts'
import type { Connections } from '#services/validation/connections.ts'
import { AppError } from '#shared/contract/errors.ts'
import type { AddedAssets, GeneratedKind, RelationName } from '#shared/model/data-asset.ts'
import { databaseError } from './database-error.ts'
import { describeRelations, type RelationDescription } from './describe-relations.ts'
import { generate } from './generate.ts'
import { type Measured, measureFill } from './measure-fill.ts'
import { assetName } from './names.ts'
import type { AssetRecords } from './records.ts'

export interface AddRequest {
  readonly dataSourceId: string
  readonly relations: readonly RelationName[]
  readonly generate: readonly GeneratedKind[]
}

export interface AddParts {
  readonly records: AssetRecords
  readonly expectations: ExpectationRecords
  readonly connections: Connections
}

/** Relations a step: one question to the server and one transaction in the store. Small enough for the bar to move. */
const STEP = 25

/**
 * Takes relations in, step by step. Stopped by the person, it keeps what is in already and says so; where the server fails in
 * the middle, the rest counts as failed, with why.
 * @throws when nothing is in
 */
export async function addAssets(parts: AddParts, request: AddRequest, task: TaskHandle): Promise<AddedAssets> {
  const { name: dataSourceName } = await parts.connections.get(request.dataSourceId)
  const out: Mutable<AddedAssets> = { added: [], failed: [], unmeasured: [], cancelled: false }
  const wanted = [...new Map(request.relations.map((relation) => [keyOf(relation), relation])).values()]
  const lease = await parts.connections.lease(request.dataSourceId, 'validation', { signal: task.signal })
  try {
    task.progress({ done: 0, total: wanted.length })
    for (let from = 0; from < wanted.length; from += STEP) {
      const step = wanted.slice(from, from + STEP)
      const descriptions = await describeRelations(lease.connection, step, task.signal)
      const found = new Map(descriptions.map((description) => [keyOf(description), description]))
      const fills = await fillsOf(parts, request, lease.connection, descriptions, task.signal)
      const stored = parts.records.together(() =>
        step.map((relation) => {
          const [description, fill] = [found.get(keyOf(relation)), fills.get(keyOf(relation))]
          return addOne(parts, request, dataSourceName, relation, description, fill?.ok === true ? fill : null)
        }),
      )
      for (const one of stored) {
        if ('assetId' in one) out.added.push(one)
        else out.failed.push(one)
        const fill = fills.get(keyOf(one))
        if ('assetId' in one && fill?.ok === false) out.unmeasured.push({ schema: one.schema, name: one.name, sentence: fill.sentence })
      }
      task.progress({ done: Math.min(from + STEP, wanted.length) })
      task.signal.throwIfAborted()
    }
  } catch (error) {
    const rest = wanted.slice(out.added.length + out.failed.length)
    if (task.signal.aborted) out.cancelled = rest.length > 0
    else if (out.added.length === 0) throw error
    else out.failed.push(...rest.map(({ schema, name }) => ({ schema, name, sentence: sentenceOf(error) })))
  } finally {
    await lease.release()
  }
  return out
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }
type Added = AddedAssets['added'][number]
type Failed = AddedAssets['failed'][number]

/** Only where they are asked for, and of what will be taken in: the whole table is read for it. */
async function fillsOf(
  { records }: AddParts,
  { dataSourceId, generate: kinds }: AddRequest,
  connection: Connection,
  descriptions: readonly RelationDescription[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Measured>> {
  if (!kinds.includes('completeness')) return new Map()
  const wanted = descriptions.filter(({ readable, schema, name }) => readable && !records.exists(dataSourceId, schema, name))
  const measured = await measureFill(connection, wanted, signal)
  return new Map(wanted.flatMap((relation, index) => (measured[index] === undefined ? [] : [[keyOf(relation), measured[index]]])))
}

function addOne(
  { records, expectations }: AddParts,
  { dataSourceId, generate: kinds }: AddRequest,
  dataSourceName: string,
  { schema, name }: RelationName,
  found: RelationDescription | undefined,
  measured: Extract<Measured, { ok: true }> | null,
): Added | Failed {
  if (found === undefined) return { schema, name, sentence: 'It does not exist any more, or the role may not see it.' }
  if (!found.readable) return { schema, name, sentence: 'The role may not read it. Grant SELECT on it, then add it again.' }
  if (records.exists(dataSourceId, schema, name)) return { schema, name, sentence: 'It is a data asset already.' }
  const [assetId, now] = [randomUUID(), new Date().toISOString()]
  records.insert({
    id: assetId,
    dataSourceId,
    name: assetName({ schema, name }, dataSourceName, (candidate) => records.isNameTaken(candidate)),
    kind: found.kind,
    schema,
    relation: name,
    query: null,
    comment: found.comment,
    createdAt: now,
  })
  expectations.insert(generate(assetId, kinds, { columns: found.columns, fill: measured?.fill ?? null }, now))
  return { schema, name, assetId }
}

/** Of an error that is no sentence of ours nothing is shown. */
function sentenceOf(error: unknown): string {
  const said = databaseError(error)
  if (!(said instanceof AppError)) throw error
  return said.message
}

function keyOf({ schema, name }: RelationName): string {
  return JSON.stringify([schema, name])
}
