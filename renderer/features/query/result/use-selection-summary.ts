import { useEffect, useState } from 'react'
import { api } from '#api/client.ts'
import { ofResult } from '#parts/of-result.ts'
import type { SelectedCells } from '#shared/model/query-result.ts'
import { summaryLine } from './summary-line.ts'

/** A selection is dragged over many cells. */
const WAIT_MS = 150

/** What the selected cells come to, as a line. Empty: there is only one, or it is not known yet. */
export function useSelectionSummary(resultId: string, arrangementId: string | undefined, cells: SelectedCells | null): string {
  const [line, setLine] = useState('')
  const { top, bottom, columns } = cells ?? NOTHING
  const key = columns.join()
  useEffect(() => {
    setLine('')
    if (top === bottom && !key.includes(',')) return
    const abort = new AbortController()
    const timer = setTimeout(async () => {
      try {
        const input = { ...ofResult(resultId, arrangementId), cells: { top, bottom, columns: key.split(',').map(Number) } }
        for await (const event of await api.query.summarise(input, { signal: abort.signal })) {
          if (abort.signal.aborted) return
          setLine(event.type === 'summary' ? summaryLine(event.summary) : `Adding up … ${Math.floor(event.share * 100)} %`)
        }
      } catch {
        // Another selection, or the result is gone: there is nothing to add up any more.
        setLine('')
      }
    }, WAIT_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [resultId, arrangementId, top, bottom, key])
  return line
}

const NOTHING: SelectedCells = { top: 0, bottom: 0, columns: [] }
