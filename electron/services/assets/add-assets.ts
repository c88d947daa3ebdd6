import { randomUUID } from 'node:crypto'
import type { ExpectationRecords } from '#services/expectations/records.ts'
import type { TaskHandle } from '#services/tasks/tasks.ts'
import type { Connections } from '#services/validation/connections.ts'
import type { AddedAssets, RelationName } from '#shared/model/data-asset.ts'
import { describeRelations, type RelationDescription } from './describe-relations.ts'
import { assetName } from './names.ts'
import type { AssetRecords } from './records.ts'
import { schemaExpectation } from './schema-expectation.ts'

export interface AddRequest {
  readonly dataSourceId: string
  readonly relations: readonly RelationName[]
  readonly generateSchemaExpectations: boolean
}

export interface AddParts {
  readonly records: AssetRecords
  readonly expectations: ExpectationRecords
  readonly connections: Connections
}

/** Relations a step: one question to the server and one transaction in the store. Small enough for the bar to move. */
const STEP = 25

/** Takes relations in, step by step. Stopped by the person, it keeps what is in already and says so. */
export async function addAssets(parts: AddParts, request: AddRequest, task: TaskHandle): Promise<AddedAssets> {
  const { name: dataSourceName } = await parts.connections.get(request.dataSourceId)
  const out: Mutable<AddedAssets> = { added: [], failed: [], cancelled: false }
  const wanted = [...new Map(request.relations.map((relation) => [keyOf(relation), relation])).values()]
  const lease = await parts.connections.lease(request.dataSourceId, 'validation', { signal: task.signal })
  try {
    task.progress({ done: 0, total: wanted.length })
    for (let from = 0; from < wanted.length; from += STEP) {
      const step = wanted.slice(from, from + STEP)
      const descriptions = await describeRelations(lease.connection, step, task.signal)
      const found = new Map(descriptions.map((description) => [keyOf(description), description]))
      const stored = parts.records.together(() =>
        step.map((relation) => addOne(parts, request, dataSourceName, relation, found.get(keyOf(relation)))),
      )
      for (const one of stored) {
        if ('assetId' in one) out.added.push(one)
        else out.failed.push(one)
      }
      task.progress({ done: Math.min(from + STEP, wanted.length) })
      task.signal.throwIfAborted()
    }
  } catch (error) {
    if (!task.signal.aborted) throw error
    out.cancelled = out.added.length + out.failed.length < wanted.length
  } finally {
    await lease.release()
  }
  return out
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }
type Added = AddedAssets['added'][number]
type Failed = AddedAssets['failed'][number]

function addOne(
  { records, expectations }: AddParts,
  { dataSourceId, generateSchemaExpectations }: AddRequest,
  dataSourceName: string,
  { schema, name }: RelationName,
  found: RelationDescription | undefined,
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
    comment: found.comment,
    createdAt: now,
  })
  if (generateSchemaExpectations && found.columns.length > 0) expectations.insert([schemaExpectation(assetId, found.columns, now)])
  return { schema, name, assetId }
}

function keyOf({ schema, name }: RelationName): string {
  return JSON.stringify([schema, name])
}
