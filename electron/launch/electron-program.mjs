/** Electron's own program: found, or fetched once with progress, by Electron's installer. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { inRoot, say } from './paths.mjs'

const GIVE_UP_AFTER_MS = 20_000
const failureFile = inRoot('.plumbline', 'electron-fetch-failed')

/** @returns {string | null} the absolute path of the program */
export function findElectron() {
  const pathFile = inRoot('node_modules', 'electron', 'path.txt')
  if (!existsSync(pathFile)) return null
  const program = inRoot('node_modules', 'electron', 'dist', readFileSync(pathFile, 'utf8'))
  return existsSync(program) ? program : null
}

/** When fetching last failed, in milliseconds since 1970; null: never, or not known. */
export function lastFetchFailure() {
  return existsSync(failureFile) ? statSync(failureFile).mtimeMs : null
}

/**
 * Runs Electron's installer with its own temporary folder, whose growth is the progress. Gives up when no byte has
 * come for 20 seconds.
 * @param {string} node
 * @returns {Promise<string | null>} the program, or null when it could not be had
 */
export async function fetchElectron(node) {
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'plumbline-electron-'))
  const env = { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary }
  const child = spawn(node, [inRoot('node_modules', 'electron', 'install.js')], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (chunk) => {
    complaint = (complaint + chunk).slice(-400)
  })
  let lastBytes = 0
  let lastGrowth = Date.now()
  const watch = setInterval(() => {
    const bytes = sizeOf(temporary)
    if (bytes > lastBytes) {
      lastBytes = bytes
      lastGrowth = Date.now()
      process.stderr.write(`\r  ${Math.round(bytes / 1e6)} MB`)
    } else if (Date.now() - lastGrowth > GIVE_UP_AFTER_MS) child.kill()
  }, 500)
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(1))
    child.once('close', (exitCode) => resolve(exitCode ?? 1))
  })
  clearInterval(watch)
  if (lastBytes > 0) say()
  rmSync(temporary, { recursive: true, force: true })
  const program = code === 0 ? findElectron() : null
  if (program === null) {
    if (complaint !== '') say(`  ${complaint.split('\n')[0]}`)
    mkdirSync(path.dirname(failureFile), { recursive: true })
    writeFileSync(failureFile, '')
  } else rmSync(failureFile, { force: true })
  return program
}

function sizeOf(folder) {
  let total = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    // A file may be moved away between the listing and the look.
    if (entry.isFile()) total += statSync(path.join(entry.parentPath ?? entry.path, entry.name), { throwIfNoEntry: false })?.size ?? 0
  }
  return total
}
