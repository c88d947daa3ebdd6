/** How the statements of one script came out. Pure. */
export interface StatementCounts {
  readonly all: number
  /** To their end. What they did may have been taken back since, with the transaction that they ran in. */
  readonly ran: number
  readonly failed: number
}

/** `2 statements ran, 1 failed, 3 did not run`. null: there was only one, and how the script came out says it. */
export function countsSentence({ all, ran, failed }: StatementCounts): string | null {
  if (all < 2) return null
  // A COMMIT of ours that fails is one more than there are in the script.
  const left = Math.max(0, all - ran - failed)
  const parts = [
    `${ran} ${ran === 1 ? 'statement' : 'statements'} ran`,
    failed > 0 && `${failed} failed`,
    left > 0 && `${left} did not run`,
  ]
  return parts.filter((part) => part !== false).join(', ')
}
