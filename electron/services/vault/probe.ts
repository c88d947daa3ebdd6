import { spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { KEYCHAIN_SERVICE } from '#shared/model/names.ts'
import { loadKeytar } from './keytar.ts'
import type { ProbeReport } from './probe-outcome.ts'

/** Tries the keychain by writing, reading back, comparing and deleting. Asking alone would not notice a locked one. */

export const PROBE_LIMIT_MS = 5_000

const Report = z.discriminatedUnion('step', [
  z.object({ step: z.literal('done'), equal: z.boolean() }),
  z.object({ step: z.literal('load'), code: z.string() }),
  z.object({ step: z.enum(['write', 'read', 'delete']), text: z.string() }),
])

/**
 * As a program, so that it needs no file of its own in a bundle. The values come by standard input. The secret is made
 * and forgotten there.
 */
const PROGRAM = `
let input = ''
process.stdin.on('data', (chunk) => { input += chunk }).on('end', async () => {
  const { modulesFolder, service, account } = JSON.parse(input)
  const tell = (report) => process.stdout.write(JSON.stringify(report), () => process.exit(0))
  let step = 'load'
  try {
    const keytar = require('node:module').createRequire(modulesFolder + '/from-here.js')('keytar')
    const secret = require('node:crypto').randomBytes(24).toString('base64url')
    step = 'write'
    await keytar.setPassword(service, account, secret)
    step = 'read'
    const read = await keytar.getPassword(service, account)
    step = 'delete'
    await keytar.deletePassword(service, account)
    tell({ step: 'done', equal: read === secret })
  } catch (error) {
    tell(step === 'load' ? { step, code: String(error.code) } : { step, text: String(error.message) })
  }
})
`

/** In a process of its own: native code may abort it, and a locked keyring with a display waits for a person for ever. */
export async function probeInChild(modulesFolder: string, limitMs: number = PROBE_LIMIT_MS): Promise<ProbeReport> {
  const { NODE_OPTIONS: _options, ...environment } = process.env
  const child = spawn(process.execPath, ['-e', PROGRAM], {
    env: { ...environment, LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  })
  let output = ''
  let timedOut = false
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8')
  })
  // A child that ended already does not take its input; its exit tells.
  child.stdin.on('error', () => {})
  child.stdin.end(JSON.stringify({ modulesFolder, service: KEYCHAIN_SERVICE, account: `probe-${randomUUID()}` }))
  const timer = setTimeout(() => {
    timedOut = true
    child.kill('SIGKILL')
  }, limitMs)
  try {
    const code = await new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject))
    if (timedOut) return { step: 'timeout' }
    return code === 0 ? Report.parse(JSON.parse(output)) : { step: 'crashed' }
  } finally {
    clearTimeout(timer)
  }
}

/**
 * In this process, for the signed desktop app: its program cannot be run as Node, and on macOS an item's access list
 * names the program that made it, so another one would make the keychain ask.
 */
export async function probeHere(modulesFolder: string, limitMs: number = PROBE_LIMIT_MS): Promise<ProbeReport> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<ProbeReport>((resolve) => {
    timer = setTimeout(() => resolve({ step: 'timeout' }), limitMs)
  })
  try {
    return await Promise.race([tryHere(modulesFolder), limit])
  } finally {
    clearTimeout(timer)
  }
}

async function tryHere(modulesFolder: string): Promise<ProbeReport> {
  let step: 'load' | 'write' | 'read' | 'delete' = 'load'
  try {
    const keytar = loadKeytar(modulesFolder)
    const account = `probe-${randomUUID()}`
    const secret = randomBytes(24).toString('base64url')
    step = 'write'
    await keytar.setPassword(KEYCHAIN_SERVICE, account, secret)
    step = 'read'
    const read = await keytar.getPassword(KEYCHAIN_SERVICE, account)
    step = 'delete'
    await keytar.deletePassword(KEYCHAIN_SERVICE, account)
    return { step: 'done', equal: read === secret }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return step === 'load' ? { step, code: error instanceof Error && 'code' in error ? String(error.code) : '' } : { step, text }
  }
}
