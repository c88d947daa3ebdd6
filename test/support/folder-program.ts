import { ensurePrivateFolder } from '#hosts/common/data-folder.ts'
import { Store } from '#services/store/store.ts'

/** Says on standard output how a start in this folder goes. */

try {
  const folder = process.argv[2] ?? ''
  ensurePrivateFolder(folder)
  const store = Store.open(folder, { migrate: true })
  store.database.exec('UPDATE installation SET id = id')
  store.dispose()
  process.stdout.write('works\n')
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`)
}
