/** The Debian packages that a full test run needs, and how they come to be there. */
import { existsSync } from 'node:fs'
import { run, say, which } from './paths.mjs'

/** Package → a file or program that proves it is there, and what for. */
const debianPackages = [
  { name: 'libsecret-1-dev', proof: () => existsAny('/usr/include/libsecret-1/libsecret/secret.h'), for: 'building the keychain library' },
  { name: 'pkg-config', proof: () => which('pkg-config') !== null, for: 'building the keychain library' },
  { name: 'make', proof: () => which('make') !== null, for: 'building the keychain library' },
  { name: 'g++', proof: () => which('g++') !== null, for: 'building the keychain library' },
  { name: 'python3', proof: () => which('python3') !== null, for: 'building the keychain library' },
  { name: 'gnome-keyring', proof: () => which('gnome-keyring-daemon') !== null, for: 'the keychain tests' },
  { name: 'dbus', proof: () => which('dbus-run-session') !== null, for: 'the keychain tests' },
  { name: 'chromium', proof: () => which('chromium') !== null, for: 'the screen tests' },
  { name: 'postgresql-client', proof: () => which('psql') !== null, for: 'comparing with psql' },
  { name: 'pgbouncer', proof: () => existsAny('/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'), for: 'the tests with a pooler' },
  { name: 'openssl', proof: () => which('openssl') !== null, for: 'the TLS tests' },
  { name: 'procps', proof: () => which('ps') !== null, for: 'the process tests' },
  { name: 'iproute2', proof: () => which('ss') !== null, for: 'the loopback tests' },
  { name: 'curl', proof: () => which('curl') !== null, for: 'the loopback tests' },
  { name: 'strace', proof: () => which('strace') !== null, for: 'the test of what goes over the network' },
  {
    name: 'fonts-liberation',
    proof: () => existsAny('/usr/share/fonts/truetype/liberation', '/usr/share/fonts/truetype/liberation2'),
    for: 'the screen tests',
  },
  { name: 'fonts-dejavu-core', proof: () => existsAny('/usr/share/fonts/truetype/dejavu'), for: 'the screen tests' },
]

/** Names of what is missing on this Debian-like system; empty elsewhere. */
export function missingSystemPackages() {
  if (process.platform !== 'linux' || which('apt-get') === null) return []
  return debianPackages.filter((entry) => !entry.proof()).map((entry) => entry.name)
}

export function aptLine(names) {
  return `apt-get install --yes --no-install-recommends ${names.join(' ')}`
}

/**
 * Installs what is missing as root or by `sudo -n`.
 * @returns {Promise<boolean>} whether everything is there now
 */
export async function installSystemPackages() {
  const missing = missingSystemPackages()
  if (missing.length === 0) return true
  const prefix = await rootPrefix()
  if (prefix === null) {
    say(`These system packages are missing, and only root can install them: ${missing.join(', ')}.`)
    say(`  ${aptLine(missing)}`)
    return false
  }
  say(`Installing system packages: ${missing.join(', ')}.`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const [command, ...before] = [...prefix, 'apt-get']
  // Standard output stays free for what a caller asked for.
  const stdio = ['ignore', 2, 2]
  await run(command, [...before, 'update', '--quiet'], { env, stdio })
  await run(command, [...before, 'install', '--yes', '--quiet', '--no-install-recommends', ...missing], { env, stdio })
  const still = missingSystemPackages()
  if (still.length > 0) say(`Still missing after the installation: ${still.join(', ')}.`)
  return still.length === 0
}

async function rootPrefix() {
  if (process.getuid?.() === 0) return []
  if (which('sudo') === null) return null
  const code = await run('sudo', ['-n', 'true'], { stdio: 'ignore' })
  return code === 0 ? ['sudo', '-n'] : null
}

function existsAny(...paths) {
  return paths.some((path) => existsSync(path))
}
