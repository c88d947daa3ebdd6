import { type Browser, chromium } from '@playwright/test'
import { findChromium } from '#test/e2e/support/chromium.ts'

/** The Chromium of this computer, for tests that are about one page and not about the screens. */
export function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  const program = findChromium()
  if (program === null) throw new Error('There is no Chromium on this computer. Install one, or name it in PLUMBLINE_CHROMIUM.')
  // Chromium refuses to run as root with its sandbox; the program itself is never started that way.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath: program, args: [...args, ...asRoot] })
}
