/** Names that somebody may have meant who typed another one. Pure. */

const MOST = 3

/** The nearest first; nothing when none is near. A name without its schema is compared without those of the others. */
export function nearest(typed: string, names: readonly string[]): readonly string[] {
  const wanted = plain(typed)
  const bare = !typed.includes('.')
  const most = Math.max(1, Math.floor(wanted.length / 3))
  const scored = names.flatMap((name) => {
    const compared = plain(name)
    const distance = bare
      ? Math.min(edits(wanted, compared, most), edits(wanted, compared.split('.').at(-1) ?? '', most))
      : edits(wanted, compared, most)
    return distance <= most && (distance > 0 || name !== typed) ? [{ name, distance }] : []
  })
  return scored
    .sort((one, other) => one.distance - other.distance)
    .slice(0, MOST)
    .map(({ name }) => name)
}

function plain(name: string): string {
  return name.replaceAll('"', '').toLowerCase()
}

/** Changed, added, left out or swapped characters; any number above `most` once it is certain to be more. */
function edits(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let row = 1; row <= one.length; row += 1) {
    const line = [row]
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1]
      let least = Math.min((last[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + (same ? 0 : 1))
      const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      if (swapped) least = Math.min(least, (beforeLast[column - 2] ?? 0) + 1)
      line.push(least)
    }
    if (Math.min(...line) > most) return most + 1
    beforeLast = last
    last = line
  }
  return last[other.length] ?? most + 1
}
