import { useCallback, useState } from 'react'
import type { ConnectEvent, ConnectReport, ConnectTrace } from '#shared/model/connect.ts'

/** Reads an attempt to its end. @throws what the stream throws */
export async function settledReport(
  events: AsyncIterable<ConnectEvent>,
  onProgress: (trace: ConnectTrace) => void = () => {},
): Promise<ConnectReport> {
  for await (const event of events) {
    if (event.type === 'settled') return event.report
    onProgress(event.trace)
  }
  throw new Error('The attempt ended without a report.')
}

/** How far the attempt under way has come; `watch` reads one and shows its steps. */
export function useConnectTrace(): {
  readonly trace: ConnectTrace | null
  readonly watch: (events: AsyncIterable<ConnectEvent>) => Promise<ConnectReport>
} {
  const [trace, setTrace] = useState<ConnectTrace | null>(null)
  const watch = useCallback((events: AsyncIterable<ConnectEvent>) => {
    setTrace(null)
    return settledReport(events, setTrace)
  }, [])
  return { trace, watch }
}
