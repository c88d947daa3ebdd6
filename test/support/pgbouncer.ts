import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A real PgBouncer in front of a server, in transaction mode: two transactions of one client may meet two backends. */
export interface Pooler {
  readonly port: number
  dispose(): Promise<void>
}

interface Upstream {
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

/** null: it is not installed. */
export function pgbouncerProgram(): string | null {
  for (const program of ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer']) {
    try {
      execFileSync('test', ['-x', program])
      return program
    } catch {
      // Not there: the next place.
    }
  }
  return null
}

/** It logs in to the server with what is given, and asks its own clients for nothing. `size`: connections to the server. */
export async function startPooler(program: string, upstream: Upstream, size = 4): Promise<Pooler> {
  // A port that was free may be somebody else's by the time that it listens.
  for (let attempt = 1; ; attempt += 1) {
    const pooler = await tryPort(program, upstream, size, await freePort())
    if (pooler !== null) return pooler
    if (attempt === 5) throw new Error('PgBouncer did not start.')
  }
}

async function tryPort(program: string, upstream: Upstream, size: number, port: number): Promise<Pooler | null> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-pooler-'))
  const { user, password, database } = upstream
  writeFileSync(join(folder, 'users.txt'), `"${user}" "${password}"\n`, { mode: 0o644 })
  writeFileSync(
    join(folder, 'pgbouncer.ini'),
    [
      '[databases]',
      `${database} = host=127.0.0.1 port=${upstream.port} dbname=${database}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      `auth_file = ${join(folder, 'users.txt')}`,
      'auth_type = scram-sha-256',
      'pool_mode = transaction',
      'ignore_startup_parameters = extra_float_digits,options',
      `default_pool_size = ${size}`,
      '',
    ].join('\n'),
  )
  // It refuses to run as root.
  const account = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  execFileSync('chmod', ['-R', 'a+rX', folder])
  const child = spawn(program, [join(folder, 'pgbouncer.ini')], { stdio: 'ignore', ...account })
  for (let waited = 0; child.exitCode !== null || !(await answers(port)); waited += 1) {
    if (waited > 3_000) child.kill('SIGKILL')
    if (waited > 3_000 || child.exitCode !== null) {
      rmSync(folder, { recursive: true, force: true })
      return null
    }
    await sleep(20)
  }
  return {
    port,
    dispose: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const done = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => done(true)).once('error', () => done(false))
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
