import { EmbeddedCluster } from '#services/sample/embedded-cluster.ts'

/** Starts a cluster in a process of its own, tells where, and stays: a test kills it. */

const [modulesFolder = '', folder = '', rootParent = ''] = process.argv.slice(2)
const cluster = new EmbeddedCluster({ modulesFolder, folder, durable: false, ...(rootParent === '' ? {} : { rootParent }) })
const endpoint = await cluster.start()
process.stdout.write(`${JSON.stringify({ ...endpoint, uid: process.getuid?.() })}\n`)
setInterval(() => {}, 60_000)
