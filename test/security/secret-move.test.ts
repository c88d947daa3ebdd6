import { afterAll, afterEach, expect, test } from 'vitest'
import { recordFigure } from '#test/support/figures.ts'
import { accounts, accountsInVault, ID, KEY, PASSPHRASE, PASSWORD, SecretsComputer, secretsOf } from '#test/support/secret-parts.ts'

/** A move of secrets between keychain and vault, ended before each of its steps. */

const computers: SecretsComputer[] = []
/** In both directions. */
const moves = { kills: 0, lost: 0 }
afterAll(() => {
  recordFigure('secretMoveKills', moves.kills)
  recordFigure('secretMoveLost', moves.lost)
})
afterEach(async () => {
  for (const computer of computers.splice(0)) await computer.dispose()
})

test.each([
  ['vault', 'keychain'],
  ['keychain', 'vault'],
] as const)(
  'a move to the %s that is killed before any of its steps loses nothing, and the next one ends what it began',
  async (to, from) => {
    const origin = new SecretsComputer()
    computers.push(origin)
    await origin.startWithSecretsIn(from)
    let steps = 0
    for (let died = true; died; steps += 1) {
      const computer = new SecretsComputer({ like: origin })
      computers.push(computer)
      const death = new Death(steps)
      const dying = computer.start((part) => death.over(part))
      await dying.vault.unlock(PASSPHRASE)
      const outcome = await dying.places.move(to, null).catch((error: unknown) => error)
      died = death.came
      if (!died) expect(outcome).toEqual({ moved: 2, left: [], notReached: 0 })

      const after = computer.start()
      await after.vault.unlock(PASSPHRASE)
      const [password, key] = await secretsOf(after)
      moves.kills += died ? 1 : 0
      moves.lost += password === PASSWORD && key === KEY ? 0 : 1
      expect([steps, password, key]).toEqual([steps, PASSWORD, KEY])
      expect(await after.places.move(to, null)).toMatchObject({ left: [] })
      expect([steps, await secretsOf(after)]).toEqual([steps, [PASSWORD, KEY]])
      expect([steps, await accountsInVault(after.vault)]).toEqual([steps, to === 'vault' ? accounts : []])
      expect([steps, Object.keys(computer.keychain.items()).sort()]).toEqual([steps, to === 'vault' ? [] : accounts.toSorted()])
      await computers.pop()?.dispose()
    }
    // Reads, writes, reads back, marks and removals, in pieces for the key.
    expect(steps).toBeGreaterThan(20)
  },
)

test('a key whose saving was killed before any of its steps is not left behind, whole or in part, when its data source is removed', async () => {
  let steps = 0
  for (let died = true; died; steps += 1) {
    const computer = new SecretsComputer()
    computers.push(computer)
    await computer.startWithSecretsIn('keychain').then(({ sources }) => sources.forgetKey(ID))
    const death = new Death(steps)
    const dying = computer.start((part) => death.over(part))
    await dying.sources.keepKey(ID, KEY, true).catch(() => {})
    died = death.came

    const { sources, records } = computer.start()
    const source = records.find(ID)
    if (source === null) throw new Error('The data source is gone.')
    records.markRemoved(ID, new Date().toISOString())
    await sources.purge(source)
    expect([steps, computer.keychain.items(), records.removed()]).toEqual([steps, {}, []])
    await computers.pop()?.dispose()
  }
  expect(steps).toBeGreaterThan(5)
})

/** Ends the program before the call with this number: that call and all that come after it have no effect. */
class Death {
  came = false
  #left: number

  constructor(at: number) {
    this.#left = at
  }

  over<Part extends object>(part: Part): Part {
    return new Proxy(part, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name)
        if (typeof member !== 'function') return member
        return (...given: unknown[]) => {
          if (this.#left === 0) this.came = true
          this.#left -= 1
          if (this.came) throw new Error('Killed.')
          return Reflect.apply(member, target, given) as unknown
        }
      },
    })
  }
}
