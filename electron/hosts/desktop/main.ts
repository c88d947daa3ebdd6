import { homedir } from 'node:os'
import { join } from 'node:path'
import { app, dialog, ipcMain, Menu, powerMonitor, protocol, session } from 'electron'
import ElectronStore from 'electron-store'
import { programFolders } from '#hosts/common/build-folder.ts'
import { dataFolder, ensurePrivateFolder } from '#hosts/common/data-folder.ts'
import { type InstanceLock, takeInstanceLock } from '#hosts/common/instance-lock.ts'
import { FileLog } from '#hosts/common/log.ts'
import { PageFiles } from '#hosts/common/page-files.ts'
import { openWith, preferencesOver } from '#hosts/common/preferences.ts'
import { ContractServer } from '#hosts/common/serve-contract.ts'
import { servePort } from '#hosts/common/serve-port.ts'
import { stopSignal } from '#hosts/common/stopping.ts'
import { type Application, compose } from '#services/compose.ts'
import { APP_ID, APP_SCHEME } from '#shared/model/names.ts'
import { answer } from './app-protocol.ts'
import { menuTemplate } from './menu.ts'
import { refusedSwitch, schemePrivileges } from './policy.ts'
import { servePorts } from './ports.ts'
import { filesByDialog } from './save-dialog.ts'
import { blockForeignRequests, denyDevices, denyPermissions, guardContents } from './security.ts'
import { Windows } from './window.ts'
import type { WindowBounds } from './window-bounds.ts'

/** Plumbline in a window of its own. Thin on purpose: what it decides is in policy.ts, what it does is in the services. */

/** What electron-store keeps for this host: looks, and where the window was. */
interface Remembered {
  preferences: unknown
  windowBounds: WindowBounds | null
}

const refused = app.isPackaged ? refusedSwitch(process.argv.slice(1)) : null
if (refused !== null) {
  process.stderr.write(`Plumbline does not start with --${refused}.\n`)
  app.exit(2)
} else await prepare()

/**
 * What must stand before Electron is ready, in its order. Electron waits for this module's own promises before it becomes
 * ready, so awaiting whenReady() here would wait for ever: what comes after is only handed on.
 */
async function prepare(): Promise<void> {
  // SECURITY: every renderer in the operating system's sandbox; only before ready.
  app.enableSandbox()
  app.setAppUserModelId(APP_ID)
  const folder = dataFolder(process.platform, process.env, homedir(), process.cwd())
  ensurePrivateFolder(folder)
  // Chromium's own files, apart from ours; only before ready.
  app.setPath('userData', join(folder, 'chromium'))
  // SECURITY: the second start's command line is not read: it can only bring the window to the front.
  if (!app.requestSingleInstanceLock()) return leaveToTheFirst()
  protocol.registerSchemesAsPrivileged([schemePrivileges])
  guardContents(app)

  const windows = new Windows()
  app.on('second-instance', () => windows.bringToFront())
  const outcome = await takeInstanceLock(folder, 'desktop', () => {
    windows.bringToFront()
    return { shown: 'window' }
  })
  // The web host may have the folder: it has been told, and prints its link.
  if (!outcome.held) return leaveToTheFirst()
  const { lock } = outcome
  const log = new FileLog(folder)
  process.on('unhandledRejection', (error) => log.error('unhandled-rejection', error))
  // In order, as when the window is closed: what electron-store brings would end the process at once.
  stopSignal(130).addEventListener('abort', () => app.quit())
  void app
    .whenReady()
    .then(() => start(folder, log, windows, lock))
    .catch((error: unknown) => explainAndExit(error, log, lock))
}

/** `npm start` says it to whoever started this one. */
function leaveToTheFirst(): void {
  process.stdout.write('plumbline:elsewhere\n')
  app.quit()
}

async function start(folder: string, log: FileLog, windows: Windows, lock: InstanceLock): Promise<void> {
  const store = openWith((options) => new ElectronStore<Remembered>({ ...options, name: options.configName }), folder, log)
  // SECURITY: electron-store answers any frame on a channel of its own. Nobody asks; ours is the only one there is.
  ipcMain.removeAllListeners('electron-store-get-data')
  const program = programFolders(import.meta.dirname)
  const composing = compose({
    host: 'desktop',
    version: program.version,
    dataFolder: folder,
    log,
    preferences: preferencesOver({ get: () => store.get('preferences'), set: (_key, value) => store.set('preferences', value) }),
    files: filesByDialog(() => windows.current),
    modulesFolder: unpacked(program.modules),
  })
  const end = endOnQuit(composing, windows, lock, log)
  const application = await composing
  if (end.begun) return
  // Whoever wakes it, or unlocks its screen, may be somebody else.
  powerMonitor.on('suspend', () => application.lockVault())
  powerMonitor.on('lock-screen', () => application.lockVault())
  denyPermissions(session.defaultSession)
  denyDevices(session.defaultSession)
  blockForeignRequests(session.defaultSession)
  const files = new PageFiles(program.page)
  protocol.handle(APP_SCHEME, (request) => answer(files, request))
  const server = new ContractServer(application)
  servePorts(
    ipcMain,
    (port) => servePort(server, port),
    (url) => log.warn('port-refused', { url }),
  )
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, app.isPackaged)))

  const show = () =>
    windows.open({
      bounds: store.get('windowBounds') ?? null,
      packaged: app.isPackaged,
      onMoved: (bounds) => store.set('windowBounds', bounds),
      onPageEnded: (reason) => log.warn('page-ended', { reason }),
    })
  app.on('activate', () => windows.bringToFront() || show())
  app.on('window-all-closed', () => app.quit())
  show()
}

/** A window that never comes needs its reason in words: there is no terminal to read. */
function explainAndExit(error: unknown, log: FileLog, lock: InstanceLock): void {
  const logId = log.error('start-failed', error)
  dialog.showErrorBox(
    'Plumbline could not start',
    `${error instanceof Error ? error.message : String(error)}\n\nThe log has the details under ${logId}.`,
  )
  lock.dispose()
  app.exit(1)
}

/** Longer than the sample's server and the cancelling of queries take. */
const END_WITHIN_MS = 20_000

/** Queries are cancelled on their servers and the sample server is stopped before the program ends. */
function endOnQuit(composing: Promise<Application>, windows: Windows, lock: InstanceLock, log: FileLog): { readonly begun: boolean } {
  const end = { begun: false }
  app.on('before-quit', (event) => {
    // Always: the last window's closing asks again, and the end comes by exit below.
    event.preventDefault()
    if (end.begun) return
    end.begun = true
    windows.close()
    setTimeout(() => app.exit(1), END_WITHIN_MS).unref()
    void composing
      .then((application) => application.dispose())
      .catch((error: unknown) => log.error('stop-failed', error))
      .finally(() => {
        lock.dispose()
        app.exit(0)
      })
  })
  return end
}

/** Natives and server programs lie beside the archive in a packaged app, because the system cannot load them from inside. */
function unpacked(folder: string): string {
  return folder.replace(/app\.asar(?=$|[\\/])/, 'app.asar.unpacked')
}
