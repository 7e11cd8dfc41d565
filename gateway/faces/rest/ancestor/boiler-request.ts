import { GatewayError } from '../../../core/errors.ts';
import type { AncestorRequest } from './ancestor-route.ts';
import { localInstant } from './local-instant.ts';

/** What is told of minutes: its columns, by their names. */
const minuteFields = [
  'temp0',
  'temp1',
  'temp2',
  'temp3',
  'watt0',
  'watt1',
  'watt2',
  'watt3',
  'phase',
  'change',
  'event',
] as const;

export type MinuteField = (typeof minuteFields)[number];

/** What is told of readings. */
export type RawField = Exclude<MinuteField, 'phase' | 'change' | 'event'>;

/** UTC epoch ms. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** As many as its minutes and its readings can be kept. */
export const minuteHoursMax = 35 * 24;
export const rawHoursMax = 96;
const hourMs = 3_600_000;
const yearMin = 2_000;
const yearMax = 2_100;

/** A whole number of hours. Errors: `input_invalid`. */
export function hoursOf({ params }: Pick<AncestorRequest, 'params'>, hoursMax: number): number {
  return wholeNumber(params, 'hours', [1, hoursMax]);
}

/** Errors: `input_invalid`. */
export function minuteFieldOf(name: string): MinuteField {
  const field = minuteFields.find((known) => known === name);
  if (field !== undefined) return field;
  throw invalid(`there is no ${JSON.stringify(name.slice(0, 40))}: there are ${minuteFields.join(', ')}`);
}

/** Errors: `input_invalid`. */
export function rawFieldOf(name: string): RawField {
  const field = minuteFieldOf(name);
  if (field !== 'phase' && field !== 'change' && field !== 'event') return field;
  throw invalid(`${field} is known of minutes: ask /webapi/getminute`);
}

/** From a time of the home's clocks on, or up to it: a day there may have 23 or 25 hours. Errors: `input_invalid`. */
export function stretchOf(
  request: Pick<AncestorRequest, 'params' | 'run'>,
  direction: 'after' | 'before',
  zone: string,
): Stretch {
  const { params } = request;
  const number = (name: string, range: readonly [number, number]): number => wholeNumber(params, name, range);
  const [year, month] = [number('year', [yearMin, yearMax]), number('month', [1, 12])];
  const day = number('day', [1, 31]);
  const minute = params['minute'] === undefined ? 0 : number('minute', [0, 59]);
  const wallMs = Date.UTC(year, month - 1, day, number('hour', [0, 23]), minute);
  if (new Date(wallMs).getUTCDate() !== day) throw invalid(`${year}/${month} has no day ${day}`);
  const otherMs = wallMs + (direction === 'after' ? 1 : -1) * hoursOf(request, minuteHoursMax) * hourMs;
  return {
    fromMs: localInstant(zone, Math.min(wallMs, otherMs), 'first'),
    toMs: localInstant(zone, Math.max(wallMs, otherMs), 'last'),
  };
}

/** Of the home. */
export async function zoneOf({ run }: Pick<AncestorRequest, 'run'>): Promise<string> {
  const { site } = (await run('config.show')) as { readonly site?: { readonly zone?: unknown } };
  return typeof site?.zone === 'string' ? site.zone : 'UTC';
}

function wholeNumber(
  params: AncestorRequest['params'],
  name: string,
  [least, most]: readonly [number, number],
): number {
  const text = params[name] ?? '';
  const value = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw invalid(
    `${name} must be a whole number from ${least} to ${most}, not ${JSON.stringify(text.slice(0, 40))}`,
  );
}

function invalid(message: string): GatewayError {
  return new GatewayError('input_invalid', message);
}
