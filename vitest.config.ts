import { defineConfig } from 'vitest/config'

// Integration and browser tests work on the demo city, which their setup builds once with the real command.
const withDemo = ['test/integration/**/*.test.ts', 'test/browser/**/*.test.ts']
// The contract on real servers, which their setup starts once.
const withEngines = ['test/engines/**/*.test.ts']

export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: [...withDemo, ...withEngines] },
      },
      {
        extends: true,
        test: { name: 'demo', include: withDemo, globalSetup: 'test/build-demo.ts', fileParallelism: false },
      },
      {
        extends: true,
        test: {
          name: 'engines',
          include: withEngines,
          globalSetup: 'test/engines/start-engines.ts',
          sequence: { groupOrder: 1 }, // after the others: servers and browsers at once are too much for two cores
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
