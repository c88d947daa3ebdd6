import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** Who may import whom is a rule of the linter. Here bad imports are planted in a copy of the tree, and each must be found. */

const root = fileURLToPath(new URL('../../', import.meta.url))

/** [file, import, why it is wrong] */
const bad: readonly (readonly [string, string, string])[] = [
  ['shared/model/x.ts', "import 'node:fs'", 'node in shared'],
  ['shared/model/x.ts', "import 'react'", 'react in shared'],
  ['shared/sql/x.ts', "import 'pg'", 'pg in shared'],
  ['shared/model/x.ts', "import '@orpc/contract'", 'oRPC outside the contract'],
  ['shared/model/x.ts', "import '#services/compose.ts'", 'services in shared'],
  ['shared/model/x.ts', "import '../sql/sql.ts'", 'a path upwards'],
  ['electron/services/query/x.ts', "import 'electron'", 'electron in a service'],
  ['electron/services/query/x.ts', "import type { A } from 'electron'", 'a type of electron in a service'],
  ['electron/services/query/x.ts', "import 'ws'", 'ws in a service'],
  ['electron/services/query/x.ts', "import 'react'", 'react in a service'],
  ['electron/services/query/x.ts', "import '#hosts/web/main.ts'", 'a host in a service'],
  ['electron/services/query/x.ts', "await import('electron')", 'electron, loaded late, in a service'],
  ['electron/services/postgres/x.ts', "import '#services/vault/vault.ts'", 'a leaf in a leaf'],
  ['electron/services/vault/x.ts', "import '#services/store/store.ts'", 'a leaf in a leaf'],
  ['electron/services/store/x.ts', "import 'pg'", "another leaf's driver"],
  ['electron/services/files/x.ts', "import '#services/vault/vault.ts'", 'a leaf in what every leaf may import'],
  ['electron/services/files/x.ts', "import 'better-sqlite3'", 'a driver in what every leaf may import'],
  ['electron/services/processes/x.ts', "import '#services/sample/ports.ts'", 'a leaf in what every leaf may import'],
  ['electron/services/sample/x.ts', "import '#services/postgres/connect.ts'", 'a leaf in a leaf'],
  ['electron/services/validation/x.ts', "import 'pg'", 'the driver outside its leaf'],
  ['electron/hosts/common/x.ts', "import 'electron'", 'electron in hosts/common'],
  ['electron/hosts/common/x.ts', "import 'ws'", 'ws in hosts/common'],
  ['electron/hosts/web/x.ts', "import 'electron'", 'electron in the web host'],
  ['electron/hosts/web/x.ts', "import '#hosts/desktop/main.ts'", 'another host'],
  ['electron/hosts/cli/x.ts', "import type { A } from 'electron'", 'electron in the CLI host'],
  ['electron/hosts/cli/x.ts', "import 'ws'", 'ws in the CLI host'],
  ['electron/hosts/desktop/x.ts', "import '#hosts/web/main.ts'", 'another host'],
  ['electron/hosts/desktop/preload.ts', "import 'node:fs'", 'more than electron in the preload'],
  ['electron/launch/x.mjs', "import 'zod'", 'a dependency in launch'],
  ['renderer/ui/grid/x.ts', "import '#api/client.ts'", 'the api in a ui part'],
  ['renderer/ui/x.ts', "import '#features/query/query-page.tsx'", 'a feature in a ui part'],
  ['renderer/ui/x.ts', "import 'node:path'", 'node in the page'],
  ['renderer/api/x.ts', "import '#features/query/query-page.tsx'", 'a feature in the api'],
  ['renderer/parts/x.ts', "import '#features/query/query-page.tsx'", 'a feature in a part'],
  ['renderer/features/setup/x.ts', "import '#features/query/query-page.tsx'", 'a feature in a feature'],
  ['renderer/features/setup/x.ts', "import '../query/query-page.tsx'", 'a feature in a feature, by path'],
  ['renderer/features/setup/x.ts', "import '#services/compose.ts'", 'services in a feature'],
  ['renderer/app/x.ts', "import '#services/compose.ts'", 'services in the shell'],
  ['renderer/app/x.ts', "import 'node:fs'", 'node in the shell'],
  ['electron/services/query/x.ts', "import '#test/support/database.ts'", 'a test helper in the product'],
]

