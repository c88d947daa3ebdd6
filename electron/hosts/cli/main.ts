import { argv, exit, stderr, stdout } from 'node:process'

/**
 * Where the command line begins. Exit status 1 says that data failed, and is also what Node ends with when a program
 * breaks: so whatever breaks here, the loading of the program itself included, ends with 2.
 */

process.on('uncaughtException', end)
// `plumbline list | head -1`: who reads has enough, and needs no word about it.
stdout.on('error', () => exit(2))

try {
  const { main } = await import('./program.ts')
  process.exitCode = await main(argv.slice(2))
} catch (error) {
  end(error)
}

/** Of a rejection that nobody waited for as well, which Node brings here. */
function end(error: unknown): never {
  stderr.write(`Plumbline could not run: ${error instanceof Error ? error.message : 'the cause is not known'}\n`)
  exit(2)
}
