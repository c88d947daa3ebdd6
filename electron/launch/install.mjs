/** Brings the npm packages when they are missing or older than the lock file. Offline once that is done. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { inRoot, run, say } from './paths.mjs'

const stampFile = inRoot('node_modules', '.plumbline-installed')

/** @returns {Promise<void>} throws when npm fails */
export async function installPackages() {
  const wanted = createHash('sha256')
    .update(readFileSync(inRoot('package-lock.json')))
    .digest('hex')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) {
    await repairKeychainLibrary()
    return
  }
  say('Installing packages with npm (about half a minute the first time).')
  await npm(['ci', '--no-audit', '--no-fund'])
  writeFileSync(stampFile, wanted)
}

/**
 * npm leaves the optional keychain library out when the system's libsecret is missing. Once that has appeared, the
 * library is built, so that nobody has to know why passwords are not kept.
 */
async function repairKeychainLibrary() {
  if (existsSync(inRoot('node_modules', 'keytar', 'build', 'Release', 'keytar.node'))) return
  if (process.platform === 'linux' && !existsSync('/usr/include/libsecret-1/libsecret/secret.h')) return
  say('The system keychain library can be built now: installing keytar.')
  try {
    await npm(['install', '--no-save', '--no-audit', '--no-fund'])
  } catch (error) {
    // Passwords are then kept in memory only, which the app says on its screens.
    say(`keytar could not be installed (${error.message}). Passwords are kept until Plumbline is closed.`)
  }
}

async function npm(args) {
  const cli = process.env.npm_execpath
  // Standard output stays free: `npx plumbline … --json` may be what started us.
  const stdio = ['ignore', 2, 2]
  const code = cli?.endsWith('.js')
    ? await run(process.execPath, [cli, ...args], { stdio })
    : await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { stdio })
  if (code !== 0) throw new Error(`npm ${args[0]} ended with code ${code}`)
}
