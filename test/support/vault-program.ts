import { createInterface } from 'node:readline'
import { Vault } from '#services/vault/vault.ts'
import { modulesFolder } from './cluster.ts'
import { heldSettings } from './secret-settings.ts'

/** A vault in a process of its own, as libsecret reads the bus's address once a process. A line of JSON in, one out. */

const folder = process.argv[2] ?? '/nowhere'
const vault = new Vault({ modulesFolder, probe: 'child', callLimitMs: 5_000, folder, settings: heldSettings() })

for await (const line of createInterface({ input: process.stdin })) {
  const [call, ...values] = JSON.parse(line) as ['probe' | 'status' | 'save' | 'read' | 'forget', ...(string | null)[]]
  try {
    const method = Reflect.get(vault, call) as (...values: (string | null)[]) => unknown
    process.stdout.write(`${JSON.stringify({ value: (await method.apply(vault, values)) ?? null })}\n`)
  } catch (error) {
    process.stdout.write(
      `${JSON.stringify({ code: Reflect.get(Object(error), 'code'), message: String(Reflect.get(Object(error), 'message')) })}\n`,
    )
  }
}
