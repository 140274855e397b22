import { appendFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** What one run of vitest came to. A file that could not be loaded counts as one failed test: it hides its own. */
interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

function totalsOf(modules: readonly TestModule[], unhandled: readonly SerializedError[]): Totals {
  const totals: Totals = { passed: 0, failed: unhandled.length, skipped: 0 };
  for (const module of modules) {
    if (module.state() === 'failed' && [...module.children.allTests('failed')].length === 0) totals.failed++;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      totals[state === 'pending' ? 'failed' : state]++;
    }
  }
  return totals;
}

const line = ({ passed, failed, skipped }: Totals) =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

/**
 * Vitest reporter beside the ordinary one: says the totals in one plain line at the end, or, where several runs are
 * summed up by `./test`, appends them to the file that INSULA_TEST_TOTALS names, one "passed failed skipped" a run.
 */
export class TestTotals implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const totals = totalsOf(modules, unhandled);
    const file = process.env['INSULA_TEST_TOTALS'];
    if (file) appendFileSync(file, `${totals.passed} ${totals.failed} ${totals.skipped}\n`);
    else console.log(line(totals));
  }
}
