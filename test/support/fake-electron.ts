import { EventEmitter } from 'node:events'
import { MessageChannel, type MessagePort } from 'node:worker_threads'

/**
 * Stands where Electron's program would be: records each call in its order, and lets a test fire Electron's events. It
 * decides nothing, so what is tested is that the host asks for the right things, in the right order.
 */

export interface ElectronCall {
  readonly name: string
  readonly args: readonly unknown[]
}

export class FakeElectron {
  readonly calls: ElectronCall[] = []
  readonly app: FakeApp
  readonly session: { readonly defaultSession: FakeSession }
  readonly ipcMain = new EventEmitter()
  readonly powerMonitor = new EventEmitter()
  readonly windows: FakeWindow[] = []
  readonly module: Record<string, unknown>
  /** What the person chooses in the dialog that asks where a file goes; null: they close it. */
  savesTo: string | null = null
  /** The button that a person presses in a message box. */
  answer = 0

  constructor(options: { readonly isPackaged?: boolean } = {}) {
    const calls = this.calls
    const windows = this.windows
    this.app = new FakeApp(calls, options.isPackaged ?? false)
    this.session = { defaultSession: new FakeSession(calls) }
    const protocol = {
      registerSchemesAsPrivileged: record(calls, 'protocol.registerSchemesAsPrivileged'),
      handle: record(calls, 'protocol.handle'),
    }
    const electron = {
      app: this.app,
      session: this.session,
      ipcMain: this.ipcMain,
      powerMonitor: this.powerMonitor,
      protocol,
      dialog: {
        showErrorBox: record(calls, 'dialog.showErrorBox'),
        showSaveDialog: this.#answerSaveDialog,
        showMessageBox: (...args: readonly unknown[]) => {
          calls.push({ name: 'dialog.showMessageBox', args })
          return Promise.resolve({ response: this.answer })
        },
      },
      shell: { openExternal: record(calls, 'shell.openExternal', Promise.resolve()) },
      screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
      Menu: { buildFromTemplate: (template: unknown) => template, setApplicationMenu: record(calls, 'Menu.setApplicationMenu') },
      MessageChannelMain: FakeMessageChannelMain,
      BrowserWindow: class extends FakeWindow {
        constructor(options: unknown) {
          super(calls, options)
          windows.push(this)
        }
      },
    }
    this.module = { ...electron, default: electron }
  }

  readonly #answerSaveDialog = (...args: unknown[]) => {
    this.calls.push({ name: 'dialog.showSaveDialog', args })
    return Promise.resolve({ canceled: this.savesTo === null, filePath: this.savesTo ?? '' })
  }

  names(): readonly string[] {
    return this.calls.map((call) => call.name)
  }

  argumentsOf(name: string): readonly unknown[] {
    const call = this.calls.find((candidate) => candidate.name === name)
    if (call === undefined) throw new Error(`${name} was not called.`)
    return call.args
  }
}

class FakeApp extends EventEmitter {
  readonly #calls: ElectronCall[]
  readonly isPackaged: boolean
  readonly #ready = Promise.withResolvers<void>()

  constructor(calls: ElectronCall[], isPackaged: boolean) {
    super()
    this.#calls = calls
    this.isPackaged = isPackaged
  }

  becomeReady(): void {
    this.#ready.resolve()
  }
  whenReady(): Promise<void> {
    this.#calls.push({ name: 'app.whenReady', args: [] })
    return this.#ready.promise
  }
  enableSandbox(): void {
    this.#calls.push({ name: 'app.enableSandbox', args: [] })
  }
  setAppUserModelId(id: string): void {
    this.#calls.push({ name: 'app.setAppUserModelId', args: [id] })
  }
  setPath(name: string, path: string): void {
    this.#calls.push({ name: 'app.setPath', args: [name, path] })
  }
  /** electron-store asks even when it is told where to keep its file. Nothing may ever be written here. */
  getPath(): string {
    return '/nowhere'
  }
  getName(): string {
    return 'Plumbline'
  }
  getVersion(): string {
    return '0.0.0'
  }
  requestSingleInstanceLock(): boolean {
    this.#calls.push({ name: 'app.requestSingleInstanceLock', args: [] })
    return true
  }
  quit(): void {
    this.#calls.push({ name: 'app.quit', args: [] })
  }
  exit(code: number): void {
    this.#calls.push({ name: 'app.exit', args: [code] })
    this.emit('fake-exit', code)
  }
}

