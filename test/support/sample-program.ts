import { EmbeddedCluster } from '#services/sample/embedded-cluster.ts'

/** Starts a cluster in a process of its own, tells where, and stays: a test kills it. */

const [modulesFolder = '', folder = '', rootParent = ''] = process.argv.slice(2)
// As an app ends that is asked to stop a second time, and one with a defect: nothing is closed.
process.on('SIGTERM', () => process.exit(130))
process.on('SIGUSR2', () => {
  throw new Error('A defect.')
})
const cluster = new EmbeddedCluster({ modulesFolder, folder, durable: false, ...(rootParent === '' ? {} : { rootParent }) })
const endpoint = await cluster.start()
process.stdout.write(`${JSON.stringify({ ...endpoint, uid: process.getuid?.() })}\n`)
setInterval(() => {}, 60_000)
