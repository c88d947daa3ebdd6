/** The cells of a DataRow body; null for NULL. */
export function cellsOf(body: Buffer): (Buffer | null)[] {
  if (body.length < 2) return []
  const count = body.readUInt16BE(0)
  const cells: (Buffer | null)[] = []
  let at = 2
  for (let column = 0; column < count && at + 4 <= body.length; column += 1) {
    const length = body.readInt32BE(at)
    at += 4
    if (length < 0) {
      cells.push(null)
    } else {
      cells.push(body.subarray(at, at + length))
      at += length
    }
  }
  return cells
}
