import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The preload: one CommonJS file, as a sandboxed preload must be. Built after main, into the same folder. */
export default defineConfig({
  root: here('../../../'),
  build: {
    ssr: true,
    target: 'chrome150',
    outDir: here('../../../dist/desktop'),
    emptyOutDir: false,
    minify: false,
    rolldownOptions: {
      input: { preload: here('preload.ts') },
      external: ['electron'],
      output: { format: 'cjs', entryFileNames: '[name].cjs' },
    },
  },
})
