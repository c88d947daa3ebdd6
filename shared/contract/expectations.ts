import { z } from 'zod'
import { Expectation, ExpectationInput } from '#shared/model/expectation.ts'
import { byId, nothing, procedure } from './procedure.ts'

export const expectations = {
  list: procedure.input(z.strictObject({ assetId: z.uuid() })).output(z.array(Expectation)),
  create: procedure.input(z.strictObject({ assetId: z.uuid(), input: ExpectationInput })).output(Expectation),
  update: procedure.input(z.strictObject({ id: z.uuid(), input: ExpectationInput })).output(Expectation),
  remove: procedure.input(byId).output(nothing),
  /** Undo of remove: the same expectation, with its id. */
  restore: procedure.input(byId).output(Expectation),
}
