/** By which the errors of Node, of PostgreSQL (SQLSTATE) and of SQLite are told apart, as text. Empty: it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
