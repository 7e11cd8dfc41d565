import { formatFixed, formatTime } from './format.ts';
import type { Job, Outlook, Signal, SignalSlot } from './job-types.ts';
import { isOpen, jobTitle } from './job-start.ts';
import type { JobTime } from './job-words.ts';
import { formatEuros } from './saving-words.ts';

export interface OutlookRow {
  readonly name: string;
  readonly carbon: string;
  readonly price: string;
  readonly isRed: boolean;
  readonly jobs: string;
}

function slotAt({ slots }: Signal, atMs: number): SignalSlot | undefined {
  return slots.find(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);
}

function carbonWords(slot: SignalSlot | undefined): string {
  return slot === undefined ? '' : formatFixed(slot.value, 0, 'g CO₂/kWh') + doubtWords(slot);
}

function priceWords(slot: SignalSlot | undefined): string {
  return slot === undefined ? '' : `${formatEuros(slot.value)}/kWh${doubtWords(slot)}`;
}

function doubtWords({ basis }: SignalSlot): string {
  return basis === 'forecast' ? ' (forecast)' : '';
}

/** What an instant is like: `Sun 03:00: 28 g CO₂/kWh (forecast), 17.0 ct/kWh, red day`. */
export function instantWords(outlook: Outlook, atMs: number, time: JobTime): string {
  const parts = [
    carbonWords(slotAt(outlook.carbon, atMs)),
    priceWords(slotAt(outlook.price, atMs)),
    (slotAt(outlook.red, atMs)?.value ?? 0) > 0 ? 'red day' : '',
  ].filter((words) => words !== '');
  const what = parts.length === 0 ? 'not known' : parts.join(', ');
  return `${formatTime(atMs, time.nowMs, time.zone)}: ${what}`;
}

/** What it is now, and when it is cleanest. */
export function outlookWords(outlook: Outlook, time: JobTime): string {
  const now = instantWords(outlook, time.nowMs, time).replace(/^[^:]*:\d\d: /, 'Now ');
  const coming = outlook.carbon.slots.filter(({ endMs }) => endMs > time.nowMs);
  const best = coming.reduce<SignalSlot | undefined>(
    (least, slot) => (least === undefined || slot.value < least.value ? slot : least),
    undefined,
  );
  if (best === undefined) return `${now}.`;
  const when = formatTime(Math.max(best.startMs, time.nowMs), time.nowMs, time.zone);
  return `${now}. Cleanest ${best.startMs <= time.nowMs ? 'now' : `at ${when}`}, ${carbonWords(best)}.`;
}

const policyNames = {
  carbon: 'carbon',
  price: 'price',
  surplus: 'surplus',
  red: 'not-red',
  own_export: 'own-export',
} as const;
const signalNames = {
  carbon: 'Carbon',
  price: 'The price',
  surplus: 'The surplus',
  red: 'The colour of the day',
  own_export: 'What the house gives to the grid',
} as const;
const signals = ['carbon', 'price', 'surplus', 'red', 'own_export'] as const;

/** Why something is not known now: carbon, since the picture is of it, and what a job waits for. */
export function unknownWords(outlook: Outlook, jobs: readonly Job[]): readonly string[] {
  const waitedFor = new Set(
    jobs.filter(isOpen).flatMap(({ when }) => when.split(' and ').map((term) => term.replace(/:.*/, ''))),
  );
  return signals.flatMap((signal) => {
    const { unknown } = outlook[signal];
    const isAsked = signal === 'carbon' || waitedFor.has(policyNames[signal]);
    return unknown === null || !isAsked ? [] : [`${signalNames[signal]} is not known now: ${unknown}.`];
  });
}

/** The picture as a table: a row for each slot of what is known, with the jobs that are planned in it. */
export function outlookRows(outlook: Outlook, jobs: readonly Job[], time: JobTime): readonly OutlookRow[] {
  const slots = outlook.carbon.slots.length > 0 ? outlook.carbon.slots : outlook.price.slots;
  return slots
    .filter(({ endMs }) => endMs > time.nowMs)
    .map(({ startMs, endMs }) => ({
      name: `${formatTime(startMs, time.nowMs, time.zone)} – ${formatTime(endMs, startMs, time.zone)}`,
      carbon: carbonWords(slotAt(outlook.carbon, startMs)),
      price: priceWords(slotAt(outlook.price, startMs)),
      isRed: (slotAt(outlook.red, startMs)?.value ?? 0) > 0,
      jobs: jobs
        .filter(
          (job) => isOpen(job) && job.slots.some((slot) => slot.startMs < endMs && slot.endMs > startMs),
        )
        .map(jobTitle)
        .join(', '),
    }));
}
