/** The nonce of this response, under which style tags may be added: for Mantine and for the editor. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
}