const good: readonly (readonly [string, string])[] = [
  ['shared/model/good.ts', "import 'zod'"],
  ['shared/contract/good.ts', "import '@orpc/contract'"],
  ['electron/services/query/good.ts', "import '#services/postgres/connect.ts'"],
  ['electron/services/query/good.ts', "import 'node:fs/promises'"],
  ['electron/services/vault/good.ts', "import '#services/files/whole-file.ts'"],
  ['electron/services/store/good.ts', "import '#services/files/whole-file.ts'"],
  ['electron/services/sample/good.ts', "import '#services/processes/processes.ts'"],
  ['electron/services/postgres/good.ts', "import 'pg'"],
  ['electron/hosts/web/good.ts', "import 'ws'"],
  ['electron/hosts/desktop/good.ts', "import 'electron'"],
  ['renderer/ui/good.ts', "import '@mantine/core'"],
  ['renderer/features/setup/good.ts', "import '#parts/verdict-badge.tsx'"],
  ['renderer/app/good.ts', "import '#features/setup/setup-page.tsx'"],
]

describe('the import law', () => {
  let tree = ''
  let found: ReadonlyMap<string, string> = new Map()

  beforeAll(() => {
    tree = mkdtempSync(path.join(os.tmpdir(), 'plumbline-layers-'))
    cpSync(path.join(root, 'biome.json'), path.join(tree, 'biome.json'))
    // The linter asks git what is ignored.
    execFileSync('git', ['init', '--quiet'], { cwd: tree })
    writeFileSync(path.join(tree, '.gitignore'), '')
    bad.forEach(([file, source], index) => {
      plant(tree, numbered(file, index), source)
    })
    good.forEach(([file, source], index) => {
      plant(tree, numbered(file, index), source)
    })
    found = lint(tree)
  })
  afterAll(() => rmSync(tree, { recursive: true, force: true }))

  test.each(bad.map(([file, source, why], index) => [why, file, source, index] as const))(
    'finds %s (%s: %s)',
    (_why, file, _source, index) => {
      expect([...found.keys()]).toContain(numbered(file, index))
    },
  )

  test('lets good imports through', () => {
    const wrong = good.map(([file], index) => numbered(file, index)).filter((file) => found.has(file))
    expect(wrong).toEqual([])
  })
})

describe('what a browser has', () => {
  test.each(['shared', 'electron'])('does not exist in %s', (area) => {
    const tree = mkdtempSync(path.join(os.tmpdir(), 'plumbline-types-'))
    try {
      for (const file of ['tsconfig.json', `${area}/tsconfig.json`]) {
        mkdirSync(path.dirname(path.join(tree, file)), { recursive: true })
        cpSync(path.join(root, file), path.join(tree, file))
      }
      symlinkSync(path.join(root, 'node_modules'), path.join(tree, 'node_modules'), 'junction')
      writeFileSync(path.join(tree, area, 'planted.ts'), 'export const title = document.title\n')
      const { stdout, status } = spawnSync(
        process.execPath,
        [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', path.join(tree, area)],
        { encoding: 'utf8' },
      )
      expect(status).not.toBe(0)
      expect(stdout).toContain("'document'")
    } finally {
      rmSync(tree, { recursive: true, force: true })
    }
  })
})

/** Rules name some files exactly (the preload), so those keep their name. */
function numbered(file: string, index: number): string {
  return path.basename(file) === 'preload.ts' ? file : file.replace(/(\.\w+)$/, `-${index}$1`)
}

function plant(tree: string, file: string, source: string): void {
  const target = path.join(tree, file)
  mkdirSync(path.dirname(target), { recursive: true })
  writeFileSync(target, `${source}\n`)
}

function lint(tree: string): Map<string, string> {
  const { stdout } = spawnSync(
    process.execPath,
    [
      path.join(root, 'node_modules/@biomejs/biome/bin/biome'),
      'lint',
      '--only=style/noRestrictedImports',
      '--reporter=github',
      '--max-diagnostics=none',
      '.',
    ],
    { cwd: tree, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  )
  const files = new Map<string, string>()
  for (const [, file = '', message = ''] of stdout.matchAll(/^::error .*?file=([^,]+),.*?::(.*)$/gm)) {
    files.set(path.relative(tree, path.resolve(tree, file)).split(path.sep).join('/'), message)
  }
  return files
}
