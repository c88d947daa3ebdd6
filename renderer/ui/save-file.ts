import { fileNameOf } from '#shared/model/file-name.ts'

/**
 * Hands a whole file to the person: into the folder of downloads in a browser, by the system's own dialog in the desktop window.
 * It is given in one piece when all of it is there, so that no half of a file is ever left behind.
 */
export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = fileNameOf(name)
  link.click()
  // The download has its own hold on the content once it began, which is after this turn.
  setTimeout(() => URL.revokeObjectURL(address), REVOKE_AFTER_MS)
}

const REVOKE_AFTER_MS = 60_000

/** Has the browser fetch a file from this program by itself, into its folder of downloads: however long it is, the page holds nothing of it. */
export function fetchFile(path: string): void {
  const link = document.createElement('a')
  link.href = path
  link.download = ''
  link.click()
}
