import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import type { ChangeTopic } from '#shared/model/app.ts'
import type { Task } from '#shared/model/task.ts'
import { api, connection, queries } from './client.ts'
import type { ConnectionState } from './connection.ts'

/** What the services say by themselves: which data changed, and which work is running. */

/** Follows both streams for as long as the page lives, and again after the wire was opened again. */
export function followServices(client: QueryClient): void {
  void follow(async () => {
    for await (const { topics } of await api.app.changes({})) {
      // The first event names none: from here on it is listened. What changed before is not known, so everything on the screen is asked again.
      if (topics.length === 0) void client.invalidateQueries()
      if (topics.includes('page')) location.reload()
      for (const key of topics.flatMap(keysOf)) void client.invalidateQueries({ queryKey: key })
    }
  })
  void follow(async () => {
    for await (const tasks of await api.tasks.watch({})) setTasks(tasks)
  })
}

export function useConnectionState(): ConnectionState {
  return useSyncExternalStore(connection.listen, connection.state)
}

/** All running work, and what ended in the last seconds. */
export function useTasks(): readonly Task[] {
  return useSyncExternalStore(listenToTasks, () => tasks)
}

/** The task with this id, or null before it began and some seconds after it ended. */
export function useTask(id: string | null): Task | null {
  return useTasks().find((task) => task.id === id) ?? null
}

let tasks: readonly Task[] = []
const taskListeners = new Set<() => void>()

function listenToTasks(listener: () => void): () => void {
  taskListeners.add(listener)
  return () => taskListeners.delete(listener)
}

function setTasks(next: readonly Task[]): void {
  tasks = next
  for (const listener of [...taskListeners]) listener()
}

const RESTART_AFTER_MS = 500

async function follow(run: () => Promise<void>): Promise<void> {
  for (;;) {
    const wire = await connection.wire().catch(() => null)
    if (wire === null) return
    try {
      await run()
    } catch {
      // The stream ended with its wire; the connection state shows it, and the loop waits for the next wire.
    }
    await new Promise((resolve) => setTimeout(resolve, RESTART_AFTER_MS))
  }
}

/**
 * The queries whose answers hang on a topic. What asks the user's server (columns, the object tree) is not among them, except where it
 * carries our own data, or where what is changed is which server that is.
 */
function keysOf(topic: ChangeTopic): readonly QueryKey[] {
  return topicKeys[topic]
}

const assetKeys = [queries.assets.list.key(), queries.assets.get.key()]
const dataSourceKeys = [
  queries.dataSources.secrets.list.key(),
  queries.dataSources.list.key(),
  queries.dataSources.get.key(),
  queries.dataSources.describe.key(),
  queries.roleProof.get.key(),
]

const serverKeys = [
  queries.dataSources.relations.key(),
  queries.assets.columns.key(),
  queries.assets.batches.key(),
  queries.query.schemas.key(),
  queries.query.relations.key(),
  queries.query.partitions.key(),
  queries.query.columns.key(),
  queries.query.objects.key(),
  queries.query.relationDetails.key(),
  queries.query.objectDetails.key(),
  queries.query.find.key(),
  queries.query.completion.key(),
]

const topicKeys: Readonly<Record<ChangeTopic, readonly QueryKey[]>> = {
  'data-sources': [...dataSourceKeys, ...assetKeys, queries.validations.list.key()],
  servers: serverKeys,
  assets: [...assetKeys, queries.dataSources.relations.key(), queries.validations.list.key()],
  batches: [queries.assets.batches.key()],
  expectations: [queries.expectations.list.key(), queries.expectations.parameters.key(), ...assetKeys],
  runs: [queries.validations.list.key(), queries.validations.get.key(), queries.validations.history.key(), ...assetKeys],
  sample: [queries.sample.state.key(), ...dataSourceKeys],
  vault: [queries.app.info.key(), ...dataSourceKeys],
  history: [queries.query.history.list.key()],
  macros: [queries.query.macros.key()],
  preferences: [queries.app.preferences.get.key()],
  profiles: [queries.assets.profile.key()],
  // The page loads itself anew.
  page: [],
}
