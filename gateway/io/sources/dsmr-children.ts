import type { QuantityName } from '../../core/quantity.ts';
import type { DsmrDraft } from './dsmr-draft.ts';
import { measureOf, type Dimension } from './dsmr-measure.ts';
import { meterPart, pastTime } from './meter-part.ts';
import { meterTimeMs, type MeterClock } from './meter-time.ts';

interface ChildKind {
  readonly name: string;
  readonly quantity: QuantityName;
  readonly dimension: Dimension;
}

/** By the device type of EN 13757-3. */
const kinds = new Map<number, ChildKind>([
  [2, { name: 'electricity', quantity: 'meter_energy_kwh', dimension: 'energy' }],
  [3, { name: 'gas', quantity: 'gas_m3', dimension: 'volume' }],
  [4, { name: 'heat', quantity: 'heat_gj', dimension: 'heat' }],
  [6, { name: 'warm-water', quantity: 'water_m3', dimension: 'volume' }],
  [7, { name: 'water', quantity: 'water_m3', dimension: 'volume' }],
  [12, { name: 'inlet-heat', quantity: 'heat_gj', dimension: 'heat' }],
]);

/** A Belgian gas meter gives what has not been corrected by its temperature. */
const nothingCodes = ['24.2.1', '24.2.3'];
/** DSMR 2.2 and 3.0 ("P1 Companion Standard 3.0", 5.2). */
const oldReadingCode = '24.3.0';
const readingCodes = [...nothingCodes, oldReadingCode];
/** The time of a channel that never had one. */
const neverSet = '700101';

/** What one channel has last measured, when, and where that stands. */
interface ChildReading {
  readonly code: string;
  readonly value: number;
  readonly at: string;
}

/**
 * The meters behind the meter, on M-Bus channels 1 to 9: each with its id as its part, `gas-4730…`, as a HomeWizard
 * names it too. A channel that has measured nothing (its meter is gone, or there never was one) is left out. Returns
 * the part that what is left of a channel belongs to.
 */
export function addChildren(draft: DsmrDraft, clock: MeterClock): (code: string) => string | undefined {
  const parts = new Map<string, string>();
  for (let channel = 1; channel <= 9; channel += 1) {
    const kind = kinds.get(draft.measure(`0-${channel}:24.1.0`, 'number') ?? 0);
    const part = partOf(draft, channel, kind?.name ?? 'meter');
    // Two channels may tell of one meter: what comes once a part must not come twice.
    const isTaken = [...parts.values()].includes(part);
    parts.set(`0-${channel}:`, isTaken ? `${part}-channel-${channel}` : part);
    addChild(draft, { channel, kind, part: parts.get(`0-${channel}:`) ?? part }, clock);
  }
  return (code) => parts.get(/^0-[1-9]:/.exec(code)?.[0] ?? '');
}

interface Child {
  readonly channel: number;
  readonly kind: ChildKind | undefined;
  readonly part: string;
}

function addChild(draft: DsmrDraft, { channel, kind, part }: Child, clock: MeterClock): void {
  const reading = kind === undefined ? undefined : readingOf(draft, channel, kind.dimension);
  for (const code of nothingCodes) dropNothing(draft, `0-${channel}:${code}`);
  const isGone = reading === undefined && !hasMeasured(draft, channel);
  draft.take(...idCodes(channel));
  if (!isGone) draft.addText('meter_id', idOf(draft, channel), part);
  if (isGone || reading !== undefined) draft.take(`0-${channel}:24.1.0`);
  if (kind === undefined || reading === undefined) return;
  draft.take(reading.code);
  draft.addValue(kind.quantity, reading.value, { part, ...pastTime(meterTimeMs(reading.at, clock), clock) });
  draft.addMeasure(`0-${channel}:24.4.0`, 'valve_state', 'number', part);
}

function partOf(draft: DsmrDraft, channel: number, name: string): string {
  return meterPart(name, idOf(draft, channel)) ?? `${name}-channel-${channel}`;
}

function idOf(draft: DsmrDraft, channel: number): string {
  return (
    idCodes(channel)
      .map((code) => draft.groups(code)[0] ?? '')
      .find((text) => text !== '') ?? ''
  );
}

function idCodes(channel: number): readonly string[] {
  return [`0-${channel}:96.1.0`, `0-${channel}:96.1.1`];
}

function readingOf(draft: DsmrDraft, channel: number, dimension: Dimension): ChildReading | undefined {
  for (const name of readingCodes) {
    const code = `0-${channel}:${name}`;
    const [at = '', ...rest] = draft.groups(code);
    const value = measureOf(name === oldReadingCode ? oldValue(rest) : (rest[0] ?? ''), dimension);
    if (value !== undefined && !at.startsWith(neverSet)) return { code, value, at };
  }
  return undefined;
}

/** `(121030140000)(00)(60)(1)(0-1:24.2.1)(m3)` and `(00024.123)` on the next line. */
function oldValue([, , , , unit = '', digits = '']: readonly string[]): string {
  return `${digits}*${unit}`;
}

/** A reading that is none: no unit, or the time that a clock begins with. */
function dropNothing(draft: DsmrDraft, code: string): void {
  const groups = draft.groups(code);
  if (groups[0]?.startsWith(neverSet) === true || groups.at(-1)?.includes('*') === false) draft.take(code);
}

function hasMeasured(draft: DsmrDraft, channel: number): boolean {
  return readingCodes.some((name) => draft.isLeft(`0-${channel}:${name}`));
}
