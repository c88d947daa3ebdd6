import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fillWholeFileSync, WholeFile, type Writer, writeAll, writeWholeFile } from '#services/files/whole-file.ts'

/** What a full, a failing and a dying computer do to whole files stands in disk-full, failing-disk and vault-killed. */

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-whole-'))
  file = join(folder, 'kept')
  writeFileSync(file, 'before')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const there = (): readonly [readonly string[], string] => [readdirSync(folder), readFileSync(file, 'utf8')]

describe('writing all bytes', () => {
  test('goes on where a disk takes only some of them, from the place that was asked for', async () => {
    const handle = await open(file, 'r+')
    try {
      const slow: Writer = { write: (bytes, offset, length, at) => handle.write(bytes, offset, Math.min(length, 3), at) }
      await writeAll(slow, Buffer.from('0123456789'), 4)
    } finally {
      await handle.close()
    }
    expect(readFileSync(file, 'utf8')).toBe('befo0123456789')
  })

  test('ends, as on a full disk, where none is taken any more', async () => {
    let room = 5
    const full: Writer = {
      write: async (_bytes, _offset, length) => {
        const bytesWritten = Math.min(length, room)
        room -= bytesWritten
        return { bytesWritten }
      },
    }
    await expect(writeAll(full, Buffer.alloc(8))).rejects.toMatchObject({ code: 'ENOSPC' })
  })
})

describe('a whole file', () => {
  test('has its own name only once it is whole, for its owner alone', async () => {
    const seen: string[] = []
    await writeWholeFile(file, Buffer.from('after'), {
      part: `${file}.new`,
      beforeRename: async () => void seen.push(readFileSync(file, 'utf8'), readFileSync(`${file}.new`, 'utf8')),
    })
    expect(seen).toEqual(['before', 'after'])
    expect(there()).toEqual([['kept'], 'after'])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('takes no notice of what a killed program left under its other name', async () => {
    writeFileSync(`${file}.new`, 'half of it', { mode: 0o644 })
    await writeWholeFile(file, Buffer.from('after'), { part: `${file}.new` })
    expect(there()).toEqual([['kept'], 'after'])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('leaves what was there, and nothing of its own, where its last step fails', async () => {
    const fails = async () => Promise.reject(new Error('No.'))
    await expect(writeWholeFile(file, Buffer.from('after'), { beforeRename: fails })).rejects.toThrow('No.')
    expect(there()).toEqual([['kept'], 'before'])
    // A folder has the name.
    await expect(writeWholeFile(folder, Buffer.from('after'))).rejects.toThrow()
    expect(there()).toEqual([['kept'], 'before'])
  })

  test('is not finished when bytes of it went missing', async () => {
    const whole = await WholeFile.open(file, `${file}.new`)
    await whole.write(Buffer.from('after'))
    writeFileSync(`${file}.new`, 'a')
    await expect(whole.finish()).rejects.toThrow('Less was written than given.')
    expect(there()).toEqual([['kept'], 'before'])
  })
})

describe('a whole file that somebody else writes', () => {
  test('is there with what was written, for its owner alone', () => {
    writeFileSync(`${file}.part`, 'left over')
    fillWholeFileSync(file, (part) => {
      expect(readFileSync(part, 'utf8')).toBe('')
      writeFileSync(part, 'after')
    })
    expect(there()).toEqual([['kept'], 'after'])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('leaves what was there, and nothing of its own, when the writing fails', () => {
    expect(() =>
      fillWholeFileSync(file, (part) => {
        writeFileSync(part, 'half of')
        throw new Error('No.')
      }),
    ).toThrow('No.')
    expect(there()).toEqual([['kept'], 'before'])
  })
})
