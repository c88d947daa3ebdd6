import { chooseFile } from '#ui/choose-file.ts'
import { saveFile } from '#ui/save-file.ts'

/** SQL as files of the person's own. */

/** As much as a tab holds. */
const MOST_CHARACTERS = 2_000_000

export interface SqlFile {
  readonly title: string
  readonly sql: string
}

/** Asks for a file. null: none was chosen. @throws Error with a sentence, for a file that is no text or too long for a tab */
export async function openSqlFile(): Promise<SqlFile | null> {
  const file = await chooseFile('.sql,.txt,text/plain,application/sql')
  if (file === null) return null
  // Four bytes a character at most; more need not be read.
  if (file.size > MOST_CHARACTERS * 4) throw new Error(tooLong(file.name))
  return readSqlFile(file.name, new Uint8Array(await file.arrayBuffer()))
}

/** @throws Error with a sentence */
export function readSqlFile(name: string, bytes: Uint8Array): SqlFile {
  let sql: string
  try {
    sql = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Error(`${name} is not written in UTF-8. Save it as UTF-8 in the program that wrote it, then open it again.`)
  }
  if (sql.includes('\0')) throw new Error(`${name} is not a text: there are bytes in it that no SQL has.`)
  if (sql.length > MOST_CHARACTERS) throw new Error(tooLong(name))
  return { title: name.replace(/\.sql$/i, ''), sql: sql.replaceAll('\r\n', '\n') }
}

export function saveSqlFile({ title, sql }: SqlFile): void {
  saveFile(/\.sql$/i.test(title) ? title : `${title}.sql`, new Blob([sql], { type: 'application/sql' }))
}

function tooLong(name: string): string {
  return `${name} is longer than a tab holds (two million characters). Run it with psql, or open a part of it.`
}
