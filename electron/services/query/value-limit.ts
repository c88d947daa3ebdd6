/** SECURITY: no value above a fixed size becomes a string. Of a file that is written, this is the size. */
export const MAX_VALUE_BYTES = 16 * 1024 * 1024

/** `row` from 0. */
export function tooLongSentence(sizeBytes: number, row: number, column: string): string {
  const size = `${Math.round(sizeBytes / 1_048_576)} MB`
  return `The value of "${column}" in row ${row + 1} has ${size}, and an export takes up to 16 MB. Leave the column out.`
}
