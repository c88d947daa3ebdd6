/**
 * Which window opens: a pure function from what is known about this computer to the rung taken and the lines said on
 * the way. Every rung names its reason and its remedy, because a browser tab where somebody expected a window needs one.
 */

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * @typedef {object} Facts
 * @property {'auto' | 'web' | 'desktop'} wanted
 * @property {NodeJS.Platform} platform
 * @property {boolean} isRoot
 * @property {boolean} hasDisplay an X11 or Wayland display; always true on macOS and Windows
 * @property {boolean} electronPresent its program, not only its package
 * @property {number | null} lastFetchFailedAtMs when fetching Electron's program last failed
 * @property {number} nowMs
 *
 * @typedef {object} Choice
 * @property {'web' | 'desktop' | 'fetch-then-desktop'} host
 * @property {string | null} line what is said: reason and remedy
 *
 * @param {Facts} facts
 * @returns {Choice}
 */
export function chooseHost(facts) {
  if (facts.wanted === 'web') return { host: 'web', line: null }
  if (facts.platform === 'linux' && facts.isRoot) {
    return web(
      'Chromium cannot protect itself when run as root, so Plumbline opens in a browser. Start it as an ordinary user for the desktop window.',
    )
  }
  if (!facts.hasDisplay) {
    return web(
      'There is no display here, so Plumbline opens for a browser. From another computer, tunnel the port: ssh -L PORT:127.0.0.1:PORT this-computer.',
    )
  }
  if (facts.electronPresent) return { host: 'desktop', line: null }
  const triedLately = facts.lastFetchFailedAtMs !== null && facts.nowMs - facts.lastFetchFailedAtMs < DAY_MS
  if (triedLately && facts.wanted !== 'desktop') {
    return web(
      "Electron's program could not be fetched less than a day ago, so Plumbline opens in a browser. To try again now: npm start -- --desktop.",
    )
  }
  return { host: 'fetch-then-desktop', line: "Fetching Electron's program, once (about 110 MB)." }
}

/**
 * The rung below the desktop window.
 * @param {'fetch-failed' | 'exited' | 'not-ready'} reason
 * @returns {Choice}
 */
export function afterDesktopFailed(reason) {
  switch (reason) {
    case 'fetch-failed':
      return web(
        "Electron's program could not be fetched. Plumbline opens in a browser; the next try is in a day, or now by: npm start -- --desktop.",
      )
    case 'exited':
      return web(
        'The desktop window ended before it was ready; its message is above. Plumbline opens in a browser. To try again: npm start -- --desktop.',
      )
    case 'not-ready':
      return web('The desktop window was not ready after 15 seconds. Plumbline opens in a browser. To try again: npm start -- --desktop.')
    default:
      throw new TypeError(`Unexpected reason: ${reason}`)
  }
}

function web(line) {
  return { host: 'web', line }
}
