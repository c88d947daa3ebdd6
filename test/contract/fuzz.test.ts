import { isContractProcedure } from '@orpc/contract'
import { expect, test } from 'vitest'
import { ContractServer } from '#hosts/common/serve-contract.ts'
import { rpc } from '#services/rpc.ts'
import { contract } from '#shared/contract/contract.ts'
import { AppError, errorMap } from '#shared/contract/errors.ts'
import { fc } from '#test/support/chance.ts'
import { recordFigure } from '#test/support/figures.ts'
import { memoryLog } from '#test/support/host.ts'

/** Whatever a page that was taken over sends, what comes back is an error of the closed set, and nothing else happens. */

const names = walk(contract, [])
/** Every procedure, each of which would answer BUSY if its input got to it. */
const router = build(contract, rpc) as ConstructorParameters<typeof ContractServer>[0]['router']
const total = process.env.PLUMBLINE_NIGHTLY === '1' ? 100_000 : 10_000

test(`of ${total} calls with random, oversized and poisoned input each is answered with an error of the contract`, async () => {
  const { log, lines } = memoryLog()
  const server = new ContractServer({ router, context: { log } })
  const answers = new Map<string, number>()
  const waiting = new Map<string, (answer: Answer) => void>()
  let broken = 0
  const connect = () =>
    server.connect({
      send: (message) => {
        const answer = JSON.parse(message) as Answer
        waiting.get(answer.i)?.(answer)
        waiting.delete(answer.i)
      },
      broken: () => {
        broken += 1
        for (const settle of waiting.values()) settle({ i: 'broken' })
      },
    })
  const wire = connect()
  let count = 0
  for (const inputs of batchesOf(inputTexts(total), 250)) {
    const settled = inputs.map((text, index) => {
      count += 1
      const id = String(count)
      const name = names[(count + index) % names.length] ?? []
      return new Promise<readonly [string, Answer]>((resolve) => {
        waiting.set(id, (answer) => resolve([text, answer]))
        wire.receive(`{"i":"${id}","p":{"u":"/${name.join('/')}","b":${text}}}`)
      })
    })
    for (const [text, { p }] of await Promise.all(settled)) {
      const error = p?.b?.json
      const shown = `${text.slice(0, 200)} → ${JSON.stringify(p)?.slice(0, 300)}`
      expect(p?.s ?? 200, shown).toBeGreaterThanOrEqual(400)
      // Marks of types that fit nothing: what is no call at all is refused before it is one, in the wire's own word.
      if (text.includes(',"meta":') && error?.code === 'BAD_REQUEST' && error.defined === false) continue
      expect(Object.keys(errorMap), shown).toContain(error?.code)
      expect(error?.code, shown).not.toBe('INTERNAL')
      expect(error?.defined, shown).toBe(true)
      expect(Object.keys(error ?? {}).sort(), shown).toEqual(['code', 'data', 'defined', 'message', 'status'])
      answers.set(error?.code ?? '', (answers.get(error?.code ?? '') ?? 0) + 1)
    }
  }
  recordFigure('contractFuzzCases', count)
  expect(count).toBe(total)
  expect(broken).toBe(0)
  expect(lines).toEqual([])
  expect(Object.keys(Object.prototype)).toEqual([])
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  // Some inputs fit, so that the walk is known to reach the procedures; most do not.
  expect(answers.get('INVALID') ?? 0).toBeGreaterThan(total / 2)
  expect(answers.get('BUSY') ?? 0).toBeGreaterThan(0)
}, 300_000)

interface Answer {
  readonly i: string
  readonly p?: { readonly s?: number; readonly b?: { readonly json?: { readonly code?: string; readonly defined?: boolean } } }
}

/** Bodies as they go over the wire: `json` is the input, `meta` says which parts of it are no JSON. */
function inputTexts(many: number): readonly string[] {
  const seed = process.env.PLUMBLINE_NIGHTLY === '1' ? Date.now() % 2 ** 31 : 20_261_129
  const key = fc.constantFrom(
    'id',
    'dataSourceId',
    'taskId',
    'sql',
    'kwargs',
    'limit',
    'name',
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'polluted',
  )
  const leaf = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.uuid(),
    fc.string({ unit: 'binary', maxLength: 50 }),
    fc.constantFrom<unknown>(null, '', -1, 1e308, -0, 'x'.repeat(70_000), '\u0000', '\ud800', '<img>', [], {}, true),
  )
  const members = fc.array(fc.tuple(key, leaf), { maxLength: 6 })
  const object = members.map(
    (all) => `{${all.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}`).join(',')}}`,
  )
  const poisoned = object.map((inner) => `{"__proto__":${inner},"constructor":{"prototype":${inner}}}`)
  const json = fc.oneof(
    object,
    leaf.map((value) => JSON.stringify(value) ?? 'null'),
    poisoned,
    fc.constant('{}'),
    fc.integer({ min: 1, max: 3_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  )
  const path = fc.array(fc.oneof(key, fc.nat(3)), { maxLength: 3 })
  const meta = fc.oneof(
    fc.constant('[]'),
    fc.array(fc.tuple(fc.nat(12), path), { maxLength: 3 }).map((all) => JSON.stringify(all.map(([type, place]) => [type, ...place]))),
  )
  const body = fc.tuple(
    json,
    fc.oneof({ arbitrary: fc.constant(''), weight: 4 }, { arbitrary: meta.map((text) => `,"meta":${text}`), weight: 1 }),
  )
  const texts = fc.sample(body, { numRuns: many - 10, seed }).map(([input, more]) => `{"json":${input}${more}}`)
  return [...texts, ...Array.from({ length: 10 }, (_, index) => `{"json":{"sql":"${'x'.repeat(1_000_000 * (index + 1))}"}}`)]
}

function* batchesOf<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size)
}

function walk(node: unknown, path: readonly string[]): readonly (readonly string[])[] {
  if (isContractProcedure(node)) return [path]
  return Object.entries(node as object).flatMap(([name, child]) => walk(child, [...path, name]))
}

interface Implementer {
  handler(run: () => never): unknown
}

function build(node: unknown, implementer: unknown): unknown {
  if (isContractProcedure(node)) {
    return (implementer as Implementer).handler(() => {
      throw new AppError('BUSY', 'It got through.', {})
    })
  }
  return Object.fromEntries(
    Object.entries(node as object).map(([name, child]) => [name, build(child, (implementer as Record<string, unknown>)[name])]),
  )
}
