/**
 * `npm run dev`: the web window on a development data folder, rebuilt on change. A changed page reloads by itself under
 * the same content security policy; a changed service restarts the host, which prints a fresh link.
 */
import { spawn } from 'node:child_process'
import { watch } from 'node:fs'
import { build } from './build.mjs'
import { installPackages } from './install.mjs'
import { fail, inRoot, say } from './paths.mjs'
import { findNode, noNodeSentence } from './runtime.mjs'

const SETTLE_MS = 200

try {
  await installPackages()
  await build(['renderer', 'web'])
} catch (error) {
  fail(error.message)
}
const node = findNode()
if (node === null) fail(noNodeSentence)

let host = startHost()
rebuildOnChange(['renderer', 'shared'], 'renderer', () => say('The page is rebuilt.'))
rebuildOnChange(['electron/hosts/common', 'electron/hosts/web', 'electron/services', 'shared'], 'web', async () => {
  const ended = new Promise((resolve) => (host.exitCode === null ? host.once('close', resolve) : resolve()))
  host.kill('SIGTERM')
  await ended
  host = startHost()
})

function startHost() {
  return spawn(node, [inRoot('dist', 'web', 'main.js'), ...process.argv.slice(2)], {
    stdio: 'inherit',
    // The host of development uses its own data folder and tells the page when its files have changed.
    env: { ...process.env, PLUMBLINE_DEVELOPMENT: '1' },
  })
}

function rebuildOnChange(folders, target, afterwards) {
  let timer = null
  let busy = Promise.resolve()
  const changed = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      busy = busy.then(() => build([target])).then(afterwards, (error) => say(error.message))
    }, SETTLE_MS)
  }
  for (const folder of folders) watch(inRoot(folder), { recursive: true }, changed)
}
