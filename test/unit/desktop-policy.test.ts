import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { pagePathOf } from '#hosts/desktop/app-protocol.ts'
import { PORT_CHANNEL } from '#hosts/desktop/channel.ts'
import { fuseConfig } from '#hosts/desktop/fuses.ts'
import {
  isAllowedNavigation,
  isSafeExternal,
  isTrustedSender,
  permissionDecision,
  refusedSwitch,
  schemePrivileges,
  webPreferences,
} from '#hosts/desktop/policy.ts'
import { fitBounds } from '#hosts/desktop/window-bounds.ts'
import { APP_ID } from '#shared/model/names.ts'

describe('what the window may do', () => {
  test('is exactly this, and cannot be changed at run time', () => {
    expect(webPreferences).toEqual({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      spellcheck: false,
    })
    expect(Object.isFrozen(webPreferences)).toBe(true)
  })

  test('the scheme is standard and secure, and no more', () => {
    expect(schemePrivileges).toEqual({ scheme: 'plumbline', privileges: { standard: true, secure: true, supportFetchAPI: true } })
    expect(Object.isFrozen(schemePrivileges.privileges)).toBe(true)
  })
})

describe('navigation', () => {
  test.each(['plumbline://main/', 'plumbline://main/#/query', 'plumbline://main/assets/a.js', 'PLUMBLINE://main/'])(
    'is allowed to %s',
    (url) => {
      expect(isAllowedNavigation(url)).toBe(true)
    },
  )

  test.each([
    'plumbline://main.evil/',
    'plumbline://main.evil',
    'plumbline://MAIN.evil/',
    'plumbline://maın/',
    'plumbline://main%2eevil/',
    'plumbline://main:80:80/',
    'plumbline:///main/',
    'plumbline:\\\\main\\',
    'view-source:plumbline://main/',
    'filesystem:plumbline://main/temporary/x',
    'plumbline://main@evil/',
    'plumbline://evil@main/',
    'plumbline://main:1/',
    'plumbline:/main/',
    'plumbline:main',
    'plumblines://main/',
    'https://main/',
    'http://127.0.0.1/',
    'file:///etc/passwd',
    'data:text/html,<script>1</script>',
    'blob:plumbline://main/1',
    'javascript:alert(1)',
    'about:blank',
    '',
    'not a url',
  ])('is refused to %s', (url) => {
    expect(isAllowedNavigation(url)).toBe(false)
  })
})

describe('links out', () => {
  test.each(['https://www.postgresql.org/docs/18/', 'https://www.postgresql.org/'])('%s opens in the browser', (url) => {
    expect(isSafeExternal(url)).toBe(true)
  })

  test.each([
    'https://evil.example/?www.postgresql.org',
    'https://www.postgresql.org.evil.example/',
    'https://www.postgresql.org@evil.example/',
    'https://user:password@www.postgresql.org/',
    'http://www.postgresql.org/',
    'https://www.postgresql.org:444/',
    'file:///etc/passwd',
    'smb://host/share',
    'ms-settings:',
    '\\\\host\\share',
    ' https://www.postgresql.org/',
    'https://www.postgresql.org/\0',
    'https://www.postgresql.org/\\evil',
    `https://www.postgresql.org/${'a'.repeat(10_000)}`,
    'javascript:alert(1)',
    'https://www.postgresql.org.',
    'https://www.postgresql.org\u3002evil.example/',
    'https://www。postgresql.org.evil/',
    'https://www.postgresql.org\t.evil.example/',
    'https://evil.example/#https://www.postgresql.org/',
    'https:www.postgresql.org@evil.example',
    'vscode://www.postgresql.org/',
    'search-ms:query=x&crumb=location:\\\\evil',
    'data:text/html,x',
    '',
  ])('%j stays shut', (url) => {
    expect(isSafeExternal(url)).toBe(false)
  })
})

