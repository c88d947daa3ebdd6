import { describe, expect, test } from 'vitest'
import { RowTap, WireFault } from '#services/postgres/row-tap.ts'
import { fc } from '#test/support/chance.ts'

interface Heard {
  readonly rows: string[]
  readonly other: Buffer[]
  ready: Buffer | null
}

function listen(): { tap: RowTap; heard: Heard } {
  const heard: Heard = { rows: [], other: [], ready: null }
  const tap = new RowTap({
    row: (body) => heard.rows.push(Buffer.from(body).toString('latin1')),
    other: (messages) => heard.other.push(Buffer.from(messages)),
    ready: (messages) => {
      heard.ready = Buffer.from(messages)
    },
  })
  return { tap, heard }
}

function message(type: string, body: string): Buffer {
  const bytes = Buffer.from(body, 'latin1')
  const head = Buffer.alloc(5)
  head.write(type, 'latin1')
  head.writeInt32BE(bytes.length + 4, 1)
  return Buffer.concat([head, bytes])
}

describe('the tap', () => {
  test('takes rows out and hands everything else on, however the bytes are cut', () => {
    const body = fc.string({ unit: 'binary-ascii', maxLength: 40 })
    const messages = fc.array(fc.tuple(fc.constantFrom('D', 'D', 'N', 'S', 'T', 'C', 'E', '1', '2'), body), { maxLength: 30 })
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (given, sizes) => {
        const { tap, heard } = listen()
        const bytes = Buffer.concat([...given.map(([type, text]) => message(type, text)), message('Z', 'I')])
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1
          tap.push(bytes.subarray(at, at + size))
          at += size
        }
        expect(heard.rows).toEqual(given.filter(([type]) => type === 'D').map(([, text]) => text))
        expect(Buffer.concat(heard.other)).toEqual(
          Buffer.concat(given.filter(([type]) => type !== 'D').map(([type, text]) => message(type, text))),
        )
        expect(heard.ready).toEqual(message('Z', 'I'))
      }),
      { numRuns: 300 },
    )
  })

  test('hands on what stands behind the ready message', () => {
    const { tap, heard } = listen()
    tap.push(Buffer.concat([message('Z', 'I'), message('A', 'later')]))
    expect(heard.ready).toEqual(Buffer.concat([message('Z', 'I'), message('A', 'later')]))
  })

  test.each([
    ['a length below its own four bytes', [0x44, 0, 0, 0, 3]],
    ['a negative length', [0x44, 0xff, 0xff, 0xff, 0xff]],
    ['a row of two gigabytes', [0x44, 0x7f, 0xff, 0xff, 0xff]],
    ['a notice of a gigabyte', [0x4e, 0x40, 0, 0, 0]],
  ])('refuses %s before anything is allocated for it', (_name, bytes) => {
    expect(() => listen().tap.push(Buffer.from(bytes))).toThrow(WireFault)
  })
})
