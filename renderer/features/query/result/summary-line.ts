import type { CellSummary } from '#shared/model/query-result.ts'
import { countOf, formatCount } from '#ui/format.ts'

/** What selected cells come to, as it stands in the status bar. */
export function summaryLine({ cells, nulls, numbers, sum, average, least, greatest }: CellSummary): string {
  const parts = [countOf(cells, 'cell'), nulls > 0 && `${formatCount(nulls)} null`]
  if (numbers > 0 && numbers < cells - nulls) parts.push(countOf(numbers, 'number'))
  if (sum !== null) parts.push(`Sum ${shortened(sum)}`, `Average ${shortened(average ?? '', 20)}`)
  if (least !== null && greatest !== null) parts.push(`Min ${shortened(least)}`, `Max ${shortened(greatest)}`)
  return parts.filter((part) => part !== false).join(', ')
}

/** A number of hundreds of digits has no room. */
function shortened(number: string, most = 40): string {
  return number.length <= most ? number : `${number.slice(0, most - 1)}…`
}
