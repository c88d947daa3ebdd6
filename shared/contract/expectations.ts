import { z } from 'zod'
import { Expectation, ExpectationInput, SuiteParameters } from '#shared/model/expectation.ts'
import { Suggestion } from '#shared/model/suggestion.ts'
import { byId, nothing, procedure } from './procedure.ts'

export const expectations = {
  list: procedure.input(z.strictObject({ assetId: z.uuid() })).output(z.array(Expectation)),
  create: procedure.input(z.strictObject({ assetId: z.uuid(), input: ExpectationInput })).output(Expectation),
  update: procedure.input(z.strictObject({ id: z.uuid(), input: ExpectationInput })).output(Expectation),
  remove: procedure.input(byId).output(nothing),
  /** What the table's constraints, types and statistics speak for, and the asset does not have yet. Nothing of the table is read. */
  suggest: procedure.input(z.strictObject({ assetId: z.uuid() })).output(z.array(Suggestion)),
  /** A suggestion of this type and kwargs is not wanted, or is wanted after all. */
  dismiss: procedure
    .input(z.strictObject({ assetId: z.uuid(), suggestion: ExpectationInput.pick({ type: true, kwargs: true }), dismissed: z.boolean() }))
    .output(nothing),
  parameters: procedure.input(z.strictObject({ assetId: z.uuid() })).output(SuiteParameters),
  /** All of them; whoever names one that is gone says so in the next run. */
  setParameters: procedure.input(z.strictObject({ assetId: z.uuid(), parameters: SuiteParameters })).output(nothing),
  /** Undo of remove: the same expectation, with its id. */
  restore: procedure.input(byId).output(Expectation),
}
