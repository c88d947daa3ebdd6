/** Where things stand in a checkout, and the few helpers that every command of this folder shares. Plain Node 20.19, no dependencies. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/[\\/]$/, '')

export function inRoot(...parts) {
  return path.join(root, ...parts)
}

/** Programs of the packages, run by path with a Node that is known: the .bin folder would take whichever Node comes first. */
export const programs = {
  vite: inRoot('node_modules', 'vite', 'bin', 'vite.js'),
  vitest: inRoot('node_modules', 'vitest', 'vitest.mjs'),
  playwright: inRoot('node_modules', '@playwright', 'test', 'cli.js'),
  tsc: inRoot('node_modules', 'typescript', 'bin', 'tsc'),
  biome: inRoot('node_modules', '@biomejs', 'biome', 'bin', 'biome'),
  electronBuilder: inRoot('node_modules', 'electron-builder', 'out', 'cli', 'cli.js'),
}

export function say(line = '') {
  process.stderr.write(`${line}\n`)
}

export function fail(line) {
  say(line)
  process.exit(2)
}

/**
 * Runs a program to its end. Resolves to its exit code, or to 128 + signal as shells count.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, stdio?: import('node:child_process').StdioOptions, cwd?: string }} [options]
 * @returns {Promise<number>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd ?? root, env: options.env ?? process.env, stdio: options.stdio ?? 'inherit' })
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? (signal === null ? 1 : 130)))
  })
}

/** Is there a program of this name on the PATH? Returns its path or null. */
export function which(name) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat', ''] : ['']
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    if (folder === '') continue
    for (const ending of endings) {
      const candidate = path.join(folder, name + ending)
      if (existsSync(candidate)) return candidate
    }
  }
  return null
}

/** The value behind a flag's presence, and what is left. */
export function takeFlag(args, flag) {
  const index = args.indexOf(flag)
  if (index === -1) return false
  args.splice(index, 1)
  return true
}
