import { rpc } from '#services/rpc.ts'
import type { Suggestion } from '#shared/model/suggestion.ts'
import type { Expectations } from './expectations.ts'

/** The contract's `expectations`. */
export function expectationProcedures({
  expectations,
  suggestions,
}: {
  readonly expectations: Expectations
  readonly suggestions: { of(assetId: string, signal: AbortSignal): Promise<Suggestion[]> }
}) {
  return {
    list: rpc.expectations.list.handler(({ input }) => expectations.list(input.assetId)),
    create: rpc.expectations.create.handler(({ input }) => expectations.create(input.assetId, input.input)),
    update: rpc.expectations.update.handler(({ input }) => expectations.update(input.id, input.input)),
    remove: rpc.expectations.remove.handler(({ input }) => {
      expectations.remove(input.id)
      return {}
    }),
    parameters: rpc.expectations.parameters.handler(({ input }) => expectations.parameters(input.assetId)),
    setParameters: rpc.expectations.setParameters.handler(({ input }) => {
      expectations.setParameters(input.assetId, input.parameters)
      return {}
    }),
    suggest: rpc.expectations.suggest.handler(({ input, signal }) => suggestions.of(input.assetId, signal ?? new AbortController().signal)),
    dismiss: rpc.expectations.dismiss.handler(({ input }) => {
      expectations.dismiss(input.assetId, input.suggestion, input.dismissed)
      return {}
    }),
    restore: rpc.expectations.restore.handler(({ input }) => expectations.restore(input.id)),
  }
}
