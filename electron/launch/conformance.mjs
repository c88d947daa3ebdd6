/** `npm run conformance -- [--tables FILE --cases FILE --answers DIR] [--json]`: our results beside GX Core's answers. */
import { installPackages } from './install.mjs'
import { fail, inRoot, run } from './paths.mjs'
import { findNode, noNodeSentence } from './runtime.mjs'

try {
  await installPackages()
} catch (error) {
  fail(error.message)
}
const node = findNode()
if (node === null) fail(noNodeSentence)
process.exitCode = await run(node, [inRoot('test', 'conformance', 'run.ts'), ...process.argv.slice(2)])
