import { type BrowserWindow, dialog } from 'electron'
import { openWholeFile } from '#hosts/common/whole-file.ts'
import type { FileSaver } from '#services/platform.ts'
import { cancelled } from '#shared/contract/errors.ts'

/**
 * Files go where the person says in the system's own dialog.
 * SECURITY: the page wishes for a name and never names a place; fileNameOf leaves no folder in it.
 */
export function filesByDialog(window: () => BrowserWindow | null): FileSaver {
  return {
    open: async (name, { signal }) => {
      const parent = window()
      const options = { defaultPath: name, properties: ['createDirectory' as const, 'showOverwriteConfirmation' as const] }
      const answer = await (parent === null ? dialog.showSaveDialog(options) : dialog.showSaveDialog(parent, options))
      if (signal.aborted) throw cancelled()
      return answer.canceled || answer.filePath === '' ? null : openWholeFile(answer.filePath)
    },
  }
}
