import type { AnyExpectationDefinition } from './definition.ts'

/** Every expectation that Plumbline knows, in the order of GX's catalogue. Adding one: its file, a line here, a case table in test. */
export const expectationDefinitions: readonly AnyExpectationDefinition[] = []

const byType = new Map(expectationDefinitions.map((definition) => [definition.type, definition]))

export function findExpectation(type: string): AnyExpectationDefinition | null {
  return byType.get(type) ?? null
}
