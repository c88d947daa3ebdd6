import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A module that stands where keytar would be, at its boundary: what it keeps is a file that a test can read, take away and break. */
export interface KeychainModule {
  readonly modulesFolder: string
  /** Secrets by account. */
  items(): Readonly<Record<string, string>>
  /** From now on every call fails, as with a keychain that is gone. */
  breakDown(): void
  repair(): void
}

/** `windows`: takes 2,560 bytes of UTF-16 and answers more in the words of that system. */
export function keychainModule(folder: string, options: { readonly windows?: boolean } = {}): KeychainModule {
  const items = join(folder, 'keychain.json')
  const broken = join(folder, 'keychain.broken')
  const home = join(folder, 'node_modules', 'keytar')
  mkdirSync(home, { recursive: true })
  if (!existsSync(items)) writeFileSync(items, '{}')
  writeFileSync(broken, '')
  writeFileSync(
    join(home, 'index.js'),
    `const fs = require('node:fs')
const load = () => {
  if (fs.readFileSync(${JSON.stringify(broken)}, 'utf8') === 'yes') throw new Error('The name org.freedesktop.secrets was not provided by any .service files')
  return JSON.parse(fs.readFileSync(${JSON.stringify(items)}, 'utf8'))
}
const keep = (all) => fs.writeFileSync(${JSON.stringify(items)}, JSON.stringify(all))
exports.getPassword = async (_service, account) => load()[account] ?? null
exports.setPassword = async (_service, account, secret) => {
  if (${options.windows === true} && Buffer.byteLength(secret, 'utf16le') > 2560) throw new Error('The stub received bad data')
  keep({ ...load(), [account]: secret })
}
exports.deletePassword = async (_service, account) => {
  const { [account]: gone, ...rest } = load()
  keep(rest)
  return gone !== undefined
}
`,
  )
  return {
    modulesFolder: join(folder, 'node_modules'),
    items: () => JSON.parse(readFileSync(items, 'utf8')) as Record<string, string>,
    breakDown: () => writeFileSync(broken, 'yes'),
    repair: () => writeFileSync(broken, ''),
  }
}
