import { isIP } from 'node:net'
import type { PeerCertificate, TLSSocket } from 'node:tls'
import type pg from 'pg'
import type { AuthenticationMethod, ConnectStep, ConnectTrace, ServerCertificate } from '#shared/model/connect.ts'
import type { Sslmode } from '#shared/model/data-source.ts'
import type { ConnectProgress } from './connect-progress.ts'

/** Follows an attempt to connect: the driver's own errors do not tell how far it came, and a person wants to see it go. */

interface TraceSettings {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly sslmode: Sslmode
}

type StepState = ConnectTrace['steps'][number]['state']

export class ConnectTracer {
  readonly #settings: TraceSettings
  readonly #shown: TraceSettings
  readonly #limitMs: number
  readonly #onProgress: (trace: ConnectTrace) => void
  readonly #steps: { readonly step: ConnectStep; state: StepState; readonly began: number; ms: number }[] = []
  readonly #addresses: string[] = []
  #address: string | null = null
  #reached = false
  #tlsAnswer: ConnectProgress['tlsAnswer'] = null
  #tls: ConnectTrace['tls'] = null
  #secured = false
  #asked: AuthenticationMethod = 'none'
  #authenticated = false

  /** `onProgress` is told after each change. `shown`: the names for sentences, where they are not those that are connected to. */
  constructor(settings: TraceSettings, limitMs: number, onProgress: (trace: ConnectTrace) => void = () => {}, shown = settings) {
    this.#settings = settings
    this.#shown = shown
    this.#limitMs = limitMs
    this.#onProgress = onProgress
  }

  /** Listens to a client that has not begun to connect. */
  watch(client: pg.Client): void {
    const wire = Reflect.get(client, 'connection') as Wire
    const socket = wire.stream
    const { host, sslmode } = this.#settings
    const local = host.startsWith('/')
    if (local || isIP(host) !== 0) {
      this.#put('resolve', 'skipped')
      this.#begin('reach')
    } else this.#begin('resolve')
    // Once for each address of the name.
    socket.on('lookup', (error: unknown, address: unknown) => {
      if (error != null || typeof address !== 'string' || this.#addresses.includes(address)) return
      this.#addresses.push(address)
      this.#done('resolve')
      this.#begin('reach')
    })
    socket.on('connect', () => {
      this.#reached = true
      this.#address = local ? `${host}/.s.PGSQL.${this.#settings.port}` : (socket.remoteAddress ?? null)
      // A name that needs no look-up of its own (localhost in some systems) is told of by nothing else.
      this.#done('resolve')
      this.#done('reach')
      if (local || sslmode === 'disable') {
        this.#put('tls', 'skipped')
        this.#begin('authenticate')
      } else this.#begin('tls')
    })
    // The driver's own error is the same for every answer but yes.
    if (sslmode !== 'disable' && !local) {
      socket.once('data', (bytes: Buffer) => {
        const answer = bytes.toString('latin1')
        this.#tlsAnswer = answer === 'S' ? 'yes' : answer === 'N' ? 'no' : 'other'
      })
    }
    // Sent by the driver once the encrypted stream is there; the server has said yes by then.
    wire.on('sslconnect', () => this.#watchTls(wire.stream as unknown as TLSSocket))
    this.#watchAuthentication(client, wire)
  }

  /** The role is in its database. */
  connected(): void {
    this.#done('authenticate')
    this.#done('database')
    this.#begin('inspect')
  }

  inspected(): void {
    this.#done('inspect')
  }

  /** How the attempt ended: the step is marked, and what was thought to be under way behind it is taken back. */
  failed(step: ConnectStep): ConnectTrace {
    const known = this.#steps.findIndex((one) => one.step === step)
    if (known === -1) this.#put(step, 'failed')
    else {
      this.#steps.length = known + 1
      this.#set(step, 'failed')
    }
    return this.trace()
  }

  trace(): ConnectTrace {
    return {
      steps: this.#steps.map(({ step, state, began, ms }) => ({
        step,
        state,
        ms: Math.round((state === 'running' ? performance.now() - began : ms) * 10) / 10,
      })),
      limitMs: this.#limitMs,
      addresses: [...this.#addresses],
      address: this.#address,
      tls: this.#tls,
      authentication: this.#authenticated || this.#asked !== 'none' ? this.#asked : null,
    }
  }