class FakeSession {
  readonly setPermissionRequestHandler
  readonly setPermissionCheckHandler
  readonly setDevicePermissionHandler
  readonly setDisplayMediaRequestHandler
  readonly webRequest

  constructor(calls: ElectronCall[]) {
    this.setPermissionRequestHandler = record(calls, 'session.setPermissionRequestHandler')
    this.setPermissionCheckHandler = record(calls, 'session.setPermissionCheckHandler')
    this.setDevicePermissionHandler = record(calls, 'session.setDevicePermissionHandler')
    this.setDisplayMediaRequestHandler = record(calls, 'session.setDisplayMediaRequestHandler')
    this.webRequest = { onBeforeRequest: record(calls, 'session.webRequest.onBeforeRequest') }
  }
}

export class FakeWindow extends EventEmitter {
  readonly webContents: FakeContents
  readonly #calls: ElectronCall[]

  constructor(calls: ElectronCall[], options: unknown) {
    super()
    this.#calls = calls
    this.webContents = new FakeContents(calls)
    calls.push({ name: 'new BrowserWindow', args: [options] })
  }
  loadURL(url: string): Promise<void> {
    this.#calls.push({ name: 'window.loadURL', args: [url] })
    return Promise.resolve()
  }
  isDestroyed(): boolean {
    return false
  }
  isMinimized(): boolean {
    return true
  }
  restore(): void {
    this.#calls.push({ name: 'window.restore', args: [] })
  }
  show(): void {
    this.#calls.push({ name: 'window.show', args: [] })
  }
  focus(): void {
    this.#calls.push({ name: 'window.focus', args: [] })
  }
  /** Electron says `close` before it goes and `closed` afterwards. */
  close(): void {
    this.emit('close')
    this.emit('closed')
  }
  getNormalBounds() {
    return { x: 10, y: 20, width: 1000, height: 700 }
  }
}

export class FakeContents extends EventEmitter {
  readonly mainFrame: FakeFrame = new FakeFrame('plumbline://main/')
  windowOpenHandler: ((details: { url: string }) => { action: string }) | null = null
  readonly #calls: ElectronCall[]

  constructor(calls: ElectronCall[] = []) {
    super()
    this.#calls = calls
  }

  reload(): void {
    this.#calls.push({ name: 'contents.reload', args: [] })
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.windowOpenHandler = handler
  }
}

export class FakeFrame {
  readonly url: string
  readonly posted: { channel: string; ports: readonly MessagePort[] }[] = []

  constructor(url: string) {
    this.url = url
  }
  postMessage(channel: string, _message: unknown, ports: readonly MessagePort[]): void {
    this.posted.push({ channel, ports })
  }
}

/** Electron's MessageChannelMain has ports that are emitters; Node's are both. */
class FakeMessageChannelMain {
  readonly port1: unknown
  readonly port2: unknown

  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.port1 = emitterOnly(port1)
    this.port2 = port2
  }
}

/** Without addEventListener, and with the data inside an event, as MessagePortMain has it. */
function emitterOnly(port: MessagePort): unknown {
  return {
    postMessage: (message: unknown) => port.postMessage(message),
    on: (event: 'message' | 'close', listener: (event: { data: unknown }) => void) =>
      event === 'message' ? port.on('message', (data) => listener({ data })) : port.on('close', () => listener({ data: null })),
    start: () => port.start(),
    close: () => port.close(),
  }
}

function record(calls: ElectronCall[], name: string, result?: unknown) {
  return (...args: readonly unknown[]) => {
    calls.push({ name, args })
    return result
  }
}
