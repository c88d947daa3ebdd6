import type { Changes } from '#services/changes.ts'
import type { DataSources } from '#services/data-sources/data-sources.ts'
import type { SampleServer } from '#services/sample/sample-server.ts'
import { brokenSentence, SHOP_DATABASE } from '#services/sample/shop.ts'
import type { Store } from '#services/store/store.ts'
import type { Tasks } from '#services/tasks/tasks.ts'
import type { SampleState } from '#shared/model/sample.ts'
import { SampleRecords } from './records.ts'
import { SAMPLE_READER } from './sample-sessions.ts'

/** The sample as the app shows it: the server, and the data source that stands for it. */

export interface SamplesParts {
  readonly server: SampleServer
  readonly dataSources: DataSources
  readonly store: Store
  readonly tasks: Tasks
  readonly changes: Changes
}

export class Samples {
  readonly #parts: SamplesParts
  readonly #records: SampleRecords
  /** What it is in the middle of. */
  #passing: 'starting' | 'removing' | null = null

  constructor(parts: SamplesParts) {
    this.#parts = parts
    this.#records = new SampleRecords(parts.store)
  }

  async state(): Promise<SampleState> {
    const facts = await this.#parts.server.facts()
    const record = this.#records.read()
    const absent = facts.state === 'absent' || facts.state === 'unsupported'
    const broken = facts.broken ?? (!absent && record.broken)
    return {
      state: this.#passing ?? facts.state,
      dataSourceId: record.dataSourceId,
      broken,
      brokenSentence: broken ? brokenSentence : null,
      serverVersion: facts.serverVersion ?? (absent ? null : record.serverVersion),
      sizeBytes: facts.sizeBytes,
      sentence: facts.sentence,
    }
  }

  /** @throws AppError UNAVAILABLE when it cannot run here, CANCELLED, BUSY when the task is under way */
  async start(taskId: string, signal?: AbortSignal): Promise<SampleState> {
    const start = { id: taskId, kind: 'sample', title: 'Starting the sample database', signal } as const
    await this.#parts.tasks.run(start, (task) =>
      this.#during('starting', async () => {
        await this.#parts.server.start((change) => task.progress(change), task.signal)
        await this.#ensureDataSource()
      }),
    )
    return this.#remember()
  }

  async stop(): Promise<SampleState> {
    await this.#remember()
    await this.#closeConnections()
    await this.#parts.server.stop()
    this.#parts.changes.emit('sample')
    return this.state()
  }

  async breakSomething(): Promise<SampleState> {
    await this.#parts.server.break()
    return this.#remember()
  }

  async mend(): Promise<SampleState> {
    await this.#parts.server.mend()
    return this.#remember()
  }

  /** Its data source goes first, and with it its assets and results. */
  async remove(): Promise<SampleState> {
    await this.#during('removing', async () => {
      const { dataSourceId } = this.#records.read()
      if (dataSourceId !== null) await this.#parts.dataSources.remove(dataSourceId)
      this.#records.clear()
      await this.#parts.server.remove()
    })
    return this.state()
  }

  async #ensureDataSource(): Promise<void> {
    const record = this.#records.read()
    if (record.dataSourceId !== null) return
    const made = await this.#parts.dataSources.createSample({ name: 'Sample shop', database: SHOP_DATABASE, user: SAMPLE_READER })
    this.#records.write({ ...record, dataSourceId: made.id }, null, new Date().toISOString())
  }

  /** Keeps what the catalog says, for the time when the server does not run. */
  async #remember(): Promise<SampleState> {
    const state = await this.state()
    if (state.state === 'running') {
      const { dataSourceId, broken, serverVersion } = state
      this.#records.write({ dataSourceId, broken, serverVersion }, state.brokenSentence, new Date().toISOString())
    }
    this.#parts.changes.emit('sample')
    return state
  }

  async #closeConnections(): Promise<void> {
    const { dataSourceId } = this.#records.read()
    if (dataSourceId !== null) await this.#parts.dataSources.closeConnections(dataSourceId)
  }

  async #during(passing: 'starting' | 'removing', work: () => Promise<void>): Promise<void> {
    this.#passing = passing
    this.#parts.changes.emit('sample')
    try {
      await work()
    } finally {
      this.#passing = null
      this.#parts.changes.emit('sample')
    }
  }
}
