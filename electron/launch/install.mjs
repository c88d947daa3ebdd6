/** Brings the npm packages when they are missing or older than the lock file. Offline once that is done. */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inRoot, run, say } from './paths.mjs'

const stampFile = inRoot('node_modules', '.plumbline-installed')

/** A repair that failed is not tried again at every start: without a network it would only cost time. */
const REPAIR_AGAIN_AFTER_MS = 24 * 60 * 60 * 1000
const repairFile = inRoot('.plumbline', 'keytar-repair-failed')

/** @returns {Promise<void>} throws when npm fails */
export async function installPackages() {
  const wanted = createHash('sha256')
    .update(readFileSync(inRoot('package-lock.json')))
    .digest('hex')
  if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== wanted) {
    say('Installing packages with npm (about half a minute the first time).')
    await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'])
    writeFileSync(stampFile, wanted)
    rmSync(repairFile, { force: true })
  }
  await repairKeychainLibrary()
}

/**
 * npm leaves the optional keychain library out when it cannot be built: when the system's libsecret is missing, or Node's
 * headers cannot be fetched. Once libsecret is there it is built with the headers that came with the packaged Node, so that
 * nobody has to know why passwords are not kept.
 */
async function repairKeychainLibrary() {
  if (existsSync(inRoot('node_modules', 'keytar', 'build', 'Release', 'keytar.node'))) return
  if (process.platform === 'linux' && !existsSync('/usr/include/libsecret-1/libsecret/secret.h')) return
  const failed = statSync(repairFile, { throwIfNoEntry: false })
  if (failed !== undefined && Date.now() - failed.mtimeMs < REPAIR_AGAIN_AFTER_MS) return
  say('The system keychain library can be built now: installing keytar.')
  const headers = nodeHeaders()
  try {
    await npm(
      ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-retries=0', '--fetch-timeout=20000'],
      headers === null ? {} : { npm_config_nodedir: headers },
    )
  } catch {
    // Said below: npm ends well when an optional package cannot be had, so its code alone does not tell.
  }
  if (existsSync(inRoot('node_modules', 'keytar', 'build', 'Release', 'keytar.node'))) return
  mkdirSync(dirname(repairFile), { recursive: true })
  writeFileSync(repairFile, '')
  say('keytar could not be installed. Passwords are kept until Plumbline is closed; the next try is in a day.')
}

/**
 * A copy of the packaged Node's headers, because npm takes what that package brought inside itself away while it installs.
 * null when it brought none.
 */
function nodeHeaders() {
  const copy = inRoot('.plumbline', 'node-headers')
  const folder = inRoot('node_modules', 'node', 'node_modules')
  const found = existsSync(folder)
    ? readdirSync(folder).find((name) => existsSync(join(folder, name, 'include', 'node', 'common.gypi')))
    : undefined
  if (found !== undefined) cpSync(join(folder, found, 'include'), join(copy, 'include'), { recursive: true })
  return existsSync(join(copy, 'include', 'node', 'common.gypi')) ? copy : null
}

async function npm(args, environment = {}) {
  const cli = process.env.npm_execpath
  // Standard output stays free: `npx plumbline … --json` may be what started us.
  const options = { stdio: ['ignore', 2, 2], env: { ...process.env, ...environment } }
  const code = cli?.endsWith('.js')
    ? await run(process.execPath, [cli, ...args], options)
    : await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options)
  if (code !== 0) throw new Error(`npm ${args[0]} ended with code ${code}`)
}
