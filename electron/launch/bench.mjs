/** `npm run bench -- NAME [--json]`: runs test/bench/NAME.ts. */
import { existsSync, readdirSync } from 'node:fs'
import { build } from './build.mjs'
import { installPackages } from './install.mjs'
import { fail, inRoot, run } from './paths.mjs'
import { findNode, noNodeSentence } from './runtime.mjs'

const [name, ...rest] = process.argv.slice(2)
const known = readdirSync(inRoot('test', 'bench'))
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.replace(/\.bench\.ts$/, ''))
if (name === undefined || !existsSync(inRoot('test', 'bench', `${name}.bench.ts`))) {
  fail(`Say which benchmark: npm run bench -- NAME [--json]. There are: ${known.join(', ')}.`)
}
try {
  await installPackages()
  await build(['renderer', 'web'])
} catch (error) {
  fail(error.message)
}
const node = findNode()
if (node === null) fail(noNodeSentence)
process.exitCode = await run(node, [inRoot('test', 'bench', `${name}.bench.ts`), ...rest])
