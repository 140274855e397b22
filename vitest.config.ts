import { defineConfig } from 'vitest/config';
import { patient } from './tests/harness/patience.ts';
import { TestTotals } from './tools/test-totals.ts';

const second = 1000;
const minute = 60 * second;

export default defineConfig({
  test: {
    // koffi does not work in worker threads
    pool: 'forks',
    retry: Number(process.env['INSULA_TEST_RETRIES'] ?? 0),
    teardownTimeout: patient(minute),
    // `verbose` shows each test as it ends
    reporters: [process.env['INSULA_TEST_REPORTER'] ?? 'default', new TestTotals()],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'web/src/**/*.test.ts', 'tools/**/*.test.ts'],
          testTimeout: patient(10 * second),
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          // adapters against the real kernel stand in their package, whole VEs in tests/ (test is the command)
          include: ['packages/*/test/**/*.test.ts', 'tests/**/*.test.ts'],
          globalSetup: 'tests/harness/build-programs.ts',
          // one kernel, two cores: files that boot VEs side by side would only measure each other
          fileParallelism: false,
          testTimeout: patient(2 * minute),
          // the first hook that needs a template builds it
          hookTimeout: patient(10 * minute),
        },
      },
    ],
  },
});
