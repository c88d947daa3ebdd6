import type { Preferences } from '#shared/model/app.ts'

/** The few things that a host must supply to the services. All asynchronous, all serialisable, so that services could run behind a port. */
export interface Platform {
  readonly host: 'desktop' | 'web' | 'cli'
  readonly version: string
  /** Absolute, 0700, ours alone. */
  readonly dataFolder: string
  readonly log: Log
  readonly preferences: PreferenceStore
  readonly files: FileSaver
  /** Where the native and binary packages are; unpacked from the archive in a packaged app. Absolute. */
  readonly modulesFolder: string
}

/** Files that a person keeps, wherever they want them: by the system's dialog on the desktop, as a download of the browser on the web. */
export interface FileSaver {
  /**
   * `name` is a wish, without a folder. `announce`: told where the page has to fetch the file from, once there is something, in a host
   * whose page does that. null: the
   * person does not want it. @throws AppError UNAVAILABLE, CANCELLED
   */
  open(name: string, options: { readonly signal: AbortSignal; announce(path: string): void }): Promise<FileSink | null>
}

/** A file under way. It is whole after `finish`, and there is nothing of it after `discard`, or when the program ends before. */
export interface FileSink {
  /** Resolves when there is room for more; nothing else may be called before. The bytes are not copied. */
  write(bytes: Uint8Array): Promise<void>
  finish(): Promise<void>
  discard(): Promise<void>
}

/** Window bounds and looks: electron-store on the desktop, its base `conf` elsewhere. */
export interface PreferenceStore {
  read(): Promise<Preferences>
  write(change: Partial<Preferences>): Promise<Preferences>
}

/**
 * Structured and redacted by construction: an event name and typed fields. Never a SQL text, a value of a row,
 * a connection string or a password.
 */
export interface Log {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  /** Returns the id that a person can quote. */
  error(event: string, error: unknown, fields?: LogFields): string
}

export type LogFields = Readonly<Record<string, string | number | boolean | null>>
