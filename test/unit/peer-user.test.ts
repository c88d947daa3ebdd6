import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { CLOSED, isOwnUser, ownerIn, peerUser } from '#hosts/web/peer-user.ts'

/** Lines of /proc/net/tcp: our own end, a stranger's, one that looks alike at another address, and one of IPv6. */
const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1 0 100 0 0 10 0
   1: 0200007F:C001 0200007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 2 1 0 20 4 30 10 -1
   2: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 00000000  1000        0 3 1 0 20 4 30 10 -1
   3: 0100007F:C001 0100007F:1F90 01 00000000:00000000 00:00000000 00000000 65534        0 4 1 0 20 4 30 10 -1
   4: 00000000000000000000000001000000:C002 00000000000000000000000001000000:1F90 01 00000000:00000000 00:00000000 00000000   33        0 5 1 0
   5: 0000000000000000FFFF00000100007F:C003 0000000000000000FFFF00000100007F:1F90 01 00000000:00000000 00:00000000 00000000   34        0 6 1 0
   6: 0100007F:C005 0100007F:1F90 05 00000000:00000000 00:00000000 00000000     0        0 0 2 0
`

test.each([
  [0xc001, 65_534],
  [0xc002, 33],
  [0xc003, 34],
  [0xc004, null],
  // Its program sent something and closed it: the kernel says user 0 of it, which is not root.
  [0xc005, CLOSED],
])('the end at port %i of a connection to 8080 is of user %j', (port, user) => {
  expect(ownerIn(table, port, 8_080)).toBe(user)
})

test.each([
  [1_000, undefined, true],
  [0, undefined, true],
  [null, undefined, true],
  [65_534, undefined, false],
  [CLOSED, undefined, false],
  [1_001, '1001', true],
  [1_001, '', false],
  [1_001, '1002', false],
])('where user 1000 runs the host, user %j (by sudo: %j) may talk: %j', (user, sudoUser, expected) => {
  expect(isOwnUser(user, 1_000, sudoUser)).toBe(expected)
})

test.skipIf(process.platform !== 'linux')('a connection of our own is ours', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const accepted = await new Promise<Parameters<typeof peerUser>[0]>((resolve) => server.once('connection', resolve))
  expect(await peerUser(accepted)).toBe(process.getuid?.())
  expect(await peerUser({ localPort: 1, remotePort: undefined })).toBe(CLOSED)
  client.destroy()
  server.close()
})
