/** What every benchmark shares: medians, and how they are told. */

export interface Figure {
  readonly name: string
  readonly unit: 'ms' | 'ratio' | 'count' | 'MB'
  readonly median: number
  readonly min: number
  readonly max: number
  readonly runs: number
}

export function figure(name: string, unit: Figure['unit'], values: readonly number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
  return { name, unit, median: round(median), min: round(sorted[0] ?? 0), max: round(sorted.at(-1) ?? 0), runs: values.length }
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** With --json one object and nothing else on standard output. */
export function report(benchmark: string, figures: readonly Figure[], facts: Readonly<Record<string, string | number>>): void {
  if (process.argv.includes('--json')) {
    // Each figure's median by its name as well, for who asks for one.
    const medians = Object.fromEntries(figures.map(({ name, median }) => [name, median]))
    process.stdout.write(`${JSON.stringify({ benchmark, facts, figures, ...medians })}\n`)
    return
  }
  console.log(
    `${benchmark}: ${Object.entries(facts)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
  )
  const width = Math.max(...figures.map(({ name }) => name.length))
  for (const { name, unit, median, min, max, runs } of figures) {
    const words = unit === 'ms' ? ' ms' : unit === 'ratio' ? ' ×' : unit === 'MB' ? ' MB' : ''
    console.log(`  ${name.padEnd(width)}  ${`${median}${words}`.padStart(12)}   (${min} to ${max}, ${runs} runs)`)
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
