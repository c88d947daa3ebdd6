import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '#hosts/common/data-folder.ts'

/** How long the file that leads the browser here stays: as long as its key works. */
const REDIRECT_LIFETIME_MS = 60_000

/** Whether there is somebody in front of a screen. Pure. */
export function canOpenBrowser(platform: NodeJS.Platform, environment: Environment): boolean {
  if (environment.CI !== undefined || environment.SSH_CONNECTION !== undefined) return false
  if (platform === 'win32' || platform === 'darwin') return true
  return Boolean(environment.DISPLAY) || Boolean(environment.WAYLAND_DISPLAY)
}

/**
 * Opens `link` in the person's browser. Returns the function that removes what it left behind.
 * SECURITY: argument vectors can be read by every user of the computer, so the browser gets the name of a 0600 file
 * that holds the link, and not the link.
 */
export function openBrowser(link: string, folder: string): () => void {
  const file = join(folder, `open-${randomBytes(6).toString('hex')}.html`)
  writeFileSync(
    file,
    `<!doctype html><meta charset="utf-8"><title>Plumbline</title><meta http-equiv="refresh" content="0;url=${link}">\n`,
    {
      mode: 0o600,
      flag: 'wx',
    },
  )
  const [command, ...given] = opener(process.platform, file)
  const child = spawn(command, given, { detached: true, stdio: 'ignore' })
  child.on('error', () => {}) // no such program: the link stands in the terminal, and says so
  child.unref()
  const remove = (): void => {
    clearTimeout(timer)
    rmSync(file, { force: true })
  }
  const timer = setTimeout(remove, REDIRECT_LIFETIME_MS)
  timer.unref()
  return remove
}

function opener(platform: NodeJS.Platform, file: string): readonly [string, ...string[]] {
  if (platform === 'darwin') return ['open', file]
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', file]
  return ['xdg-open', file]
}
