import { fileURLToPath } from 'node:url'
import { BrowserWindow, dialog, screen } from 'electron'
import { APP_ORIGIN } from '#shared/model/names.ts'
import { pageEnded, webPreferences } from './policy.ts'
import { fitBounds, type WindowBounds } from './window-bounds.ts'

/** The one place that makes a window, and the one window there is. */

export interface WindowOptions {
  readonly bounds: WindowBounds | null
  readonly packaged: boolean
  onMoved(bounds: WindowBounds): void
  /** The page's process ended; `reason` is Electron's word. */
  onPageEnded(reason: string): void
}

export class Windows {
  #window: BrowserWindow | null = null

  open(options: WindowOptions): void {
    const window = openWindow(options)
    this.#window = window
    window.once('closed', () => {
      this.#window = null
    })
    // Read by `npm start`, which opens a browser instead when no window comes.
    window.webContents.once('did-finish-load', () => process.stdout.write('plumbline:ready\n'))
  }

  /** null: there is none. */
  get current(): BrowserWindow | null {
    return this.#window
  }

  /** false: there is no window. */
  bringToFront(): boolean {
    if (this.#window === null) return false
    if (this.#window.isMinimized()) this.#window.restore()
    this.#window.show()
    this.#window.focus()
    return true
  }

  /** As a person closes it, so that its place is remembered. */
  close(): void {
    this.#window?.close()
  }
}

function openWindow(options: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    ...fitBounds(
      options.bounds,
      screen.getAllDisplays().map((display) => display.workArea),
    ),
    minWidth: 960,
    minHeight: 600,
    // Shown once the page has drawn, so that nobody sees an empty frame.
    show: false,
    title: 'Plumbline',
    webPreferences: { ...webPreferences, devTools: !options.packaged, preload: fileURLToPath(new URL('./preload.cjs', import.meta.url)) },
  })
  window.once('ready-to-show', () => window.show())
  window.on('close', () => options.onMoved(window.getNormalBounds()))
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    options.onPageEnded(reason)
    void offerReload(window, reason)
  })
  void window.loadURL(`${APP_ORIGIN}/`)
  return window
}

/** Runs go on meanwhile, for they belong to the main process. A page that ended as it should (`clean-exit`) is not spoken of. */
async function offerReload(window: BrowserWindow, reason: string): Promise<void> {
  const words = pageEnded(reason)
  if (words === null || window.isDestroyed()) return
  const { response } = await dialog.showMessageBox(window, words)
  if (window.isDestroyed()) return
  if (response === 0) window.webContents.reload()
  else window.close()
}