describe('permissions', () => {
  test('copying is allowed to our own page', () => {
    expect(permissionDecision('clipboard-sanitized-write', 'plumbline://main/')).toBe(true)
    expect(permissionDecision('clipboard-sanitized-write', 'https://evil.example/')).toBe(false)
  })

  test.each([
    'clipboard-read',
    'display-capture',
    'fullscreen',
    'geolocation',
    'hid',
    'idle-detection',
    'media',
    'mediaKeySystem',
    'midi',
    'midiSysex',
    'notifications',
    'openExternal',
    'pointerLock',
    'keyboardLock',
    'serial',
    'storage-access',
    'speaker-selection',
    'usb',
    'window-management',
    'fileSystem',
    'unknown',
    'made-up-tomorrow',
  ])('%s is refused', (permission) => {
    expect(permissionDecision(permission, 'plumbline://main/')).toBe(false)
  })
})

test.each([
  [null, false],
  [{ url: 'plumbline://main/#/x', isTop: true }, true],
  [{ url: 'plumbline://main/', isTop: false }, false],
  [{ url: 'plumbline://main.evil/', isTop: true }, false],
  [{ url: 'about:blank', isTop: true }, false],
])('a port is asked for by %j: %j', (frame, trusted) => {
  expect(isTrustedSender(frame)).toBe(trusted)
})

test.each([
  [['--remote-debugging-port=9222'], 'remote-debugging-port'],
  [['x', '--REMOTE-DEBUGGING-PIPE'], 'remote-debugging-pipe'],
  [['--inspect-brk=0'], 'inspect-brk'],
  [['--no-sandbox'], 'no-sandbox'],
  [['-inspect'], 'inspect'],
  [['/remote-debugging-port=0'], 'remote-debugging-port'],
  [['--utility-cmd-prefix=x'], 'utility-cmd-prefix'],
  [['--inspected', 'remote-debugging-port'], null],
  [[], null],
])('of the command line %j the switch %j is refused', (argv, expected) => {
  expect(refusedSwitch(argv)).toBe(expected)
})

test.each([
  ['plumbline://main/', '/'],
  ['plumbline://main', '/'],
  ['plumbline://main/assets/a.js?x#y', '/assets/a.js'],
  ['plumbline://main/../../etc/passwd', '/etc/passwd'],
  ['plumbline://main/%2e%2e/secret', '/secret'],
  ['plumbline://main/%252e%252e/secret', '/%252e%252e/secret'],
  ['plumbline://main/%5c..%5csecret', '/%5c..%5csecret'],
  ['plumbline://main/C:/Windows', '/C:/Windows'],
  ['plumbline://main//host/share', '//host/share'],
  ['plumbline://main/%00', '/%00'],
  ['plumbline://main/\\..\\secret', '/\\..\\secret'],
  ['plumbline://other/index.html', null],
  ['file:///etc/passwd', null],
])('the address %s asks the list for %j', (url, path) => {
  expect(pagePathOf(url)).toBe(path)
})

describe('the window opens where it can be seen', () => {
  const screen = { x: 0, y: 0, width: 1920, height: 1080 }
  test.each([
    ['the first time', null, { width: 1280, height: 800 }],
    ['where it was', { x: 100, y: 100, width: 1000, height: 700 }, { x: 100, y: 100, width: 1000, height: 700 }],
    ['whose screen is gone', { x: 4000, y: 100, width: 1000, height: 700 }, { width: 1000, height: 700 }],
    ['whose title bar is below the screen', { x: 100, y: 1070, width: 1000, height: 700 }, { width: 1000, height: 700 }],
  ])('%s', (_name, remembered, expected) => {
    expect(fitBounds(remembered, [screen])).toEqual(expected)
  })
})

describe('what is packed', () => {
  const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
  const builder = parse(file('electron-builder.yml'))

  test('has the fuses that the program relies on', () => {
    expect(builder.electronFuses).toEqual(fuseConfig)
  })

  test('has our id, rebuilds nothing, and never switches the sandbox off', () => {
    expect(builder).toMatchObject({ appId: APP_ID, npmRebuild: false, publish: null })
    expect(file('electron-builder.yml')).not.toContain('sandbox')
  })

  test('the preload speaks on the one channel', () => {
    expect(file('electron/hosts/desktop/preload.ts')).toContain(`'${PORT_CHANNEL}'`)
  })
})
