import { rpc } from '#services/rpc.ts'
import type { RunRecords } from './records.ts'
import type { Validations } from './validations.ts'

/** The contract's `validations`. */
export function validationProcedures({ validations, records }: { readonly validations: Validations; readonly records: RunRecords }) {
  return {
    start: rpc.validations.start.handler(({ input }) => validations.start(input.assetId, input)),
    plan: rpc.validations.plan.handler(({ input, signal }) =>
      validations.plan(input.assetId, input, signal ?? new AbortController().signal),
    ),
    preview: rpc.validations.preview.handler(({ input, signal }) =>
      validations.preview(input.assetId, input.inputs, input.period ?? null, signal ?? new AbortController().signal),
    ),
    cancel: rpc.validations.cancel.handler(({ input }) => {
      validations.cancel(input.id)
      return {}
    }),
    list: rpc.validations.list.handler(({ input }) => records.list(input.assetId, input.limit)),
    get: rpc.validations.get.handler(({ input }) => records.get(input.id)),
    history: rpc.validations.history.handler(({ input }) => records.history(input.expectationId, input.limit)),
    remove: rpc.validations.remove.handler(({ input }) => {
      validations.remove(input.id)
      return {}
    }),
  }
}
