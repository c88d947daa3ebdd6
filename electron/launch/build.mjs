/** Builds what is stale: the page, and each host. `node electron/launch/build.mjs [--force] [target …]`. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { inRoot, programs, run, say, takeFlag } from './paths.mjs'
import { findNode, noNodeSentence } from './runtime.mjs'

/** Target → its Vite configs and the folders that it is made of. */
const targets = {
  renderer: { configs: ['renderer/vite.config.ts'], sources: ['renderer', 'shared'] },
  web: {
    configs: ['electron/hosts/web/vite.config.ts'],
    sources: ['electron/hosts/common', 'electron/hosts/web', 'electron/services', 'shared'],
  },
  cli: {
    configs: ['electron/hosts/cli/vite.config.ts'],
    sources: ['electron/hosts/common', 'electron/hosts/cli', 'electron/services', 'shared'],
  },
  desktop: {
    configs: ['electron/hosts/desktop/vite.config.ts', 'electron/hosts/desktop/preload.vite.config.ts'],
    sources: ['electron/hosts/common', 'electron/hosts/desktop', 'electron/services', 'shared'],
  },
}

/**
 * @param {readonly string[]} names targets to build where stale
 * @param {{ force?: boolean }} [options]
 */
export async function build(names, options = {}) {
  const node = findNode()
  if (node === null) throw new Error(noNodeSentence)
  const free = await takeTurn()
  try {
    await buildStale(node, names, options)
  } finally {
    free()
  }
}

/** One at a time: a second would empty the folder that the first is filling. A turn whose process is gone is over. */
async function takeTurn() {
  const file = inRoot('dist', '.building')
  mkdirSync(inRoot('dist'), { recursive: true })
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (!isAlive(file)) rmSync(file, { force: true })
    else if (attempt === 0) say('Another Plumbline is being built here; waiting for it.')
    await setTimeout(100)
  }
}

function isAlive(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    // Empty for an instant, between its making and its writing.
    if (pid === 0) return Date.now() - statSync(file).mtimeMs < 5_000
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

async function buildStale(node, names, options) {
  for (const name of names) {
    const target = targets[name]
    if (target === undefined) throw new Error(`There is no build target "${name}". There are: ${Object.keys(targets).join(', ')}.`)
    const fingerprint = fingerprintOf(target)
    const stampFile = inRoot('dist', `.${name}-built`)
    if (!options.force && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint) continue
    say(`Building ${name}.`)
    rmSync(stampFile, { force: true })
    for (const config of target.configs) {
      const code = await run(node, [programs.vite, 'build', '--config', inRoot(config), '--logLevel', 'warn'], { stdio: ['ignore', 2, 2] })
      if (code !== 0) throw new Error(`Building ${name} failed (code ${code}).`)
    }
    mkdirSync(inRoot('dist'), { recursive: true })
    writeFileSync(stampFile, fingerprint)
  }
}

/** Names, sizes and times of all sources: cheap, and a rebuild too many does no harm. */
function fingerprintOf(target) {
  const hash = createHash('sha256')
  const files = [inRoot('package-lock.json'), ...target.sources.flatMap((source) => filesBelow(inRoot(source)))]
  for (const file of files.sort()) {
    const { size, mtimeMs } = statSync(file)
    hash.update(`${file}\0${size}\0${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const args = process.argv.slice(2)
  const force = takeFlag(args, '--force')
  await build(args.length > 0 ? args : Object.keys(targets), { force }).catch((error) => {
    say(error.message)
    process.exitCode = 1
  })
}
