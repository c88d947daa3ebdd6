/** `npm run package`: an installer for this system, by electron-builder. Arguments go on to it. */
import { build } from './build.mjs'
import { installPackages } from './install.mjs'
import { fail, inRoot, programs, run } from './paths.mjs'
import { findNode, noNodeSentence } from './runtime.mjs'

try {
  await installPackages()
  await build(['renderer', 'desktop', 'cli'])
} catch (error) {
  fail(error.message)
}
const node = findNode()
if (node === null) fail(noNodeSentence)
process.exitCode = await run(node, [
  programs.electronBuilder,
  '--config',
  inRoot('electron-builder.yml'),
  '--publish',
  'never',
  ...process.argv.slice(2),
])
