/** Ends the run with one line that programs can read: `N passed, N failed[, N skipped]`. */
import type { Reporter, TestModule } from 'vitest/node';

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandled: ReadonlyArray<unknown>): void {
    const count = { passed: 0, failed: 0, skipped: 0 };
    const skipped: string[] = [];
    for (const module of modules) {
      let failedTests = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') count.passed++;
        else if (state === 'failed') failedTests++;
        else {
          count.skipped++;
          skipped.push(test.fullName);
        }
      }
      count.failed += failedTests;
      // A file that broke before its tests ran is one failure.
      if (!module.ok() && failedTests === 0) count.failed++;
    }
    // What nobody caught ends the run with an error although every test has passed.
    count.failed += unhandled.length;
    // No test at all is no success either.
    if (modules.length === 0) count.failed++;
    if (skipped.length > 0) {
      console.log(`\nskipped:\n${skipped.map(name => `  ${name}`).join('\n')}`);
      if (process.env.UNDERSTUDY_REQUIRE_ALL === '1') {
        count.failed += count.skipped;
        count.skipped = 0;
        process.exitCode = 1;
      }
    }
    const tail = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
    console.log(`\n${count.passed} passed, ${count.failed} failed${tail}`);
  }
}
