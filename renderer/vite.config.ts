import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The page, for both windows. The manifest lists every file a host may serve. */
export default defineConfig({
  root: fileURLToPath(new URL('./', import.meta.url)),
  base: './',
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('../dist/renderer/', import.meta.url)),
    emptyOutDir: true,
    manifest: true,
    target: 'chrome130',
    // SECURITY: the policy allows no data: fonts and no inline script, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // One chunk, so that the setting runs after zod and before every schema, whichever chunk that is in.
          groups: [{ name: 'schema', test: /node_modules\/zod\/|shared\/without-code-generation/ }],
        },
      },
    },
  },
})