  progress(timedOut: boolean): ConnectProgress {
    const { port, user, database } = this.#shown
    const { host, sslmode } = this.#settings
    return {
      reached: this.#reached,
      wantsTls: sslmode !== 'disable' && !host.startsWith('/'),
      tlsAnswer: this.#tlsAnswer,
      secured: this.#secured,
      authenticating: this.#asked !== 'none',
      authenticated: this.#authenticated,
      timedOut,
      host: this.#shown.host,
      port,
      user,
      database,
    }
  }

  #watchTls(stream: TLSSocket): void {
    // Before Node judges the certificate: one that is refused is what a person most wants to see. For showing only.
    stream.prependListener('secure', () => {
      this.#tls = {
        protocol: stream.getProtocol(),
        cipher: stream.getCipher()?.standardName ?? null,
        certificate: certificateOf(stream.getPeerCertificate()),
      }
    })
    stream.on('secureConnect', () => {
      this.#secured = true
      this.#done('tls')
      this.#begin('authenticate')
    })
  }

  #watchAuthentication(client: pg.Client, wire: Wire): void {
    const hear = (method: AuthenticationMethod) => () => {
      this.#asked = method
      this.#onProgress(this.trace())
    }
    wire.prependListener('authenticationCleartextPassword', hear('cleartext'))
    wire.prependListener('authenticationMD5Password', hear('md5'))
    wire.prependListener('authenticationSASL', hear('scram-sha-256'))
    wire.prependListener('authenticationSASLContinue', () => {
      const session: unknown = Reflect.get(client, 'saslSession')
      const mechanism: unknown = typeof session === 'object' && session !== null ? Reflect.get(session, 'mechanism') : null
      if (mechanism === 'SCRAM-SHA-256-PLUS') this.#asked = 'scram-sha-256-plus'
    })
    wire.on('authenticationOk', () => {
      this.#authenticated = true
      this.#done('authenticate')
      this.#begin('database')
    })
  }

  #begin(step: ConnectStep): void {
    if (!this.#steps.some((one) => one.step === step)) this.#put(step, 'running')
  }

  #done(step: ConnectStep): void {
    if (this.#steps.some((one) => one.step === step && one.state === 'running')) this.#set(step, 'done')
  }

  #put(step: ConnectStep, state: StepState): void {
    this.#steps.push({ step, state, began: performance.now(), ms: 0 })
    this.#onProgress(this.trace())
  }

  #set(step: ConnectStep, state: StepState): void {
    for (const one of this.#steps) {
      if (one.step !== step) continue
      if (one.state === 'running') one.ms = performance.now() - one.began
      one.state = state
    }
    this.#onProgress(this.trace())
  }
}

/** The driver's connection, as far as it is listened to; it has had these since its first versions. */
interface Wire {
  on(event: string, listener: () => void): void
  prependListener(event: string, listener: () => void): void
  readonly stream: {
    readonly remoteAddress?: string
    // biome-ignore lint/suspicious/noExplicitAny: each event has arguments of its own
    on(event: string, listener: (...given: any[]) => void): void
    once(event: 'data', listener: (bytes: Buffer) => void): void
  }
}

/** null: none was shown, or one without dates that can be read. */
function certificateOf(certificate: PeerCertificate): ServerCertificate | null {
  const validFrom = new Date(certificate.valid_from ?? Number.NaN)
  const validTo = new Date(certificate.valid_to ?? Number.NaN)
  if (Number.isNaN(validFrom.getTime()) || Number.isNaN(validTo.getTime())) return null
  return {
    subject: shownName(certificate.subject),
    issuer: shownName(certificate.issuer),
    names: (certificate.subjectaltname ?? '')
      .split(', ')
      .map((entry) => entry.replace(/^(DNS|IP Address):/, ''))
      .filter((name) => name !== '')
      .slice(0, MAX_NAMES),
    validFrom: validFrom.toISOString(),
    validTo: validTo.toISOString(),
  }
}

/** A server may send a certificate with thousands. */
const MAX_NAMES = 20

function shownName(name: PeerCertificate['subject'] | undefined): string {
  const parts = [name?.CN, name?.O].flat().filter((part): part is string => typeof part === 'string' && part !== '')
  return parts.length === 0 ? 'without a name' : parts.join(', ').slice(0, 200)
}
