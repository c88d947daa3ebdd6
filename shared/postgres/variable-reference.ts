/** `${NAME}` in a connection string stands for an environment variable of the program that connects. Names only: nothing is looked up here. */

const reference = /\$\{([A-Za-z_]\w*)\}/g
const whole = /^\$\{([A-Za-z_]\w*)\}$/

/** The variable that the whole text stands for; null: none. A password may hold the characters of one, so only this counts there. */
export function wholeReference(text: string): string | null {
  return whole.exec(text)?.[1] ?? null
}

/** `lookUp` null: the variable is not set. @returns the text with every reference replaced, or the name of one that is missing */
export function replaceReferences(
  text: string,
  lookUp: (name: string) => string | null,
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly missing: string } {
  let missing: string | null = null
  const replaced = text.replace(reference, (_all, name: string) => {
    const value = lookUp(name)
    if (value === null) missing ??= name
    return value ?? ''
  })
  return missing === null ? { ok: true, text: replaced } : { ok: false, missing }
}
