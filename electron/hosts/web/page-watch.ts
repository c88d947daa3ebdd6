import { watch } from 'node:fs'
import { dirname } from 'node:path'

/** A build removes the folder and writes many files; the page is told once it has been quiet for a moment. */
const SETTLE_MS = 400

/**
 * For development: calls back after the built page has changed. Watches the folder above, because a build makes the page's
 * own folder anew, and marks its end there. Returns the function that stops it.
 */
export function followPage(folder: string, onChange: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  const watcher = watch(dirname(folder), (_event, name) => {
    if (name !== BUILT) return
    clearTimeout(timer)
    timer = setTimeout(onChange, SETTLE_MS)
  })
  return () => {
    clearTimeout(timer)
    watcher.close()
  }
}

/** Written by electron/launch/build.mjs when the page is whole. */
const BUILT = '.renderer-built'
