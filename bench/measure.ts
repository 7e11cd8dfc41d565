import { readFileSync } from 'node:fs';

/** Shared by the benchmarks: statistics, and what the process costs the machine. */

/** One figure: `name value unit`, a line each, so that runs can be compared by a script. */
export function print(name: string, value: number, unit: string): void {
  console.log(`${name} ${Number(value.toPrecision(4))} ${unit}`);
}

/** A figure with the aim that it is held against. */
export function printAim(name: string, value: number, unit: string, isMet: boolean): void {
  print(name, value, `${unit} ${isMet ? 'pass' : 'fail'}`);
}

/** The value that `share` (0 to 1) of all values do not exceed; NaN for none. */
export function percentile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? Number.NaN;
}

export function median(values: ArrayLike<number>): number {
  return percentile(values, 0.5);
}

/** Processor time of this process since it started, all threads, user and system. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/**
 * Memory that belongs to the process alone and to no file: what it really takes from the machine. Linux
 * only (proc(5), smaps_rollup); NaN elsewhere.
 */
export function anonymousBytes(pid: number | 'self' = 'self'): number {
  try {
    const match = /^Anonymous:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
    return match?.[1] === undefined ? Number.NaN : Number(match[1]) * 1_024;
  } catch {
    return Number.NaN;
  }
}

/** Bytes of the heap and of buffers in use, after a collection when the process runs with --expose-gc. */
export function heapBytes(): number {
  const collect = (globalThis as { gc?: () => void }).gc;
  collect?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

export async function sleep(forMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, forMs));
}

/** The value of `--name value` on the command line. */
export function numberArgument(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? otherwise : Number(process.argv[at + 1]);
  if (Number.isFinite(value) && value > 0) return value;
  console.error(`--${name} needs a positive number, such as --${name} ${otherwise}`);
  process.exit(2);
}

/** The same of text; undefined when it is not there. */
export function textArgument(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}
