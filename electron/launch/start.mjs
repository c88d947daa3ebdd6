/**
 * `npm start`: install what is missing, build what is stale, open a window. `-- --web` and `-- --desktop` choose one;
 * `-- --no-open` prints the link of the web window and opens no browser.
 */
import { spawn } from 'node:child_process'
import { build } from './build.mjs'
import { fetchElectron, findElectron, lastFetchFailure } from './electron-program.mjs'
import { installPackages } from './install.mjs'
import { afterDesktopFailed, chooseHost } from './ladder.mjs'
import { fail, inRoot, say, takeFlag } from './paths.mjs'
import { endOf, leaveWith } from './program-end.mjs'
import { findNode, noNodeSentence } from './runtime.mjs'
import { installSystemPackages } from './system-packages.mjs'

const READY_WITHIN_MS = 15_000

const args = process.argv.slice(2)
const wantsWeb = takeFlag(args, '--web')
const wantsDesktop = takeFlag(args, '--desktop')
const wantsSystemPackages = takeFlag(args, '--install-system-packages')

try {
  await main()
} catch (error) {
  fail(error.message)
}

async function main() {
  if (wantsSystemPackages) await installSystemPackages()
  await installPackages()
  const node = findNode()
  if (node === null) fail(noNodeSentence)
  const choice = chooseHost({
    wanted: wantsWeb ? 'web' : wantsDesktop ? 'desktop' : 'auto',
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    hasDisplay: process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY),
    electronPresent: findElectron() !== null,
    lastFetchFailedAtMs: lastFetchFailure(),
    nowMs: Date.now(),
  })
  if (choice.line !== null) say(choice.line)
  if (choice.host !== 'web') {
    const failure = await openDesktop(node, choice.host)
    if (failure === null) return
    say(afterDesktopFailed(failure).line)
  }
  await openWeb(node)
}

/** Resolves to null when the window was closed by the person, else to why the next rung is taken. */
async function openDesktop(node, how) {
  const program = how === 'fetch-then-desktop' ? await fetchElectron(node) : findElectron()
  if (program === null) return 'fetch-failed'
  await build(['renderer', 'desktop'])
  return new Promise((resolve) => {
    const child = spawn(program, [inRoot('.'), ...args], { stdio: ['inherit', 'pipe', 'inherit'], env: process.env })
    let ready = false
    let late = false
    const timer = setTimeout(() => {
      if (ready) return
      // Only once it is gone is the data folder free for the next rung.
      late = true
      child.kill()
      setTimeout(() => child.kill('SIGKILL'), READY_WITHIN_MS).unref()
    }, READY_WITHIN_MS)
    child.stdout.on('data', (chunk) => {
      // The host says so once its window has loaded.
      if (chunk.includes('plumbline:ready')) ready = true
      else if (chunk.includes('plumbline:elsewhere')) {
        ready = true
        say('Plumbline runs already: its window is in front now, or its link was printed where it was started.')
      } else process.stdout.write(chunk)
    })
    child.once('error', () => resolve('exited'))
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      if (ready) {
        const { exitCode, line } = endOf(code, signal)
        if (line !== null) say(line)
        process.exitCode = exitCode
      }
      resolve(ready ? null : late ? 'not-ready' : 'exited')
    })
  })
}

async function openWeb(node) {
  await build(['renderer', 'web'])
  const child = spawn(node, [inRoot('dist', 'web', 'main.js'), ...args], { stdio: 'inherit', env: process.env })
  // The host ends its queries and the sample server by itself; we only wait for it. A terminal sends SIGINT to both of us.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  await leaveWith(child)
}
