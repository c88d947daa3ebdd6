#!/usr/bin/env node
/** `npx plumbline …`: the command-line host, run where it was called, with nothing of ours on standard output. */
import { spawn } from 'node:child_process'
import { build } from './build.mjs'
import { installPackages } from './install.mjs'
import { fail, inRoot } from './paths.mjs'
import { leaveWith } from './program-end.mjs'
import { findNode, noNodeSentence } from './runtime.mjs'

try {
  await installPackages()
  await build(['cli'])
} catch (error) {
  fail(error.message)
}
const node = findNode()
if (node === null) fail(noNodeSentence)
// npx and npm run in the checkout; INIT_CWD is where the person stands.
const child = spawn(node, [inRoot('dist', 'cli', 'main.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  cwd: process.env.INIT_CWD ?? process.cwd(),
})
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
// The terminal sends SIGINT to both; the host cancels its queries and ends with its own code.
process.on('SIGINT', () => {})
await leaveWith(child)
// Its three codes are a promise to scripts, and a program that was killed could not run.
if (process.exitCode > 2) process.exitCode = 2
