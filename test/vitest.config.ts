import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('../', import.meta.url))

/** One project a kind of test: `vitest run -c test/vitest.config.ts --project unit`. */
export default defineConfig({
  root,
  test: {
    // Two even where there are two processors only: much of what the tests do is to wait for a server.
    maxWorkers: 2,
    // What is waited for comes when it comes: a busy machine is no defect.
    expect: { poll: { timeout: 60_000 } },
    hookTimeout: 240_000,
    projects: [
      // A test that is given up goes on beside the next, so none is given up because the machine is busy.
      { test: { name: 'unit', root, include: ['test/unit/**/*.test.{ts,tsx}'], environment: 'node', testTimeout: 120_000 } },
      {
        test: {
          name: 'architecture',
          root,
          include: ['test/architecture/**/*.test.ts'],
          exclude: ['test/architecture/bundle-*.test.ts'],
          environment: 'node',
          testTimeout: 120_000,
        },
      },
      // These look at what was built.
      { test: { name: 'bundle', root, include: ['test/architecture/bundle-*.test.ts'], environment: 'node', testTimeout: 120_000 } },
      { test: { name: 'contract', root, include: ['test/contract/**/*.test.ts'], environment: 'node', testTimeout: 120_000 } },
      {
        test: {
          name: 'integration',
          root,
          include: ['test/integration/**/*.test.ts'],
          environment: 'node',
          testTimeout: 180_000,
          globalSetup: ['test/support/cluster-setup.ts'],
          // It imports electron, which is a stand-in in the desktop host's test.
          server: { deps: { inline: ['electron-store'] } },
        },
      },
      {
        test: {
          name: 'security',
          root,
          include: ['test/security/**/*.test.ts'],
          environment: 'node',
          testTimeout: 240_000,
        },
      },
    ],
  },
})
