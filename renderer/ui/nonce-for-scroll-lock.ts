import { styleNonce } from './style-nonce.ts'

/**
 * Dialogs keep the page behind them from scrolling by a style tag of react-remove-scroll's, which takes its nonce from this
 * global (the convention of the `get-nonce` package) and is refused by the policy without one.
 */
export function giveNonceToScrollLock(): void {
  Object.assign(globalThis, { __webpack_nonce__: styleNonce() })
}
