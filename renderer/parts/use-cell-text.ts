import { useEffect, useState } from 'react'
import { api } from '#api/client.ts'
import type { CellPart } from '#shared/model/query-result.ts'
import { TextLines } from '#ui/values/text-lines.ts'
import { ofResult } from './of-result.ts'

/** A value of any size, in pieces that the page takes in without a hitch. */
export interface CellText {
  readonly state: 'loading' | 'whole' | 'long' | 'failed'
  /** NULL has none. */
  readonly isNull: boolean
  /** Fewer than `sizeBytes`: nobody has the rest. */
  readonly keptBytes: number
  readonly sizeBytes: number
  readonly lines: TextLines
  /** Changes with the lines. */
  readonly lineCount: number
  /** What has come, and how many bytes of the value that is. */
  readonly readBytes: number
  readonly pieces: readonly string[]
  readonly error: unknown
}

export interface CellPlace {
  readonly resultId: string
  readonly arrangementId?: string | undefined
  readonly row: number
  readonly column: number
}

/** What is shown; the rest of a longer value can be saved. */
const MOST_BYTES = 32 * 1024 * 1024
const FIRST_PIECE_BYTES = 64 * 1024
const PIECE_BYTES = 128 * 1024

export function useCellText({ resultId, arrangementId, row, column }: CellPlace, onlyFirst: boolean): CellText {
  const [text, setText] = useState<CellText>(nothing)
  useEffect(() => {
    const abort = new AbortController()
    const place = { resultId, arrangementId, row, column }
    const lines = new TextLines()
    const pieces: string[] = []
    let shown = 0
    setText({ ...nothing, lines })
    const read = async () => {
      for await (const { part, done } of partsOf(place, abort.signal, FIRST_PIECE_BYTES)) {
        if (abort.signal.aborted) return
        if (part.text !== null) {
          pieces.push(part.text)
          lines.add(part.text)
        }
        const long = !done && (onlyFirst || part.next === null || part.next >= MOST_BYTES)
        if (done || long) lines.end()
        // Whoever draws measures all lines anew each time there are more: at first, at each doubling, and at the end.
        if (done || long || lines.lines.length >= shown * 2) shown = lines.lines.length
        setText({
          state: done ? 'whole' : long ? 'long' : 'loading',
          isNull: part.text === null,
          keptBytes: part.keptBytes,
          sizeBytes: part.sizeBytes,
          lines,
          lineCount: shown,
          readBytes: part.next ?? part.keptBytes,
          pieces: [...pieces],
          error: null,
        })
        if (long) return
        // The page draws before it takes the next one in.
        await new Promise((resolve) => setTimeout(resolve))
      }
    }
    read().catch((error: unknown) => {
      if (!abort.signal.aborted) setText({ ...nothing, state: 'failed', error })
    })
    return () => abort.abort()
  }, [resultId, arrangementId, row, column, onlyFirst])
  return text
}

/** All of a value, for the clipboard or a file. */
export async function wholeCell(place: CellPlace, signal: AbortSignal): Promise<readonly string[]> {
  const pieces: string[] = []
  for await (const { part } of partsOf(place, signal, PIECE_BYTES)) if (part.text !== null) pieces.push(part.text)
  return pieces
}

async function* partsOf({ resultId, arrangementId, row, column }: CellPlace, signal: AbortSignal, firstBytes: number) {
  for (let from: number | null = 0; from !== null; ) {
    const length = from === 0 ? firstBytes : PIECE_BYTES
    const part: CellPart = await api.query.cellPart({ ...ofResult(resultId, arrangementId), row, column, from, length }, { signal })
    from = part.next
    yield { part, done: from === null }
  }
}

const nothing: CellText = {
  state: 'loading',
  isNull: false,
  keptBytes: 0,
  sizeBytes: 0,
  lines: new TextLines(),
  lineCount: 0,
  readBytes: 0,
  pieces: [],
  error: null,
}
