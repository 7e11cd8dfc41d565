/** What tap counted: assertions, and files that broke without one. */
interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/** A test file that has ended. */
export interface EndedFile {
  readonly path: string;
  /** What it printed: TAP, and whatever else. */
  readonly output: string;
  /** What it ended with; undefined: it was killed. */
  readonly exitCode: number | undefined;
  readonly seconds: number;
}

/**
 * Reads what test files printed, and writes what a person wants to see of it: a line a file, all of a file that
 * failed, and every skipped test with its reason.
 */
export class TestReport {
  readonly #write: (line: string) => void;
  readonly #counts: TestCounts = { passed: 0, failed: 0, skipped: 0 };

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  add({ path, output, exitCode, seconds }: EndedFile): void {
    const lines = output.trimEnd().split('\n');
    const { passed, failed, skipped } = countsIn(lines);
    // tap's own exit code stands for plans that were not kept and tests that never ended, too; a file without a
    // test checks nothing.
    const isBroken = exitCode !== 0 || passed + failed + skipped === 0;
    this.#counts.passed += passed;
    this.#counts.skipped += skipped;
    this.#counts.failed += failed > 0 || !isBroken ? failed : 1;
    const isFailed = failed > 0 || isBroken;
    for (const line of lines.filter((each) => isFailed || isSkipped(each))) this.#write(`    ${line}`);
    const ending = exitCode === undefined ? 'killed' : `exit code ${exitCode}`;
    const outcome = isFailed ? `${ending}, ` : '';
    this.#write(`${isFailed ? 'not ok' : 'ok'} ${path} (${outcome}${seconds.toFixed(1)} s)`);
  }

  get counts(): Readonly<TestCounts> {
    return this.#counts;
  }

  /** The last line of a run. */
  get closingLine(): string {
    const { passed, failed, skipped } = this.#counts;
    return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  }
}

/** tap's last word on a file: `# { total: 5, pass: 2, fail: 1, skip: 2 }`. Of one that it broke off, there is none. */
function countsIn(lines: readonly string[]): TestCounts {
  const line = lines.findLast((each) => /^# \{ total: \d+.* \}$/.test(each)) ?? '';
  const count = (name: string): number => Number(new RegExp(`\\b${name}: (\\d+)`).exec(line)?.[1] ?? 0);
  const [total, passed, failed] = [count('total'), count('pass'), count('fail')];
  return { passed, failed, skipped: total - passed - failed };
}

function isSkipped(line: string): boolean {
  return /^\s*ok \d+.* # [A-Z]{4}\b/.test(line);
}
