import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** Starts the process that talks with hostile servers, and keeps account of what it comes to. */

export interface FuzzOutcome {
  readonly cases: number
  readonly answered: number
  readonly refused: number
  /** Of each: the seeds that were under way, and the last that the process wrote. */
  readonly crashes: readonly { readonly plans: readonly string[]; readonly said: string }[]
  readonly hangs: readonly string[]
  readonly peakBytes: number
}

export interface FuzzWish {
  readonly firstSeed: number
  readonly cases: number
  readonly width: number
  readonly who: 'ours' | 'driver'
}

const program = fileURLToPath(new URL('./fuzz-program.ts', import.meta.url))
/** A process that says nothing for so long is busy with itself. */
const SILENCE_MS = 90_000

export async function fuzz({ firstSeed, cases, width, who }: FuzzWish): Promise<FuzzOutcome> {
  const states: Record<string, number> = { answered: 0, refused: 0 }
  const crashes: { plans: readonly string[]; said: string }[] = []
  const hangs: string[] = []
  let peakBytes = 0
  let at = firstSeed
  // After a crash it goes on behind the cases that were under way.
  while (at < firstSeed + cases && crashes.length < 5) {
    const underWay = new Map<number, string>()
    const given = [at, firstSeed + cases - at, width, who].map(String)
    const child = spawn(process.execPath, [program, ...given], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4_000)
    })
    let watchdog = setTimeout(() => child.kill('SIGKILL'), SILENCE_MS)
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    for await (const line of createInterface({ input: child.stdout })) {
      clearTimeout(watchdog)
      watchdog = setTimeout(() => child.kill('SIGKILL'), SILENCE_MS)
      const told = JSON.parse(line) as { seed?: number; state?: string; plan?: string; peakBytes?: number }
      peakBytes = Math.max(peakBytes, told.peakBytes ?? 0)
      if (told.seed === undefined) continue
      at = Math.max(at, told.seed + 1)
      if (told.state === 'begun') {
        underWay.set(told.seed, `${told.seed} ${told.plan}`)
        continue
      }
      if (told.state === 'hung') hangs.push(underWay.get(told.seed) ?? '')
      else states[told.state ?? ''] = (states[told.state ?? ''] ?? 0) + 1
      underWay.delete(told.seed)
    }
    clearTimeout(watchdog)
    if ((await ended) !== 0) crashes.push({ plans: [...underWay.values()], said })
  }
  return { cases: at - firstSeed, answered: states.answered ?? 0, refused: states.refused ?? 0, crashes, hangs, peakBytes }
}
