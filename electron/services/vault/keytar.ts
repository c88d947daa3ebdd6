import { createRequire } from 'node:module'
import { join } from 'node:path'
import { z } from 'zod'

/** The calls of keytar that we use. A read gives null both for an item that is absent and for a keyring that is locked. */
export interface Keytar {
  getPassword(service: string, account: string): Promise<string | null>
  setPassword(service: string, account: string, secret: string): Promise<void>
  deletePassword(service: string, account: string): Promise<boolean>
}

const call = z.custom<(...values: string[]) => Promise<never>>((value) => typeof value === 'function')
const Module = z.object({ getPassword: call, setPassword: call, deletePassword: call })

/** Loaded by path and only when needed: it is native, optional, and may abort the process that loads it. */
export function loadKeytar(modulesFolder: string): Keytar {
  return Module.parse(createRequire(join(modulesFolder, 'from-here.js'))('keytar'))
}
