import type { ErrorCode } from '../gateway/core/errors.ts';
import type { Misbehaviour } from '../modbus-sim/services/misbehaviour.ts';
import { SeededRandom } from '../modbus-sim/random.ts';

/** What is wrong with a service, or with the way to it. */
export type ServiceTrouble =
  /** Nobody answers: a black hole. */
  | { readonly kind: 'hangs' }
  /** The name has no address, or nobody listens there. */
  | { readonly kind: 'fails'; readonly code: ErrorCode }
  /** Every answer takes so long. */
  | { readonly kind: 'slow'; readonly answerMs: number }
  /** It asks to be left alone for so long, in seconds or as a date. */
  | {
      readonly kind: 'waits';
      readonly status: 429 | 503;
      readonly seconds: number;
      readonly isDate: boolean;
    }
  | { readonly kind: 'misbehaves'; readonly how: Misbehaviour };

/** From `startMs` until `endMs`, UTC epoch ms by the true time. */
export interface ServiceFault {
  readonly startMs: number;
  readonly endMs: number;
  readonly trouble: ServiceTrouble;
}

export interface ServiceSpan {
  readonly startMs: number;
  readonly endMs: number;
  /** Mean time from the end of a fault of a service to its next. */
  readonly gapMsMean: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Of the ways in which a server answers, those that bring no data. */
const badAnswers = [
  'status_400',
  'status_401',
  'status_403',
  'status_404',
  'status_410',
  'status_500',
  'moved',
  'moved_here',
  'page',
  'empty',
  'half',
  'cut',
  'reset',
  'silent',
] as const satisfies readonly Misbehaviour[];
/** And those that may bring some. */
const oddAnswers = [
  'wrong_types',
  'changed_fields',
  'later_field',
] as const satisfies readonly Misbehaviour[];

/** The fault at a time, where there is one. Faults do not overlap. */
export function faultAt(faults: readonly ServiceFault[], nowMs: number): ServiceFault | undefined {
  return faults.find(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs);
}

/** Whether anything was wrong at some time from then to then. */
export function isTroubled(
  faults: readonly { readonly startMs: number; readonly endMs: number }[],
  fromMs: number,
  toMs: number,
): boolean {
  return faults.some(({ startMs, endMs }) => startMs <= toMs && endMs > fromMs);
}

/** With this trouble no reading can come. */
export function isMute({ kind, ...trouble }: ServiceTrouble): boolean {
  if (kind === 'slow') return false;
  if (kind !== 'misbehaves') return true;
  const { how } = trouble as { readonly how: Misbehaviour };
  return (badAnswers as readonly Misbehaviour[]).includes(how);
}

/** Faults one after another, of one service; the same for the same seed and id, whatever else there is. */
export function randomServiceFaults(seed: number, id: string, span: ServiceSpan): readonly ServiceFault[] {
  const random = new SeededRandom(seed).fork(`service ${id}`);
  const faults: ServiceFault[] = [];
  let startMs = Math.floor(span.startMs + random.exponential(span.gapMsMean));
  while (startMs < span.endMs) {
    const lengthMs = Math.floor(random.between(minuteMs, 3 * hourMs));
    const endMs = Math.min(span.endMs, startMs + lengthMs);
    faults.push({ startMs, endMs, trouble: randomTrouble(random) });
    startMs = Math.floor(endMs + minuteMs + random.exponential(span.gapMsMean));
  }
  return faults;
}

function randomTrouble(random: SeededRandom): ServiceTrouble {
  switch (random.integer(0, 5)) {
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
        seconds: random.integer(5, 7_200),
        isDate: random.isLucky(0.5),
      };
    case 4:
      return { kind: 'misbehaves', how: random.pick(oddAnswers) };
    default:
      return { kind: 'misbehaves', how: random.pick(badAnswers) };
  }
}
