/** Ends a switch over a closed union: a new member becomes a compile error here, not a surprise at run time. */
export function assertNever(value: never): never {
  throw new TypeError(`Unexpected value: ${JSON.stringify(value)}`)
}
