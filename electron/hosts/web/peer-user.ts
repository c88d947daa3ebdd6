import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'

/**
 * Whose program is at the other end of a loopback connection. Every user of this computer reaches its ports; Linux says
 * whose a connection is.
 */

/** The user's id, or CLOSED. null: the system does not say: it is not Linux, or the other end is in a network of its own, as a container's is. */
export async function peerUser({ localPort, remotePort }: Pick<Socket, 'localPort' | 'remotePort'>): Promise<number | null> {
  if (localPort === undefined || remotePort === undefined) return CLOSED
  if (process.platform !== 'linux') return null
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')))
  return ownerIn(tables.join('\n'), remotePort, localPort)
}

/** In place of a user's id: there is nobody any more who would read an answer. */
export const CLOSED = -1

/** The owner of the end whose own port is `port`, as /proc/net/tcp and tcp6 have it (proc_net_tcp in the kernel's documentation). */
export function ownerIn(table: string, port: number, otherPort: number): number | null {
  const place = (value: number): string => `(?:0{16}FFFF0000)?0100007F:${hex(value)}|0{24}01000000:${hex(value)}`
  const line = new RegExp(`^ *\\d+: (?:${place(port)}) (?:${place(otherPort)}) [0-9A-F]{2} \\S+ \\S+ \\S+ +(\\d+) +\\d+ (\\d+) `)
  // Lines by the thousand stand here where many connections ended lately, so only those with the port are looked at.
  const mark = `:${hex(port)} `
  for (let at = table.indexOf(mark); at >= 0; at = table.indexOf(mark, at + 1)) {
    const found = line.exec(table.slice(table.lastIndexOf('\n', at) + 1, table.indexOf('\n', at)))
    // SECURITY: what its program has closed already is nobody's, and is listed as of user 0.
    if (found !== null) return found[2] === '0' ? CLOSED : Number(found[1])
  }
  return null
}

/**
 * SECURITY: ourselves and root, who can read our memory anyway and whose are the relays of virtual machines; and who
 * started us by sudo. Where it is not known, the key alone keeps strangers out.
 */
export function isOwnUser(user: number | null, own: number | undefined, sudoUser: string | undefined): boolean {
  return user === null || user === 0 || user === own || (sudoUser !== undefined && sudoUser === String(user))
}

/** Asks once a connection. `user`: the stranger's. */
export class Peers {
  readonly #anyUser: boolean
  readonly #onStranger: (user: number) => void
  readonly #known = new WeakMap<Socket, Promise<boolean>>()

  constructor(options: { readonly anyUser: boolean; onStranger(user: number): void }) {
    this.#anyUser = options.anyUser
    this.#onStranger = options.onStranger
  }

  mayTalk(socket: Socket): Promise<boolean> {
    if (this.#anyUser) return Promise.resolve(true)
    const known = this.#known.get(socket) ?? this.#ask(socket)
    this.#known.set(socket, known)
    return known
  }

  async #ask(socket: Socket): Promise<boolean> {
    const user = await peerUser(socket)
    const own = isOwnUser(user, process.getuid?.(), process.env.SUDO_UID)
    if (!own && user !== null && user !== CLOSED) this.#onStranger(user)
    return own
  }
}

function hex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0')
}
