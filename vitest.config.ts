import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', './test/closing-line.ts'],
    // Against tests that hang, not slow ones: a machine may be busy with other work.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Two cores: the heavy tests start processes of their own.
    maxWorkers: 2,
  },
});
