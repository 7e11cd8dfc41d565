import type { Job, Outlook, Signal, SignalSlot } from '../../../../gateway/faces/web/page/job-types.ts';

export const hourMs = 3_600_000;
/** A Saturday noon in Paris. */
export const nowMs = Date.parse('2026-11-21T11:00:00Z');
export const time = { nowMs, zone: 'Europe/Paris' };

/** One that waits until the evening. */
export function knownJob(facts: Partial<Job> = {}): Job {
  return {
    id: 7,
    name: 'Backup',
    command: 'backup.sh --all',
    state: 'waiting',
    when: 'carbon',
    estimateMs: 2 * hourMs,
    powerWatts: 90,
    isInterruptible: false,
    owner: 'local',
    queuedMs: nowMs - hourMs,
    deadlineMs: nowMs + 20 * hourMs,
    latestStartMs: nowMs + 18 * hourMs,
    endedMs: null,
    why: 'waits for cleaner power',
    slots: [{ startMs: nowMs + 9 * hourMs, endMs: nowMs + 11 * hourMs }],
    expected: { carbonGramsPerKwh: 27, priceMicroEurosPerKwh: 169_600 },
    ifAtOnce: { carbonGramsPerKwh: 46, priceMicroEurosPerKwh: null },
    warnings: [],
    run: null,
    saving: null,
    ...facts,
  };
}

/** By the hour from now on; undefined where nothing is known. */
export function signalOf(values: readonly (number | undefined)[], facts: Partial<SignalSlot> = {}): Signal {
  const slots = values.flatMap((value, hour): SignalSlot[] => {
    const startMs = nowMs + hour * hourMs;
    return value === undefined
      ? []
      : [{ startMs, endMs: startMs + hourMs, value, basis: hour === 0 ? 'known' : 'forecast', ...facts }];
  });
  return { slots, unknown: null };
}

export function outlookOf(facts: Partial<Outlook> = {}): Outlook {
  const none: Signal = { slots: [], unknown: 'nothing is configured' };
  const unknown = { carbon: none, price: none, surplus: none, red: none, own_export: none };
  return { fromMs: nowMs, toMs: nowMs + 24 * hourMs, ...unknown, ...facts };
}

/** Without the spaces that keep numbers and units together. */
export function plainText(text: string): string {
  return text.replaceAll(/[\u00a0\u202f]/g, ' ');
}
