/**
 * SECURITY: the page's policy lets strings reach HTML sinks only through here. Mantine writes its style tags through
 * innerHTML, and CSS of ours never holds `<`; whatever does could be markup and is refused. Scripts are refused by
 * leaving their makers out.
 */
export function installTrustedTypes(): void {
  const factory = (globalThis as { trustedTypes?: TrustedTypesFactory }).trustedTypes
  factory?.createPolicy('default', { createHTML: withoutMarkup })
}

export function withoutMarkup(text: string): string {
  if (text.includes('<')) throw new TypeError('Markup from a string is not allowed on this page.')
  return text
}

/** The part of the Trusted Types API that is used; TypeScript's DOM library has none yet. */
interface TrustedTypesFactory {
  createPolicy(name: string, rules: { createHTML(text: string): string }): unknown
}
