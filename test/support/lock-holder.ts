import { takeInstanceLock } from '#hosts/common/instance-lock.ts'

/** A first start: takes the lock of a folder, says so, and keeps it until it is killed. */
const outcome = await takeInstanceLock(process.argv[2] ?? '', 'web', () => {
  process.stdout.write('rung\n')
  return { shown: 'link', link: 'http://127.0.0.1:1/#k=fresh' }
})
process.stdout.write(outcome.held ? 'held\n' : `${JSON.stringify(outcome.answer)}\n`)
if (outcome.held) setInterval(() => {}, 60_000)
