/** What tap counted: assertions, and files that broke without one. */
interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Reads tap's output line by line, and writes what a person wants to see of it: a line a file, all of a file
 * that failed, and every skipped test with its reason.
 */
export class TestReport {
  readonly #write: (line: string) => void;
  #counts: TestCounts = { passed: 0, failed: 0, skipped: 0 };
  #file: string[] = [];
  #isFailed = false;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  read(line: string): void {
    const totals = /^# \{ total: (\d+).* \}$/.exec(line);
    if (totals !== null) this.#readTotals(Number(totals[1]), line);
    const [, not, title] = /^(not )?ok \d+ - (.*)$/.exec(line) ?? [];
    if (title === undefined) {
      if (this.#isFailed) this.#write(line);
      else this.#file.push(line);
      return;
    }
    this.#isFailed = not !== undefined;
    const lines = this.#isFailed
      ? [...this.#file, line]
      : [`ok ${withSeconds(title)}`, ...this.#file.filter(isSkipped)];
    for (const each of lines) this.#write(each);
    this.#file = [];
  }

  get counts(): Readonly<TestCounts> {
    return this.#counts;
  }

  /** The last line of a run. */
  get closingLine(): string {
    const { passed, failed, skipped } = this.#counts;
    return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  }

  /** For a run that broke in a way that no test stands for. */
  addFailure(): void {
    this.#counts.failed += 1;
  }

  #readTotals(total: number, line: string): void {
    const count = (name: string): number => Number(new RegExp(`\\b${name}: (\\d+)`).exec(line)?.[1] ?? 0);
    const [passed, failed] = [count('pass'), count('fail')];
    this.#counts = { passed, failed, skipped: total - passed - failed };
    this.#isFailed = false;
  }
}

function withSeconds(title: string): string {
  return title.replace(/# time=([\d.]+)ms/, (_, ms: string) => `(${(Number(ms) / 1000).toFixed(1)} s)`);
}

function isSkipped(line: string): boolean {
  return /^\s+ok \d+.* # [A-Z]{4}\b/.test(line);
}
