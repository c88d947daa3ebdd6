/** `npm run screenshots`: pictures of every screen, light and dark, at two sizes, into docs/screens. */
import { build } from './build.mjs'
import { installPackages } from './install.mjs'
import { fail } from './paths.mjs'
import { findNode, noNodeSentence } from './runtime.mjs'
import { runPlaywright } from './test-runs.mjs'

try {
  await installPackages()
  await build(['renderer', 'web'])
} catch (error) {
  fail(error.message)
}
const node = findNode()
if (node === null) fail(noNodeSentence)
const { ok } = await runPlaywright(node, { args: ['screenshots'], env: { PLUMBLINE_SCREENSHOTS: process.argv[2] ?? '1280,1920' } })
process.exitCode = ok ? 0 : 1
