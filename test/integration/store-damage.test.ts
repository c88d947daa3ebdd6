import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { filePreferences } from '#hosts/common/preferences.ts'
import { AssetRecords } from '#services/assets/records.ts'
import { DataSourceRecords } from '#services/data-sources/records.ts'
import { storeFailure } from '#services/store/failures.ts'
import { STORE_FILE, Store } from '#services/store/store.ts'
import { RunRecords } from '#services/validation/records.ts'
import { isAppError } from '#shared/contract/errors.ts'
import { defaultPreferences, type Preferences } from '#shared/model/app.ts'
import { recordFigure } from '#test/support/figures.ts'
import { fillFirstTables } from '#test/support/filled-store.ts'
import { memoryLog } from '#test/support/host.ts'
import { Seeded } from '#test/support/seeded.ts'

/** R09 and R10: files that a disk, another program or a person has changed. */

const NIGHTLY = process.env.PLUMBLINE_NIGHTLY === '1'
const FLIPS = NIGHTLY ? 1_000 : 60
const CUTS = NIGHTLY ? 100 : 15

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-damage-'))
  file = join(folder, STORE_FILE)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function goodFile(): Buffer {
  const store = Store.open(folder, { migrate: true })
  fillFirstTables(store.database, 60)
  store.dispose()
  return readFileSync(file)
}

/** Everything that screens read at a start. */
function readAll(store: Store): unknown {
  return [new DataSourceRecords(store).list(), new AssetRecords(store).list(), new RunRecords(store).list(null, 1_000)]
}

interface Tally {
  worked: number
  setAside: number
  refused: number
  /** Of those that worked: rows that can be read and are others. SQLite has no checksums, so a changed letter of a text is no damage to it. */
  changedRows: number
}

/** Opens a file with these bytes, as a window host does. Whatever happens, they are still somewhere, byte for byte, or the file works. */
function tryFile(bytes: Buffer, good: string, tally: Tally): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true })
  writeFileSync(file, bytes, { mode: 0o600 })
  let store: Store
  try {
    store = Store.open(folder, { migrate: true })
  } catch (error) {
    // Version and application id are bytes too: refused with a sentence, the file left as it is.
    expect(error).toMatchObject({ name: 'AppError', code: 'UNAVAILABLE' })
    expect(statSync(file).size).toBe(bytes.length)
    tally.refused += 1
    return
  }
  try {
    if (store.damagedFile === null) {
      tally.worked += 1
      if (readOr(store) !== good) tally.changedRows += 1
    } else {
      tally.setAside += 1
      expect(readFileSync(store.damagedFile).equals(bytes)).toBe(true)
      // The new one is whole.
      expect(readAll(store)).toEqual([[], [], []])
    }
  } finally {
    store.dispose()
  }
}

/** A row that cannot be read is an error with a sentence or of a known kind, never an end of the program. */
function readOr(store: Store): string {
  try {
    return JSON.stringify(readAll(store))
  } catch (error) {
    expect(
      storeFailure(error) !== null || isAppError(error) || ['ZodError', 'SyntaxError', '$ZodError'].includes((error as Error).name),
    ).toBe(true)
    return 'unreadable'
  }
}

test(`R09 ${FLIPS} changed bytes and ${CUTS} cuts of a data file: each works, or is set aside or refused with a sentence`, {
  timeout: 600_000,
}, () => {
  const good = goodFile()
  const store = Store.open(folder, { migrate: true })
  const rows = readOr(store)
  store.dispose()
  const random = new Seeded(20)
  const tally: Tally = { worked: 0, setAside: 0, refused: 0, changedRows: 0 }
  for (let turn = 0; turn < FLIPS; turn += 1) {
    const bytes = Buffer.from(good)
    const at = random.below(bytes.length)
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 + random.below(255)), at)
    tryFile(bytes, rows, tally)
  }
  for (let turn = 0; turn < CUTS; turn += 1) tryFile(good.subarray(0, 1 + random.below(good.length - 1)), rows, tally)
  for (let page = 0; page < 8; page += 1) tryFile(Buffer.from(good).fill(0, page * 4_096, (page + 1) * 4_096), rows, tally)
  recordFigure('damageCases', tally.worked + tally.setAside + tally.refused)
  recordFigure('damageChangedRows', tally.changedRows)
  expect(tally.worked + tally.setAside + tally.refused).toBe(FLIPS + CUTS + 8)
  expect(tally.worked).toBeGreaterThan(0)
  expect(tally.setAside).toBeGreaterThan(CUTS / 2)
})

