import { describe, expect, test } from 'vitest'
import { WireFrames } from '#services/postgres/wire-frames.ts'

/** What a server may send to the driver, and what ends the connection. */

function message(type: string, body: string | Buffer, length?: number): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : body
  const head = Buffer.alloc(5)
  head.write(type, 'latin1')
  head.writeInt32BE(length ?? bytes.length + 4, 1)
  return Buffer.concat([head, bytes])
}

/** In pieces of each size: a message may be cut anywhere. */
function watched(bytes: Buffer): 'taken' | 'refused' {
  const outcomes = [1, 2, 3, 7, bytes.length].map((size) => {
    const frames = new WireFrames()
    frames.loggedIn()
    try {
      for (let at = 0; at < bytes.length; at += size) frames.watch(bytes.subarray(at, at + size))
      return 'taken'
    } catch {
      return 'refused'
    }
  })
  expect(new Set(outcomes).size).toBe(1)
  return outcomes[0] as 'taken' | 'refused'
}

const ready = message('Z', 'I')

describe('an error or a notice', () => {
  test.each([
    ['with its end', 'SERROR\0Mno\0\0', 'taken'],
    ['with nothing but its end', '\0', 'taken'],
    ['with bytes behind its end', 'Mno\0\0zz', 'taken'],
    ['with an empty field', 'S\0M\0\0', 'taken'],
    ['empty', '', 'refused'],
    ['whose field does not end', 'Mno', 'refused'],
    ['without an end', 'Mno\0', 'refused'],
    ['of random bytes', 'z\xff\xc3io', 'refused'],
  ] as const)('%s', (_, body, outcome) => {
    for (const type of ['E', 'N']) expect(watched(Buffer.concat([message(type, body), ready]))).toBe(outcome)
  })
})

describe('a length', () => {
  test.each([
    ['of a small message', message('S', 'a\0b\0'), 'taken'],
    ['negative', message('S', '', -1), 'refused'],
    ['too small', message('S', '', 3), 'refused'],
    ['of gigabytes', message('S', '', 2_147_483_647), 'refused'],
  ] as const)('%s', (_, bytes, outcome) => {
    expect(watched(bytes)).toBe(outcome)
  })

  test('at a login may be of a megabyte at most', () => {
    expect(() => new WireFrames().watch(message('R', '', 2_000_000))).toThrow('too long')
  })

  test('of all rows of a statement is counted together, and anew for the next', () => {
    const frames = new WireFrames()
    frames.loggedIn()
    const row = message('D', Buffer.alloc(60 * 1024 * 1024))
    for (let turn = 0; turn < 3; turn += 1) {
      for (let count = 0; count < 4; count += 1) frames.watch(row)
      frames.watch(ready)
    }
    for (let count = 0; count < 4; count += 1) frames.watch(row)
    expect(() => frames.watch(row)).toThrow('too long')
  })
})
