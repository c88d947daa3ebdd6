import { useSyncExternalStore } from 'react'
import { api } from '#api/client.ts'
import { draftToSave } from './wizard-draft.ts'
import { beginManual, beginWithSource, isBegun, isOfSource, reduceWizard, type Wizard, type WizardEvent } from './wizard-state.ts'

/**
 * The wizards of this page: one for a server of the person's own, and one for each data source whose tables are being
 * selected. They outlive the screen, so that leaving it loses nothing, not even a password that is nowhere written down.
 */
export class WizardStore {
  readonly #wizards = new Map<string, Wizard>()
  readonly #listeners = new Set<() => void>()
  #loading: Promise<void> | null = null
  #saveTimer: ReturnType<typeof setTimeout> | null = null
  #saveError: unknown = null
  /** Which wizard the stored draft holds. */
  #current: WizardKey = null

  /** Reads the stored draft once a page. Rejects when it cannot be read; the next call tries again. */
  async load(): Promise<void> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = null
      throw error
    })
    await this.#loading
  }

  readonly wizard = (key: WizardKey): Wizard | null => this.#wizards.get(nameOf(key)) ?? null
  readonly saveError = (): unknown => this.#saveError

  /** Makes sure that there is one. A set-up that is done begins anew, unless its last step is asked for. */
  begin(key: WizardKey, again: boolean): void {
    const known = this.wizard(key)
    if (known !== null && !(again && known.draft.step === 'done' && known.adding.state !== 'running')) return
    this.#set(key, key === null ? beginManual() : beginWithSource(key))
  }

  dispatch(key: WizardKey, event: WizardEvent): void {
    const before = this.wizard(key)
    if (before === null) return
    const after = reduceWizard(before, event)
    if (after === before) return
    this.#set(key, after)
    if (after.draft !== before.draft) this.#saveSoon(key, typing.has(event.type) ? SAVE_AFTER_MS : 0)
  }

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Writes what is not written yet, at once: the page may be about to go. */
  readonly flush = (): void => {
    if (this.#saveTimer === null) return
    clearTimeout(this.#saveTimer)
    this.#saveTimer = null
    void this.#save()
  }

  async #load(): Promise<void> {
    const draft = await api.setup.load({})
    if (draft === null) return
    const key = isOfSource(draft) ? draft.dataSourceId : null
    this.#current = key
    if (this.wizard(key) === null) this.#set(key, reduceWizard(beginManual(), { type: 'loaded', draft }))
  }

  #set(key: WizardKey, wizard: Wizard): void {
    this.#wizards.set(nameOf(key), wizard)
    this.#changed()
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener()
  }

  /** One draft is kept. A begun set-up of the person's own is never given up for a selection of tables. */
  #saveSoon(key: WizardKey, afterMs: number): void {
    const manual = this.wizard(null)
    if (key !== null && manual !== null && isBegun(manual.draft)) return
    this.#current = key
    if (this.#saveTimer !== null) clearTimeout(this.#saveTimer)
    this.#saveTimer = setTimeout(this.flush, afterMs)
    if (afterMs === 0) this.flush()
  }

  async #save(): Promise<void> {
    const wizard = this.wizard(this.#current)
    if (wizard === null) return
    try {
      await api.setup.save(draftToSave(wizard))
      this.#saveError = null
    } catch (error) {
      this.#saveError = error
    }
    this.#changed()
  }
}

/** The id of the data source that it began with; null for the person's own server. */
export type WizardKey = string | null

export const wizards = new WizardStore()
if (typeof window !== 'undefined') {
  window.addEventListener('pagehide', wizards.flush)
  // A hidden page may never be heard of again.
  document.addEventListener('visibilitychange', wizards.flush)
}

export function useWizard(key: WizardKey): Wizard | null {
  return useSyncExternalStore(wizards.listen, () => wizards.wizard(key))
}

export function useSaveError(): unknown {
  return useSyncExternalStore(wizards.listen, wizards.saveError)
}

/** What changes with every key or click is written at the next pause; everything else at once, because a page that goes has no time to write. */
const typing: ReadonlySet<WizardEvent['type']> = new Set(['role-changed', 'source-changed', 'tables-selected'])
const SAVE_AFTER_MS = 400

function nameOf(key: WizardKey): string {
  return key ?? 'own'
}
