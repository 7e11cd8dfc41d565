import { localDay, zoneOffsetMinutes } from '../../core/calendar.ts';
import { GatewayError } from '../../core/errors.ts';
import type { Interval } from '../../core/interval.ts';
import { isTempoDay, tempoDayInterval, type TempoDay } from '../../core/tempo-day.ts';
import { parseInstantMs } from '../time-range.ts';
import type { CostDays } from './cost-keys.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** Of one answer: about twelve years. */
const spanMsMax = 4_400 * dayMs;

/** From and to as they were given, a day standing for all of it. Errors: `input_invalid`. */
export function costRange(
  { from, to }: { readonly from: string; readonly to?: string },
  { nowMs, ...days }: Pick<CostDays, 'isTempo' | 'zone'> & { readonly nowMs: number },
): Interval {
  const startMs = isTempoDay(from) ? dayOf(from, days).startMs : parseInstantMs('from', from, nowMs);
  const endMs = endOf(to, days, nowMs);
  if (startMs >= endMs)
    throw invalid(`from (${iso(startMs)}) must be before to (${iso(endMs)})`, 'give an earlier start');
  if (endMs - startMs > spanMsMax)
    throw invalid('the range is longer than twelve years', 'ask for less at a time');
  return { startMs, endMs };
}

function endOf(to: string | undefined, days: Pick<CostDays, 'isTempo' | 'zone'>, nowMs: number): number {
  if (to === undefined) return nowMs;
  return isTempoDay(to) ? dayOf(to, days).endMs : parseInstantMs('to', to, nowMs);
}

function dayOf(day: TempoDay, { isTempo, zone }: Pick<CostDays, 'isTempo' | 'zone'>): Interval {
  if (isTempo) return tempoDayInterval(day);
  const noonMs = Date.parse(`${day}T12:00:00Z`);
  return localDay(zone, noonMs - zoneOffsetMinutes(zone, noonMs) * minuteMs);
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}

function invalid(message: string, hint: string): GatewayError {
  return new GatewayError('input_invalid', message, { hint });
}
