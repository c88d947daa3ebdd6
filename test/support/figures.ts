import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../.plumbline/figures', import.meta.url))

/**
 * Keeps what a test measured or counted, for `npm run figures` and SECURITY.md. Call it before what is expected of the number, so that
 * a bad one is written down too. One key has one test that writes it; what is told of it is a line of electron/launch/figure-list.mjs.
 */
export function recordFigure(key: string, value: number): void {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${key}.json`)
  // Renamed into place: a run that is stopped leaves the older figure, not half of one.
  const written = `${file}.${process.pid}`
  writeFileSync(written, `${JSON.stringify({ key, value, at: new Date().toISOString() })}\n`)
  renameSync(written, file)
}
