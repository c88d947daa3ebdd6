import { watch } from 'node:fs'

/** A build writes many files; the page is told once they are all there. */
const SETTLE_MS = 300

/** For development: calls back after the built page has changed. Returns the function that stops it. */
export function followPage(folder: string, onChange: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  const watcher = watch(folder, () => {
    clearTimeout(timer)
    timer = setTimeout(onChange, SETTLE_MS)
  })
  return () => {
    clearTimeout(timer)
    watcher.close()
  }
}
