import { defineConfig } from 'vitest/config'

/** unit: no server, no Debian package, nothing that takes tens of seconds. real: real Orthanc, PostgreSQL, validators, real images, and what takes long. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles: ['test/support/fast-check-seed.ts'],
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.real.test.ts'],
          testTimeout: 30_000,
          maxWorkers: 2,
          // Modules hold no state, so files may share them: importing them anew for each is half of the time.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'real',
          setupFiles: ['test/support/fast-check-seed.ts'],
          include: ['test/**/*.real.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
