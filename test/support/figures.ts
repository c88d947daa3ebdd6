import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../.plumbline/figures/', import.meta.url))

/** Writes down a number that a promise rests on, for `npm run figures`. One file a key, so that tests in parallel do not meet. */
export function recordFigure(key: string, value: number): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${key}.json`), `${JSON.stringify({ key, value, at: new Date().toISOString() })}\n`)
}
