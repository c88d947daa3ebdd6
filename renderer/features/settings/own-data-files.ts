import { api } from '#api/client.ts'
import { PART_BYTES } from '#shared/model/own-data.ts'

/** Plumbline's own data as a file of the person's, part by part over the wire. */

export interface BackupFile {
  readonly name: string
  readonly content: Blob
}

export async function makeBackup(signal: AbortSignal): Promise<BackupFile> {
  const { id, name } = await api.ownData.backup({}, { signal })
  try {
    const parts: Blob[] = []
    for (let from: number | null = 0; from !== null; ) {
      const part: { readonly content: string; readonly next: number | null } = await api.ownData.part({ id, from }, { signal })
      parts.push(new Blob([bytesOf(part.content)]))
      from = part.next
    }
    return { name, content: new Blob(parts, { type: 'application/vnd.sqlite3' }) }
  } finally {
    void api.ownData.close({ id }).catch(() => undefined)
  }
}

/** Hands the file over; the id names it until it is restored or closed. */
export async function takeIn(file: File, signal: AbortSignal): Promise<string> {
  const { id } = await api.ownData.open({}, { signal })
  try {
    for (let from = 0; from === 0 || from < file.size; from += PART_BYTES) {
      const bytes = new Uint8Array(await file.slice(from, from + PART_BYTES).arrayBuffer())
      await api.ownData.write({ id, from, content: base64Of(bytes) }, { signal })
    }
    return id
  } catch (error) {
    void api.ownData.close({ id }).catch(() => undefined)
    throw error
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

/** As many at a time as a call takes arguments. */
const AT_ONCE = 8_192

function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let from = 0; from < bytes.length; from += AT_ONCE) text += String.fromCharCode(...bytes.subarray(from, from + AT_ONCE))
  return btoa(text)
}
