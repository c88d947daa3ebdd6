import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

/** The web host as a program, and the command line beside it: built into a folder of its own with a one-line page, and started as a person starts it. */

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface WebProgram {
  start(
    dataFolder: string,
    options?: {
      readonly given?: readonly string[]
      readonly environment?: Readonly<Record<string, string>>
      /** A program, with its arguments, that is started with this one's command line and becomes it. */
      readonly through?: readonly string[]
    },
  ): WebProcess
  /** dist/cli/main.js; only when it was asked for. */
  readonly commandLine: string
  dispose(): void
}

export interface WebProcess {
  readonly child: ChildProcess
  /** Everything it said so far, on both outputs. */
  output(): string
  /** Waits until it has said this, and returns the match. Rejects when it ends without. */
  said(pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves to its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>
}

export async function buildWebProgram(options: { readonly withCommandLine?: boolean } = {}): Promise<WebProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline web '))
  for (const name of options.withCommandLine === true ? ['web', 'cli'] : ['web']) {
    await build({
      configFile: join(root, `electron/hosts/${name}/vite.config.ts`),
      logLevel: 'error',
      build: { outDir: join(folder, 'dist', name), sourcemap: false },
    })
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'plumbline', version: '9.9.9', type: 'module' }))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  mkdirSync(join(folder, 'dist', 'renderer'), { recursive: true })
  writeFileSync(join(folder, 'dist', 'renderer', 'index.html'), '<!doctype html><title>Plumbline</title>')
  return {
    start: (dataFolder, options = {}) =>
      start(join(folder, 'dist', 'web', 'main.js'), dataFolder, options.given ?? [], options.environment ?? {}, options.through ?? []),
    commandLine: join(folder, 'dist', 'cli', 'main.js'),
    // What a killed host's children still write is gone a moment later.
    dispose: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  }
}

export const linkPattern = /http:\/\/127\.0\.0\.1:(\d+)\/#k=([\w-]+)/

function start(
  program: string,
  dataFolder: string,
  given: readonly string[],
  environment: Readonly<Record<string, string>>,
  through: readonly string[],
): WebProcess {
  const [command, ...before] = [...through, process.execPath]
  const child = spawn(command ?? process.execPath, [...before, program, ...given], {
    env: { PATH: process.env.PATH, HOME: dirname(program), PLUMBLINE_DATA: dataFolder, CI: 'true', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let text = ''
  const waiting = new Set<() => void>()
  const hear = (chunk: Buffer): void => {
    text += chunk.toString()
    for (const wake of waiting) wake()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)))
  return {
    child,
    ended,
    output: () => text,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(text)
          if (match === null) return
          waiting.delete(look)
          resolve(match)
        }
        waiting.add(look)
        look()
        void ended.then(() => reject(new Error(`It ended and never said ${pattern}:\n${text}`)))
      }),
  }
}
