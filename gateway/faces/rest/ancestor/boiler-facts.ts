import { limits } from '../../../core/limits.ts';
import type { AncestorRequest } from './ancestor-route.ts';
import type { MinuteField, RawField, Stretch } from './boiler-request.ts';

/** What `boiler.minutes` says of one input in a minute. */
interface InputMinute {
  readonly mean: number | null;
  readonly isOn: boolean | null;
}

/** A minute, or a gap. */
export interface MinuteFact {
  readonly startMs: number;
  readonly endMs: number;
  readonly code: number;
  readonly isProvisional: boolean;
  readonly n: number;
  readonly inputs: Readonly<Record<string, InputMinute | undefined>>;
}

/** What `boiler.status` says. */
export interface BoilerFacts {
  readonly code: number | null;
  readonly sinceMs: number | null;
  readonly inputs: readonly {
    readonly input: string;
    readonly device: string | null;
    readonly quantity: string | null;
    readonly value: number | null;
    readonly isOn: boolean | null;
    readonly atMs: number | null;
    readonly problem: string | null;
  }[];
  readonly minima: readonly {
    readonly hours: number;
    readonly waterC: number | null;
    readonly atMs: number | null;
  }[];
}

/** A value with its time, UTC epoch ms. */
export type TimedValue = readonly [atMs: number, value: number | boolean | string | null];

/** Its columns by our inputs. A set point was never fed. */
export const inputsByField: Readonly<Record<RawField, string | undefined>> = {
  temp0: 'water',
  temp1: 'flue',
  temp2: 'enclosure',
  temp3: undefined,
  watt0: 'secondaryFan',
  watt1: 'igniter',
  watt2: 'primaryFan',
  watt3: 'auger',
};

const minuteMs = 60_000;
/** Minutes at the end that are not closed yet: it told of none of those. */
const openMinutesMax = 3;

/** Errors: `not_found` where no boiler is configured. */
export async function readBoiler({ run }: Pick<AncestorRequest, 'run'>): Promise<BoilerFacts> {
  return (await run('boiler.status')) as BoilerFacts;
}

/** Closed minutes and gaps of a stretch, its last instant included. Errors: as `readBoiler`. */
export async function readMinutes(
  request: Pick<AncestorRequest, 'run'>,
  { fromMs, toMs }: Stretch,
): Promise<readonly MinuteFact[]> {
  const rows = await readAll<MinuteFact>(request, 'boiler.minutes', 'rows', {
    from: fromMs,
    to: toMs + 1,
    limit: limits.boilerRowsMax,
  });
  let open = 0;
  while (open < openMinutesMax && rows.at(-1)?.isProvisional === true) {
    rows.pop();
    open += 1;
  }
  return rows;
}

/** One column of minutes, and null for each gap. Errors: as `readBoiler`. */
export async function readMinuteField(
  request: Pick<AncestorRequest, 'run'>,
  field: MinuteField,
  stretch: Stretch,
): Promise<readonly TimedValue[]> {
  if (field === 'change') return await readChanges(request, stretch);
  const rows = await readMinutes(request, stretch);
  if (field === 'event') {
    const alerts = await readAlertMinutes(request, stretch);
    return rows.map(({ startMs }) => [startMs, alerts.has(startMs) ? '0' : null]);
  }
  return rows.map((row) => [row.startMs, row.n === 0 ? null : valueOf(row, field)]);
}

/** The minutes at which people were told of something. Errors: as `readBoiler`. */
export async function readAlertMinutes(
  request: Pick<AncestorRequest, 'run'>,
  { fromMs, toMs }: Stretch,
): Promise<ReadonlySet<number>> {
  const events = await readAll<{ readonly kind: string; readonly atMs: number }>(
    request,
    'boiler.events',
    'events',
    { from: fromMs, to: toMs + 1, limit: limits.boilerRowsMax },
  );
  return new Set(
    events.filter(({ kind }) => kind === 'alert').map(({ atMs }) => Math.floor(atMs / minuteMs) * minuteMs),
  );
}

/** Readings of one input, one by one. Errors: as `readBoiler`. */
export async function readRawField(
  request: Pick<AncestorRequest, 'run'>,
  field: RawField,
  hours: number,
): Promise<readonly TimedValue[]> {
  const { inputs } = await readBoiler(request);
  const found = inputs.find(({ input }) => input === inputsByField[field]);
  if (found === undefined || found.device === null || found.quantity === null) return [];
  const { device, quantity } = found;
  const rows = await readAll<{ readonly atMs: number; readonly value: number | null }>(
    request,
    'reading.range',
    'rows',
    { device, quantity, from: `${hours}h`, resolution: 'raw', limit: limits.answerRowsMax },
  );
  return rows.map(({ atMs, value }) => [atMs, value]);
}

/** One column of a minute in which something was read. */
export function valueOf({ code, inputs }: MinuteFact, field: RawField | 'phase'): number | null {
  if (field === 'phase') return code;
  const input = inputsByField[field];
  const said = input === undefined ? undefined : inputs[input];
  if (said === undefined || said.mean === null) return null;
  if (said.isOn === null) return Math.round(said.mean * 1_000) / 1_000;
  // Whoever asks goes by more than 0.
  return said.isOn ? Math.max(1, Math.round(said.mean)) : 0;
}

/** Whether a minute's phase is another one than that of the minute before. */
async function readChanges(
  request: Pick<AncestorRequest, 'run'>,
  { fromMs, toMs }: Stretch,
): Promise<readonly TimedValue[]> {
  const rows = await readMinutes(request, { fromMs: fromMs - minuteMs, toMs });
  return rows
    .map((row, index): TimedValue => {
      const before = rows[index - 1];
      if (row.n === 0) return [Math.max(row.startMs, fromMs), null];
      return [row.startMs, before !== undefined && before.code !== row.code];
    })
    .filter(([atMs], index) => atMs >= fromMs && (rows[index]?.endMs ?? 0) > fromMs);
}

interface ListInput {
  readonly from: number | string;
  readonly to?: number;
  readonly limit: number;
  readonly device?: string;
  readonly quantity?: string;
  readonly resolution?: 'raw';
}

/** All pages of a list. */
async function readAll<Row>(
  { run }: Pick<AncestorRequest, 'run'>,
  id: string,
  list: string,
  { from, to, ...input }: ListInput,
): Promise<Row[]> {
  const rows: Row[] = [];
  let next: number | string | null = from;
  let end = to;
  while (next !== null) {
    const asked = { ...input, from: String(next), ...(end !== undefined && { to: String(end) }) };
    const page = (await run(id, asked)) as Readonly<Record<string, unknown>> & {
      readonly next: number | null;
      readonly toMs: number;
    };
    rows.push(...(page[list] as readonly Row[]));
    if (page.next === next) break;
    next = page.next;
    end = page.toMs;
  }
  return rows;
}