describe('R09 in place of the data file', () => {
  test.skipIf(process.platform === 'win32')('a pipe is refused with a sentence, and not waited for', () => {
    execFileSync('mkfifo', [file])
    expect(() => Store.open(folder, { migrate: true })).toThrow('is not a plain file')
  })

  test('an empty file is a new start', () => {
    writeFileSync(file, '')
    const store = Store.open(folder, { migrate: true })
    expect([store.damagedFile, readAll(store)]).toEqual([null, [[], [], []]])
    store.dispose()
  })

  test('a write-ahead log that belongs to another file costs nothing that was in the file itself', () => {
    const good = goodFile()
    const before = readdirSync(folder)
    expect(before).toEqual([STORE_FILE])
    writeFileSync(`${file}-wal`, Buffer.concat([Buffer.from('377f0682002de218', 'hex'), Buffer.alloc(5_000, 7)]))
    const store = Store.open(folder, { migrate: true })
    expect(store.damagedFile).toBeNull()
    expect(new RunRecords(store).list(null, 1_000)).toHaveLength(60)
    store.dispose()
    expect(readFileSync(file).length).toBe(good.length)
  })
})

describe('R10 the file of preferences', () => {
  const path = (): string => join(folder, 'preferences.json')
  const open = async (): Promise<{ read: Preferences; lines: readonly string[] }> => {
    const { log, lines } = memoryLog()
    return { read: await filePreferences(folder, log).read(), lines }
  }

  test('with any one byte changed or cut at any length gives each value as it was, or its default, and is kept when it cannot be read', async () => {
    const preferences = filePreferences(folder, memoryLog().log)
    const mine: Preferences = { ...defaultPreferences, colorScheme: 'dark', railCollapsed: true, keepResultsDays: 90 }
    await preferences.write(mine)
    const good = readFileSync(path())
    const variants = [
      ...[...good.keys()].map((at) => {
        const bytes = Buffer.from(good)
        bytes.writeUInt8(bytes.readUInt8(at) ^ 0x15, at)
        return bytes
      }),
      ...[...good.keys()].map((length) => good.subarray(0, length)),
    ].filter((_, index) => NIGHTLY || index % 7 === 0)
    let setAside = 0
    for (const bytes of variants) {
      for (const name of readdirSync(folder)) rmSync(join(folder, name))
      writeFileSync(path(), bytes)
      const { read, lines } = await open()
      // A digit or a letter that is another is a preference like any other; what fits none is its default.
      expect(Object.keys(read).sort()).toEqual(Object.keys(defaultPreferences).sort())
      expect(['dark', defaultPreferences.colorScheme]).toContain(read.colorScheme)
      const aside = readdirSync(folder).filter((name) => name.includes('.damaged-'))
      if (aside.length === 0) continue
      setAside += 1
      expect(readFileSync(join(folder, aside[0] ?? '')).equals(bytes)).toBe(true)
      expect(lines.some((line) => line.includes('preferences-damaged'))).toBe(true)
      expect(read).toEqual(defaultPreferences)
    }
    recordFigure('preferencesCases', variants.length)
    expect(setAside).toBeGreaterThan(variants.length / 3)
  })

  test('that is a folder stops nothing silently', () => {
    mkdirSync(path())
    expect(() => filePreferences(folder, memoryLog().log)).not.toThrow()
    expect(existsSync(folder)).toBe(true)
  })
})
