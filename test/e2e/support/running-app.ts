import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env, execPath } from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The built web host, running in a data folder of its own. */
export interface RunningApp {
  /** Works once, within a minute. */
  readonly link: string
  readonly dataFolder: string
  readonly process: ChildProcess
  /** All that it has written so far, for the report of a failed test. */
  output(): string
  /** Another link, by the Enter key in its terminal. */
  freshLink(): Promise<string>
  /** Asks it to end and waits; the data folder stays. */
  stop(): Promise<void>
  /** Ends it and removes its data folder. */
  dispose(): Promise<void>
}

/** `dataFolder`: that of an earlier app, to go on with its data. `port`: any free one where it is left out. */
export async function startApp(options: { readonly dataFolder?: string; readonly port?: number } = {}): Promise<RunningApp> {
  const program = fileURLToPath(new URL('../../../dist/web/main.js', import.meta.url))
  if (!existsSync(program)) throw new Error('The web host is not built: run `npm run build`.')
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'plumbline-e2e-')))
  const port = options.port === undefined ? [] : ['--port', String(options.port)]
  const child = spawn(execPath, [program, '--no-open', ...port], { env: environment(dataFolder), stdio: ['pipe', 'pipe', 'pipe'] })
  const lines: string[] = []
  const links = linksOf(child, lines)
  const stop = () => endProcess(child)
  try {
    const link = await links.next()
    return {
      link,
      dataFolder,
      process: child,
      output: () => lines.join('\n'),
      freshLink: async () => {
        child.stdin?.write('\n')
        return links.next()
      },
      stop,
      dispose: async () => {
        await stop()
        await rm(dataFolder, { recursive: true, force: true, maxRetries: 5 })
      },
    }
  } catch (error) {
    await stop()
    throw new Error(`The web host did not start.\n${lines.join('\n')}`, { cause: error })
  }
}

/** How long it may take to stop what runs, the sample's server included. */
const END_WITHIN_MS = 20_000

/** Without the session bus of whoever runs the tests: no test may touch that person's keychain. */
function environment(dataFolder: string): NodeJS.ProcessEnv {
  const { DBUS_SESSION_BUS_ADDRESS: _, XDG_RUNTIME_DIR: __, ...rest } = env
  return { ...rest, PLUMBLINE_DATA: dataFolder }
}

interface Links {
  /** Rejects when the program ends before it prints one. */
  next(): Promise<string>
}

function linksOf(child: ChildProcess, lines: string[]): Links {
  const found: string[] = []
  const waiting: { resolve: (link: string) => void; reject: (error: Error) => void }[] = []
  const read = (line: string) => {
    lines.push(line)
    const link = /http:\/\/127\.0\.0\.1:\d+\/#k=[\w-]+/.exec(line)?.[0]
    if (link === undefined) return
    const next = waiting.shift()
    if (next === undefined) found.push(link)
    else next.resolve(link)
  }
  for (const stream of [child.stdout, child.stderr]) if (stream !== null) createInterface({ input: stream }).on('line', read)
  child.once('exit', (code) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`It ended with code ${code}.`))
  })
  return {
    next: () => {
      const link = found.shift()
      if (link !== undefined) return Promise.resolve(link)
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
    },
  }
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS)
  await ended
  clearTimeout(timer)
}
