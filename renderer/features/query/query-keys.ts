import { useEffect, useRef } from 'react'

interface QueryKeys {
  execute(): void
  executeStatement(): void
  explain(analyze: boolean): void
  cancel(): void
  commit(): void
  rollBack(): void
  options(): void
  save(): void
  openFile(): void
  saveFile(): void
  editMenu(): void
  /** false: no macro has this key. */
  macro(key: string): boolean
}

/** F5 executes, Alt+F5 the statement at the caret, F7 explains it, Alt+Shift+C cancels, Ctrl+Shift+M commits and Ctrl+Shift+R rolls back, Ctrl+O opens and Ctrl+S saves a file, Alt+Shift+N opens the edit menu, macros have keys of their own, as in pgAdmin, wherever the focus is, for the tab in front. F5 never reloads the page here. */
export function useQueryKeys(active: boolean, keys: QueryKeys): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    if (!active) return
    const onKeyDown = (event: KeyboardEvent) => {
      // The editor has taken it already.
      if (event.defaultPrevented) return
      const plain = !event.ctrlKey && !event.metaKey
      if (event.key === 'F5' && plain && !event.shiftKey && !event.altKey) latest.current.execute()
      else if (event.key === 'F5' && plain && !event.shiftKey && event.altKey) latest.current.executeStatement()
      else if (event.key === 'F7' && plain && !event.altKey) latest.current.explain(event.shiftKey)
      else if (event.code === 'KeyC' && plain && event.altKey && event.shiftKey) latest.current.cancel()
      else if (event.code === 'KeyM' && !plain && event.shiftKey && !event.altKey) latest.current.commit()
      else if (event.code === 'KeyR' && !plain && event.shiftKey && !event.altKey) latest.current.rollBack()
      else if (event.code === 'KeyX' && plain && event.altKey && event.shiftKey) latest.current.options()
      else if (event.key === 'F8' && plain && !event.shiftKey && !event.altKey) latest.current.save()
      else if (event.code === 'KeyO' && !plain && !event.shiftKey && !event.altKey) latest.current.openFile()
      else if (event.code === 'KeyS' && !plain && !event.shiftKey && !event.altKey) latest.current.saveFile()
      else if (event.code === 'KeyN' && plain && event.altKey && event.shiftKey) latest.current.editMenu()
      else if (!latest.current.macro(macroKeyOf(event) ?? '')) return
      event.preventDefault()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [active])
}

/** As `macroKeys` has it; null: none of those. */
export function macroKeyOf(event: Pick<KeyboardEvent, 'code' | 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string | null {
  const digit = /^Digit(\d)$/.exec(event.code)?.[1]
  if (digit !== undefined && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) return `Ctrl+${digit}`
  const isFunctionKey = /^F\d{1,2}$/.test(event.key)
  return isFunctionKey && event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey ? `Alt+${event.key}` : null
}
