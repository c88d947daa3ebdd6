import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { env, platform } from 'node:process'

/** Where a Chromium is found: PLUMBLINE_CHROMIUM, else the PATH, else the usual places. null: nowhere. */
export function findChromium(): string | null {
  const candidates = [env.PLUMBLINE_CHROMIUM, ...onPath(), ...(usualPlaces[platform] ?? [])]
  return candidates.find((file) => file !== undefined && file !== '' && existsSync(file)) ?? null
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

const usualPlaces: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium'],
  darwin: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'],
  win32: [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].flatMap((folder) =>
    folder === undefined
      ? []
      : [join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'), join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe')],
  ),
}

function onPath(): readonly string[] {
  const endings = platform === 'win32' ? ['.exe'] : ['']
  return (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => names.flatMap((name) => endings.map((ending) => join(folder, `${name}${ending}`))))
}
