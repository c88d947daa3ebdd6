/** `npm run check`: types, lint, layers and unit tests, in under a minute. */
import { pathToFileURL } from 'node:url'
import { installPackages } from './install.mjs'
import { fail, inRoot, programs, run, say } from './paths.mjs'
import { findNode, noNodeSentence } from './runtime.mjs'
import { noTests, runVitest } from './test-runs.mjs'

// The preload runs in the page's process, so it is checked with what a page has.
const areas = ['shared', 'electron', 'electron/hosts/desktop/preload.tsconfig.json', 'renderer', 'test']

/** @returns {Promise<{ ok: boolean, counts: import('./test-runs.mjs').Counts }>} */
export async function check(node) {
  let ok = true
  for (const area of areas) {
    if ((await run(node, [programs.tsc, '-p', inRoot(area)])) !== 0) ok = false
  }
  if ((await run(node, [programs.biome, 'ci', '--colors=off', '.'])) !== 0) ok = false
  if (!ok) {
    // A tree that does not compile has no test results worth reading.
    say('The check stopped before the tests: the messages above say where.')
    return { ok, counts: { ...noTests, failed: 1 } }
  }
  return runVitest(node, ['unit', 'architecture'])
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await installPackages()
  } catch (error) {
    fail(error.message)
  }
  const node = findNode()
  if (node === null) fail(noNodeSentence)
  const { ok } = await check(node)
  process.exitCode = ok ? 0 : 1
}
