import type { Seeded } from './seeded.ts'
import {
  askForScram,
  authentication,
  complete,
  dataRow,
  errorMessage,
  int16,
  int32,
  message,
  ready,
  rowDescription,
} from './wire-messages.ts'

/** What can be wrong with an answer of a server. Each takes the messages of one answer and gives the bytes that are sent instead. */

export type Mutation = (messages: readonly Buffer[], random: Seeded) => readonly Buffer[]

const lengths = [-1, -2_147_483_648, 0, 1, 3, 4, 5, 8, 1_000, 65_536, 67_108_865, 1_073_741_825, 2_147_483_647] as const

export const mutations: Readonly<Record<string, Mutation>> = {
  'other bytes': (messages, random) => {
    const bytes = Buffer.concat(messages)
    for (let count = 1 + random.below(6); count > 0 && bytes.length > 0; count -= 1) bytes[random.below(bytes.length)] = random.below(256)
    return [bytes]
  },
  'another length': (messages, random) =>
    changedOne(messages, random, (one) => {
      one.writeInt32BE(random.chance(0.7) ? random.of(lengths) : one.readInt32BE(1) + random.below(9) - 4, 1)
      return one
    }),
  'another type': (messages, random) =>
    changedOne(messages, random, (one) => {
      one[0] = random.chance(0.5)
        ? random.below(256)
        : random.of(['R', 'S', 'K', 'Z', 'T', 'D', 'C', 'E', 'N', 'G', 'H', 'W', 'd', 'c', 'A', 's', 'v', 'V'] as const).charCodeAt(0)
      return one
    }),
  'another body': (messages, random) =>
    changedOne(messages, random, (one) => message(String.fromCharCode(one[0] ?? 0), random.bytes(random.below(80)))),
  'without one': (messages, random) => messages.toSpliced(random.below(messages.length), 1),
  'one many times': (messages, random) => {
    const at = random.below(messages.length)
    return messages.toSpliced(at, 0, ...Array.from({ length: 1 + random.below(2_000) }, () => messages[at] ?? Buffer.alloc(0)))
  },
  'in another order': (messages, random) => messages.toSorted(() => random.next() - 0.5),
  'with one unasked': (messages, random) => {
    const more = Array.from({ length: 1 + random.below(4) }, () => unasked(random))
    return messages.toSpliced(random.below(messages.length + 1), 0, ...more)
  },
  'with one after it': (messages, random) => [...messages, unasked(random)],
  garbage: (_messages, random) => [random.bytes(1 + random.below(400))],
  nothing: () => [],
}

function changedOne(messages: readonly Buffer[], random: Seeded, change: (one: Buffer) => Buffer): readonly Buffer[] {
  const at = random.below(messages.length)
  return messages.map((one, index) => (index === at && one.length >= 5 ? change(Buffer.from(one)) : one))
}

function unasked(random: Seeded): Buffer {
  const columns = random.of([0, 1, 7, 1_600, 32_767, 65_535] as const)
  return random.of<() => Buffer>([
    () => message('G', Buffer.concat([Buffer.from([random.below(3)]), int16(columns), Buffer.alloc(random.below(40))])),
    () => message('H', Buffer.concat([Buffer.from([random.below(3)]), int16(columns)])),
    () => message('W', Buffer.concat([Buffer.from([0]), int16(0)])),
    () => message('d', random.bytes(random.below(100))),
    () => message('c'),
    () => message('A', Buffer.concat([int32(1), Buffer.from('channel\0payload\0')])),
    () => message('A', random.bytes(random.below(20))),
    () => authentication(random.of([0, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, -1, 99] as const), random.bytes(random.below(40))),
    () => askForScram('SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS', 'X'.repeat(random.below(3_000))),
    () => ready(random.of(['I', 'T', 'E'] as const)),
    () => message('Z', random.bytes(random.below(3))),
    () => rowDescription(['a', 'a', '__proto__', 'constructor'], columns),
    () => rowDescription(Array.from({ length: 1_600 }, (_, index) => `c${index}`)),
    () => dataRow(['x', null, '__proto__'], columns),
    () => dataRow(Array.from({ length: random.below(2_000) }, () => 'x')),
    () => message('D', Buffer.concat([int16(2), int32(random.of(lengths)), Buffer.from('abc'), int32(random.of(lengths))])),
    () => complete(random.of(['SELECT 1', 'INSERT 0 99999999999999999999', '', 'BEGIN', 'COPY -1', '\u0000'] as const)),
    () => errorMessage('E', { S: 'ERROR', C: random.of(['42601', '57P01', '28P01', '', 'x'.repeat(2_000)] as const), M: 'no', P: '-1' }),
    () => errorMessage('E', { S: 'FATAL', C: '57P01', M: 'x'.repeat(random.below(60_000)) }),
    () => errorMessage('N', { S: 'NOTICE', C: '00000', M: 'x'.repeat(random.below(60_000)) }),
    () => message('N', random.bytes(random.below(50))),
    () => message('E', random.bytes(random.below(50))),
    () => message('K', random.bytes(random.below(12))),
    () => message('S', random.bytes(random.below(30))),
    () => message('v', Buffer.concat([int32(0), int32(random.of(lengths))])),
    () => message('V', int32(random.of(lengths))),
    () => message(String.fromCharCode(random.below(256)), random.bytes(random.below(30))),
  ])()
}
