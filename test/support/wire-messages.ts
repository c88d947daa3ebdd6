/** Messages of PostgreSQL's protocol as a server sends them ("Message Formats" in its manual). */

export function message(type: string, body: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(5)
  head.write(type, 0, 'latin1')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

export function authentication(kind: number, rest: Buffer = Buffer.alloc(0)): Buffer {
  return message('R', Buffer.concat([int32(kind), rest]))
}

export function askForScram(...mechanisms: readonly string[]): Buffer {
  return authentication(10, Buffer.from(`${mechanisms.join('\0')}\0\0`))
}

export function ready(status: 'I' | 'T' | 'E'): Buffer {
  return message('Z', Buffer.from(status))
}

export function parameter(name: string, value: string): Buffer {
  return message('S', Buffer.from(`${name}\0${value}\0`))
}

export function rowDescription(names: readonly string[], count = names.length): Buffer {
  const fields = names.map((name) => Buffer.concat([Buffer.from(`${name}\0`), Buffer.alloc(6), int32(25), int16(-1), int32(-1), int16(0)]))
  return message('T', Buffer.concat([int16(count), ...fields]))
}

export function dataRow(values: readonly (string | null)[], count = values.length): Buffer {
  const cells = values.map((value) => {
    if (value === null) return int32(-1)
    const bytes = Buffer.from(value)
    return Buffer.concat([int32(bytes.length), bytes])
  })
  return message('D', Buffer.concat([int16(count), ...cells]))
}

export function complete(tag: string): Buffer {
  return message('C', Buffer.from(`${tag}\0`))
}

export function errorMessage(type: 'E' | 'N', fields: Readonly<Record<string, string>>): Buffer {
  const written = Object.entries(fields).map(([code, text]) => `${code}${text}\0`)
  return message(type, Buffer.from(`${written.join('')}\0`))
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE((value << 16) >> 16)
  return bytes
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value | 0)
  return bytes
}
