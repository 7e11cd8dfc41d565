import type { MeterClock } from './meter-time.ts';

/** With the longest kind and a channel they stay below what a part may be; the ends of ids differ most. */
const kindLengthMax = 24;
const idLengthMax = 44;
/** Clocks of meters run ahead of ours by less. */
const aheadMsMax = 10 * 60_000;

/** The part that a meter behind another is: `gas-4730303332353631`. Undefined when its id has no letter and no digit. */
export function meterPart(kind: string, id: string): string | undefined {
  const clean = id.replace(/[^A-Za-z0-9-]+/g, '').slice(-idLengthMax);
  return /[A-Za-z0-9]/.test(clean) ? `${kind.slice(0, kindLengthMax)}-${clean}` : undefined;
}

/** The time of a measurement, unless it is still to come: of a clock that nobody set, or before ours is set. */
export function pastTime(atMs: number | undefined, { nowMs }: MeterClock): { readonly atMs?: number } {
  return atMs === undefined || atMs > nowMs + aheadMsMax ? {} : { atMs };
}
