import { defineConfig } from 'vitest/config'

// Integration and browser tests work on the demo city, which their setup builds once with the real command.
const withDemo = ['test/integration/**/*.test.ts', 'test/browser/**/*.test.ts']

export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: withDemo } },
      {
        extends: true,
        test: { name: 'demo', include: withDemo, globalSetup: 'test/build-demo.ts', fileParallelism: false },
      },
    ],
  },
})
