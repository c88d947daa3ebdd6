import { z } from 'zod'
import { SampleState } from '#shared/model/sample.ts'
import { nothing, procedure } from './procedure.ts'

export const sample = {
  state: procedure.input(nothing).output(SampleState),
  /** Starts the server, loads the shop the first time, and makes its data source. `taskId` carries the progress. */
  start: procedure.input(z.strictObject({ taskId: z.uuid() })).output(SampleState),
  stop: procedure.input(nothing).output(SampleState),
  /** Renames a column, so that a schema expectation fails. */
  breakSomething: procedure.input(nothing).output(SampleState),
  mend: procedure.input(nothing).output(SampleState),
  /** Stops it and removes its data source and its files. */
  remove: procedure.input(nothing).output(SampleState),
}
