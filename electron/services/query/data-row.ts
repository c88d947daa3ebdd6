import { isUtf8 } from 'node:buffer'

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

/** The text of a value; of one that is no UTF-8, which a database in SQL_ASCII can hold, its bytes in hex. */
export function textOf(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : `\\x${bytes.toString('hex')}`
}

/** The same of the beginning of a value, which may be cut through a character. */
export function textOfCut(bytes: Buffer): string {
  for (let dropped = 0; dropped < 4; dropped += 1) {
    const whole = bytes.subarray(0, Math.max(0, bytes.length - dropped))
    if (isUtf8(whole)) return whole.toString('utf8')
  }
  return textOf(bytes)
}
