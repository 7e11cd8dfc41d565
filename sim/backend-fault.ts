import { SeededRandom } from '../modbus-sim/random.ts';
import type { ServiceSpan, ServiceTrouble } from './service-fault.ts';

/**
 * What can be wrong with a backend, besides what can be wrong with any service.
 * - `mute`: it takes everything, and never says what it has
 * - `unsynced`: it says what is on its disk, and writes nothing there until it crashes, at the end
 * - `restored`: at the end it goes back to a backup, and has forgotten the newest records
 * - `repeats`: it says everything twice
 * - `narrow`: it takes small messages only (413)
 */
type OwnTrouble = 'mute' | 'unsynced' | 'restored' | 'repeats' | 'narrow';

export type BackendTrouble = ServiceTrouble | { readonly kind: OwnTrouble };

/** From `startMs` until `endMs`, UTC epoch ms by the true time. */
export interface BackendFault {
  readonly startMs: number;
  readonly endMs: number;
  readonly trouble: BackendTrouble;
}

const ownTroubles = [
  'mute',
  'unsynced',
  'restored',
  'repeats',
  'narrow',
] as const satisfies readonly OwnTrouble[];
const answers = [
  ...(['status_400', 'status_401', 'status_404', 'status_500', 'moved', 'page', 'empty'] as const),
  ...(['half', 'cut', 'reset', 'silent', 'wrong_types', 'changed_fields', 'later_field'] as const),
] as const;
/** The longest that it asks to be left alone for. */
export const backendWaitSecondsMax = 900;
const minuteMs = 60_000;

/** What is wrong with the way there or its door; undefined: nothing. */
export function serviceTroubleOf(trouble: BackendTrouble | undefined): ServiceTrouble | undefined {
  return trouble === undefined || isOwn(trouble) ? undefined : trouble;
}

function isOwn(trouble: BackendTrouble): trouble is { readonly kind: OwnTrouble } {
  return (ownTroubles as readonly string[]).includes(trouble.kind);
}

/** Faults one after another; the same for the same seed. */
export function randomBackendFaults(
  seed: number,
  { startMs, endMs, gapMsMean }: ServiceSpan,
): readonly BackendFault[] {
  const random = new SeededRandom(seed).fork('backend');
  const faults: BackendFault[] = [];
  let atMs = Math.floor(startMs + random.exponential(gapMsMean));
  while (atMs < endMs) {
    const lengthMs = random.integer(minuteMs / 2, random.isLucky(0.2) ? 180 * minuteMs : 20 * minuteMs);
    faults.push({ startMs: atMs, endMs: Math.min(endMs, atMs + lengthMs), trouble: randomTrouble(random) });
    atMs = Math.floor(atMs + lengthMs + minuteMs + random.exponential(gapMsMean));
  }
  return faults;
}

function randomTrouble(random: SeededRandom): BackendTrouble {
  switch (random.integer(0, 6)) {
    case 0:
      return { kind: 'hangs' };
    case 1:
      return { kind: 'fails', code: random.pick(['host_unresolved', 'connection_refused'] as const) };
    case 2:
      return { kind: 'slow', answerMs: random.integer(500, 20_000) };
    case 3:
      return {
        kind: 'waits',
        status: random.pick([429, 503] as const),
        seconds: random.integer(5, backendWaitSecondsMax),
        isDate: random.isLucky(0.5),
      };
    case 4:
      return { kind: 'misbehaves', how: random.pick(answers) };
    default:
      return { kind: random.pick(ownTroubles) };
  }
}
