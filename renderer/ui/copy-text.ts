import { useTimeout } from '@mantine/hooks'
import { useState } from 'react'
import { notify } from './notify.tsx'

/** How long a button says that it copied. */
const SAID_MS = 2_000

/** Puts a text on the clipboard. `notice`: what is said then; null: its button says it. false: it was refused, and that is told. */
export async function copyText(text: string, notice: string | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    // The browser's own words (permission, focus) name nothing that a person knows.
    notify({ message: 'Not copied: the clipboard was refused. Click into the window and try again.', tone: 'failed' })
    return false
  }
  if (notice !== null) notify({ message: notice })
  return true
}

/** For a button that says by itself that it copied. */
export function useCopy(): { readonly copied: boolean; readonly copy: (text: string) => Promise<boolean> } {
  const [copied, setCopied] = useState(false)
  const { start } = useTimeout(() => setCopied(false), SAID_MS)
  const copy = async (text: string) => {
    if (!(await copyText(text, null))) return false
    setCopied(true)
    start()
    return true
  }
  return { copied, copy }
}
