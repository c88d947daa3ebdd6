/** Suggestions that a person does not want to see again, for as long as the window is open. */
const dismissed = new Map<string, ReadonlySet<string>>()

export function dismissedOf(assetId: string): ReadonlySet<string> {
  return dismissed.get(assetId) ?? new Set()
}

/** All that are dismissed now. */
export function dismiss(assetId: string, key: string): ReadonlySet<string> {
  const all = new Set([...dismissedOf(assetId), key])
  dismissed.set(assetId, all)
  return all
}
