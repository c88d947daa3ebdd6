import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { mutations } from './mutations.ts'
import { Seeded } from './seeded.ts'
import {
  askForScram,
  authentication,
  complete,
  dataRow,
  errorMessage,
  int32,
  message,
  parameter,
  ready,
  rowDescription,
} from './wire-messages.ts'

/**
 * A server that speaks PostgreSQL's protocol well enough to log in and to answer, until an answer, drawn by the seed, goes
 * wrong in a way that the seed draws too. The same seed does the same.
 */
export interface HostileServer {
  readonly port: number
  /** What goes wrong, in words. */
  readonly plan: string
  dispose(): Promise<void>
}

export const HOSTILE_PASSWORD = 'not-much-of-a-secret'

export async function startHostileServer(seed: number): Promise<HostileServer> {
  const random = new Seeded(seed)
  const plan: Plan = {
    turn: random.below(random.of([4, 12, 40] as const)),
    again: random.chance(0.3),
    kind: random.of(Object.keys(mutations) as [string, ...string[]]),
    login: random.of(['none', 'none', 'none', 'scram', 'scram', 'scram', 'scram', 'cleartext', 'md5'] as const),
    encryption: random.chance(0.05),
    ending: random.of(['stays', 'stays', 'closes', 'resets'] as const),
    pieces: random.chance(0.3) ? 1 + random.below(7) : 0,
  }
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    // A second connection is for cancelling. Mostly there is none to be had.
    if (sockets.size > 1 && random.chance(0.8)) return socket.destroy()
    converse(socket, plan, new Seeded(seed + 1))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port.')
  return {
    port: address.port,
    plan: JSON.stringify(plan),
    dispose: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Plan {
  /** The answer that goes wrong, counted from the first. */
  readonly turn: number
  /** And those after it. */
  readonly again: boolean
  readonly kind: string
  readonly login: 'none' | 'scram' | 'cleartext' | 'md5'
  readonly encryption: boolean
  readonly ending: 'stays' | 'closes' | 'resets'
  /** Bytes at a time; 0: all at once. */
  readonly pieces: number
}

function converse(socket: Socket, plan: Plan, random: Seeded): void {
  let heard: Buffer = Buffer.alloc(0)
  let started = false
  let turn = 0
  const scram = new ScramTalk()
  const session = new SessionTalk(random)

  const answer = (messages: readonly Buffer[]): void => {
    if (messages.length === 0) return
    const wrong = turn === plan.turn || (plan.again && turn > plan.turn)
    turn += 1
    const sent = Buffer.concat(wrong ? [...(mutations[plan.kind]?.(messages, random) ?? [])] : [...messages])
    if (plan.pieces > 0 && sent.length < 3_000)
      for (let at = 0; at < sent.length; at += plan.pieces) socket.write(sent.subarray(at, at + plan.pieces))
    else socket.write(sent)
    if (!wrong || plan.ending === 'stays') return
    if (plan.ending === 'closes') socket.end()
    else socket.resetAndDestroy()
  }

  socket.on('data', (chunk) => {
    heard = Buffer.concat([heard, chunk])
    for (;;) {
      const headBytes = started ? 5 : 4
      if (heard.length < headBytes) return
      const length = heard.readInt32BE(headBytes - 4)
      const end = headBytes - 4 + length
      if (heard.length < end || length < 4) return
      const body = heard.subarray(headBytes, end)
      const type = started ? String.fromCharCode(heard[0] ?? 0) : ''
      heard = heard.subarray(end)
      if (!started && body.length === 4) {
        // The request for encryption, whose answer is one byte. What follows a yes is no TLS.
        socket.write(
          plan.encryption
            ? Buffer.concat([Buffer.from('S'), random.bytes(random.below(60))])
            : Buffer.from(random.of(['N', 'N', 'E', 'SS'] as const)),
        )
        continue
      }
      if (!started) {
        started = true
        answer(firstWords(plan))
      } else if (type === 'p') answer(plan.login === 'scram' ? scram.answer(body) : welcome)
      else answer(session.answer(type, body))
    }
  })
}

const welcome = [
  authentication(0),
  parameter('server_version', '16.4'),
  parameter('client_encoding', 'UTF8'),
  message('K', Buffer.concat([int32(4_711), int32(1)])),
  ready('I'),
]

function firstWords({ login }: Plan): readonly Buffer[] {
  switch (login) {
    case 'scram':
      return [askForScram('SCRAM-SHA-256')]
    case 'cleartext':
      return [authentication(3)]
    case 'md5':
      return [authentication(5, Buffer.from('salt'))]
    case 'none':
      return welcome
  }
}

/** The server's half of SCRAM-SHA-256 (RFC 5802), for the one password. */
class ScramTalk {
  #first = ''
  #own = ''

  answer(body: Buffer): readonly Buffer[] {
    const text = body.toString()
    const first = /n=[^,]*,r=[^,]+$/.exec(text)?.[0]
    if (first !== undefined) {
      this.#first = first
      this.#own = `r=${first.split('r=')[1]}server,s=${Buffer.from('0123456789abcdef').toString('base64')},i=4096`
      return [authentication(11, Buffer.from(this.#own))]
    }
    const salted = pbkdf2Sync(HOSTILE_PASSWORD, '0123456789abcdef', 4_096, 32, 'sha256')
    const key = createHmac('sha256', salted).update('Server Key').digest()
    const said = `${this.#first},${this.#own},${text.replace(/,p=.*$/, '')}`
    const proof = createHmac('sha256', key).update(said).digest('base64')
    // So that the work of the digest is not taken out.
    createHash('sha256').update(proof).digest()
    return [authentication(12, Buffer.from(`v=${proof}`)), ...welcome]
  }
}

/** The extended protocol: an answer for each message, and rows of text for whatever is asked. */
class SessionTalk {
  readonly #random: Seeded
  #text = ''
  #status: 'I' | 'T' = 'I'

  constructor(random: Seeded) {
    this.#random = random
  }

  answer(type: string, body: Buffer): readonly Buffer[] {
    switch (type) {
      case 'P':
        this.#text = body.toString().split('\0')[1] ?? ''
        return [message('1')]
      case 'B':
        return [message('2')]
      case 'D':
        return this.#rows() ? [rowDescription(['a', 'b', 'c'])] : [message('n')]
      case 'E':
        return this.#execute()
      case 'S':
        return [ready(this.#status)]
      default:
        return []
    }
  }

  #rows(): boolean {
    return /SELECT|VALUES|SHOW/.test(this.#text)
  }

  #execute(): readonly Buffer[] {
    if (this.#text.includes('BEGIN')) this.#status = 'T'
    if (/COMMIT|ROLLBACK/.test(this.#text)) this.#status = 'I'
    if (!this.#rows()) return [complete(this.#text.includes('BEGIN') ? 'BEGIN' : 'SET')]
    const notice = this.#random.chance(0.1) ? [errorMessage('N', { S: 'NOTICE', C: '00000', M: 'said in passing' })] : []
    const count = this.#random.below(40)
    const rows = Array.from({ length: count }, () => dataRow([String(this.#random.below(99)), null, '{}']))
    return [...notice, ...rows, complete(`SELECT ${count}`)]
  }
}
