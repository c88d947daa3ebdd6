import type { Changes } from '#services/changes.ts'
import type { Tasks } from '#services/tasks/tasks.ts'
import { AppError, isAppError } from '#shared/contract/errors.ts'
import type { MovedSecrets, SecretEntry, SecretKind } from '#shared/model/data-source.ts'
import type { SecretPlace } from '#shared/model/secret.ts'
import type { SecretPlaces } from './secret-places.ts'
import type { SourceConnections } from './source-connections.ts'
import type { SourceSettings } from './source-settings.ts'

/** What a person does with the secrets that are saved: sees where each is, moves them, forgets them. */

export interface SavedSecretsParts {
  readonly places: SecretPlaces
  readonly settings: Pick<SourceSettings, 'require'>
  readonly connections: Pick<SourceConnections, 'close'>
  readonly tasks: Tasks
  readonly changes: Changes
}

interface MoveCall {
  /** Made by the caller who wants to follow it. */
  readonly taskId?: string | undefined
  readonly signal?: AbortSignal | undefined
}

export class SavedSecrets {
  readonly #parts: SavedSecretsParts
  #moving = false

  constructor(parts: SavedSecretsParts) {
    this.#parts = parts
  }

  /** Where the secrets are. */
  list(): Promise<SecretEntry[]> {
    return this.#parts.places.list()
  }

  /**
   * `id` null: of all data sources. Open connections stay: they are the same passwords. A task, as keychains are slow; one that is cancelled
   * gives what was moved until then. @throws AppError NOT_FOUND, BUSY
   */
  async move(to: SecretPlace, id: string | null, { taskId, signal }: MoveCall = {}): Promise<MovedSecrets> {
    const { places, settings, tasks, changes } = this.#parts
    if (id !== null) settings.require(id)
    // Two of them would take each other's secrets away under their hands.
    if (this.#moving) throw new AppError('BUSY', 'Secrets are being moved already.', {})
    this.#moving = true
    try {
      const total = places.countToMove(to, id)
      return await tasks.run(
        { ...(taskId === undefined ? {} : { id: taskId }), kind: 'secrets', title: `Move secrets to the ${to}`, total, signal },
        (task) => places.move(to, id, { signal: task.signal, progress: (done, detail) => task.progress({ done, detail }) }),
      )
    } finally {
      this.#moving = false
      changes.emit('data-sources')
    }
  }

  /** @throws AppError NOT_FOUND, UNAVAILABLE when the place that has it cannot be asked */
  async forget(id: string, kind: SecretKind): Promise<void> {
    this.#parts.settings.require(id)
    await this.#parts.places.forget(id, kind)
    await this.#parts.connections.close(id)
    this.#parts.changes.emit('data-sources')
  }

  async forgetAll(): Promise<MovedSecrets> {
    const outcome: MovedSecrets = { moved: 0, left: [], notReached: 0 }
    for (const { source, kind } of await this.#parts.places.kept()) {
      try {
        await this.forget(source.id, kind)
        outcome.moved += 1
      } catch (error) {
        if (!isAppError(error)) throw error
        outcome.left.push({ dataSourceId: source.id, dataSourceName: source.name, kind, sentence: error.message })
      }
    }
    return outcome
  }
}
