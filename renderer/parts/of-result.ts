/** As every call about a result takes it; without an arrangement, the rows as they came. */
export function ofResult(resultId: string, arrangementId: string | undefined) {
  return arrangementId === undefined ? { resultId } : { resultId, arrangementId }
}
