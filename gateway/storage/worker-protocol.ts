import { AssertionError } from 'node:assert';
import { GatewayError, type ErrorCode } from '../core/errors.ts';
import { rowsOf } from './raw-page.ts';
import type { RawColumns, RollupRange, RollupRow, SeriesColumns, StoreCalls } from './store-calls.ts';

/** What crosses to the database worker. Calls are answered in the order they came; `close` comes last. */
export type WorkerRequest =
  | {
      readonly type: 'call';
      readonly id: number;
      readonly name: keyof StoreCalls;
      readonly parameters: unknown[];
    }
  | { readonly type: 'close' };

/** What comes back. `ready` or `refused` (the database cannot be opened) comes first, and once. */
export type WorkerReply =
  | { readonly type: 'ready' }
  | { readonly type: 'refused'; readonly error: CrossingError }
  | { readonly type: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly error: CrossingError };

/** An error without its class, which a message cannot carry. Without a code it is a bug. */
export interface CrossingError {
  readonly code?: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
}

export function toCrossing(error: unknown): CrossingError {
  if (!(error instanceof GatewayError)) {
    return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  const { code, message, hint, facts } = error;
  return { code, message, facts, ...(hint !== undefined && { hint }) };
}

export function fromCrossing({ code, message, hint, facts }: CrossingError): Error {
  if (code === undefined) return new AssertionError({ message: `in the database worker: ${message}` });
  return new GatewayError(code, message, {
    ...(hint !== undefined && { hint }),
    ...(facts !== undefined && { facts }),
  });
}

/** Rows as columns: thousands of objects would hold the main thread for milliseconds. NaN stands for null. */
interface RollupColumns {
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly nextFromMs: number | undefined;
}

const numbersPerWindow = 9;

/** The call that is made in the worker: what crosses as columns is never made rows there. */
export function crossingName(name: keyof StoreCalls): keyof StoreCalls {
  return name === 'rawRange' ? 'rawColumns' : name;
}

/** The result as it crosses, with the buffers to be transferred. */
export function packResult(
  name: keyof StoreCalls,
  result: unknown,
): { result: unknown; transfer: ArrayBuffer[] } {
  if (name === 'rawColumns') {
    const { atMs, value, quality } = result as RawColumns;
    return { result, transfer: [atMs.buffer, value.buffer, quality.buffer] };
  }
  if (name === 'commitsAfter' || name === 'windowColumns') {
    const { series, atMs, value, quality } = result as SeriesColumns;
    return { result, transfer: [series.buffer, atMs.buffer, value.buffer, quality.buffer] };
  }
  if (name === 'rollupRange') {
    const columns = rollupColumns(result as RollupRange);
    return { result: columns, transfer: [columns.numbers.buffer] };
  }
  return { result, transfer: [] };
}

export function unpackResult(name: keyof StoreCalls, result: unknown): unknown {
  if (name !== 'rawRange' && name !== 'rollupRange') return result;
  const { nextFromMs } = result as RawColumns | RollupColumns;
  const rows = name === 'rawRange' ? rowsOf(result as RawColumns) : rollupRows(result as RollupColumns);
  return { rows, ...(nextFromMs !== undefined && { nextFromMs }) };
}

function rollupColumns({ rows, nextFromMs }: RollupRange): RollupColumns {
  const numbers = new Float64Array(rows.length * numbersPerWindow);
  rows.forEach(({ startMs, endMs, min, max, mean, last, anyOn, n, bad }, index) => {
    const window = [startMs, endMs, min ?? NaN, max ?? NaN, mean ?? NaN, last ?? NaN, Number(anyOn), n, bad];
    numbers.set(window, index * numbersPerWindow);
  });
  return { numbers, nextFromMs };
}

function rollupRows({ numbers }: RollupColumns): RollupRow[] {
  const rows: RollupRow[] = [];
  for (let index = 0; index < numbers.length; index += numbersPerWindow) {
    const [startMs = NaN, endMs = NaN, min, max, mean, last, anyOn, n = 0, bad = 0] = numbers.subarray(
      index,
      index + numbersPerWindow,
    );
    rows.push({
      startMs,
      endMs,
      min: numberOrNull(min),
      max: numberOrNull(max),
      mean: numberOrNull(mean),
      last: numberOrNull(last),
      anyOn: anyOn === 1,
      n,
      bad,
    });
  }
  return rows;
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
