import { writeSync } from 'node:fs'
import { PassphraseVault } from '#services/vault/passphrase-vault.ts'

/** A process that is killed while it writes the vault: saves, removals and new passphrases in turn, each said aloud once it is done. */

const [file = '', passphrase = '', first = '1'] = process.argv.slice(2)
const vault = new PassphraseVault(file, { logN: 1, r: 1, p: 1 })
await vault.unlock(passphrase)
for (let number = Number(first); ; number += 1) {
  await vault.save('number', String(number))
  // Straight to the descriptor: a line that is buffered here would be lost with the process.
  writeSync(1, `${number}\n`)
  await vault.save('filler', 'x'.repeat(1 + (number % 900)))
  if (number % 3 === 0) await vault.forget('filler')
  if (number % 5 === 0) await vault.changePassphrase(passphrase, passphrase)
}
