import type { RollupRow } from '../../storage/store-calls.ts';
import type { StorePort } from '../store-port.ts';
import type { BoilerInput } from './boiler-input.ts';
import { boilerMinute, minuteMs, type BoilerMinute, type InputMinute } from './boiler-minute.ts';
import type { FoundInput } from './input-directory.ts';

/** Minutes in one call of the database: a day is never read at once. */
export const pageMinutesMax = 240;

/** Minutes in the order of time, and up to where there are no others. */
export interface MinutePage {
  readonly minutes: readonly BoilerMinute[];
  readonly toMs: number;
}

/**
 * A page of the minutes that start in a range, of what is committed; those without any sample are not in it, so that
 * a gap of years is one page. Errors: those of the store.
 */
export async function readMinutePage(
  store: StorePort<'rollupRange'>,
  inputs: readonly FoundInput[],
  range: { readonly fromMs: number; readonly toMs: number },
): Promise<MinutePage> {
  const byMinute = new Map<number, Map<BoilerInput, InputMinute>>();
  let toMs = range.toMs;
  for (const { input, series, isOn } of inputs) {
    const query = { ...range, toMs, series: series.id, rowsMax: pageMinutesMax };
    const { rows, nextFromMs } = await store.call('rollupRange', query, '1m');
    toMs = Math.min(toMs, nextFromMs ?? toMs);
    for (const row of rows) {
      const inMinute = byMinute.get(row.startMs) ?? new Map<BoilerInput, InputMinute>();
      byMinute.set(row.startMs, inMinute);
      inMinute.set(input, inputMinute(row, isOn));
    }
  }
  const minutes = [...byMinute]
    .filter(([startMs]) => startMs < toMs)
    .sort(([left], [right]) => left - right)
    .map(([startMs, inMinute]) => boilerMinute(startMs, inMinute));
  return { minutes, toMs };
}

/** All of a range of few hours. */
export async function readMinutes(
  store: StorePort<'rollupRange'>,
  inputs: readonly FoundInput[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<BoilerMinute[]> {
  const minutes: BoilerMinute[] = [];
  for (let atMs = fromMs; atMs < toMs;) {
    const page = await readMinutePage(store, inputs, { fromMs: atMs, toMs });
    minutes.push(...page.minutes);
    atMs = Math.max(page.toMs, atMs + minuteMs);
  }
  return minutes;
}

function inputMinute(
  { mean, min, max, n, bad }: RollupRow,
  isOn: ((value: number) => boolean) | undefined,
): InputMinute {
  return { mean, min, max, isOn: isOn === undefined || max === null ? null : isOn(max), n, bad };
}
