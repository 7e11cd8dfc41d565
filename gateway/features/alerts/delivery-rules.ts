import { describeError, GatewayError } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import type { AlertKind, StoredDelivery } from '../../storage/alert-calls.ts';

/** What became of a try that did not succeed. */
export interface Verdict {
  readonly state: 'queued' | 'failed';
  /** It may have gone out. */
  readonly isUnclear: boolean;
  /** Until the next try; 0 where there is none. */
  readonly waitMs: number;
  readonly reason: string;
}

/** How often what is tried, and how. */
export interface DeliveryTerms {
  readonly kind: AlertKind;
  /** Whether the other side shows once what it gets twice. */
  readonly isRepeatSafe: boolean;
}

const minuteMs = 60_000;
const waitsMs: readonly number[] = [0.5, 1, 2, 5, 10, 20, 30].map((minutes) => minutes * minuteMs);
const lastWaitMs = 60 * minuteMs;
/** Those waits, and then each hour: a day. It is counted in tries, because clocks are set and gateways are off. */
const triesMax = waitsMs.length + 24;
/** So many may follow as soon as the other side asks. */
const promptTriesMax = 3;
/** Of a wait, up or down: so that many who failed together do not come back together. */
const jitterShare = 0.1;
/** A server that wants to be left alone for longer is asked all the same. */
const askedWaitMsMax = 24 * 60 * minuteMs;
/** Tries that may have gone out: nobody gets a message more often. */
const unclearMax = { ofRepeatSafe: 10, ofOthers: 2 } as const;

/** The longest that a message which was tried waits for its next try, unless a server asks for more. */
export const retryMsMax = lastWaitMs * (1 + jitterShare);

/** Pure: why it is not to be tried, or not again; undefined when it is. */
export function reasonToGiveUp(
  delivery: Pick<StoredDelivery, 'tries' | 'unclear' | 'reason'>,
  { kind, isRepeatSafe }: DeliveryTerms,
): string | undefined {
  const { tries, unclear, reason } = delivery;
  if (unclear >= (isRepeatSafe ? unclearMax.ofRepeatSafe : unclearMax.ofOthers))
    return `it may have gone out ${unclear} times: once more could be once too often${because(reason)}`;
  if (kind === 'test' && tries > 0) return reason ?? 'the gateway was stopped while it was sent';
  if (tries >= triesMax) return `it was tried ${tries} times${because(reason)}`;
  return undefined;
}

/** Pure but for chance: what follows of an error. `delivery` is the one whose try has failed. */
export function verdictOn(
  error: unknown,
  delivery: StoredDelivery,
  terms: DeliveryTerms,
  random: Random,
): Verdict {
  const reason = describeError(error);
  const isUnclear = !(error instanceof GatewayError) || error.facts['isUnclear'] === true;
  if (error instanceof GatewayError && !error.retryable)
    return { state: 'failed', isUnclear, waitMs: 0, reason };
  const unclear = delivery.unclear + (isUnclear ? 1 : 0);
  const why = reasonToGiveUp({ tries: delivery.tries, unclear, reason }, terms);
  if (why !== undefined) return { state: 'failed', isUnclear, waitMs: 0, reason: why };
  return { state: 'queued', isUnclear, waitMs: nextWaitMs(error, delivery.tries, random), reason };
}

/** Who asks for a moment again and again would have used up a day's tries in minutes. */
function nextWaitMs(error: unknown, tries: number, random: Random): number {
  const askedMs = askedWaitMs(error);
  if (askedMs !== undefined && tries <= promptTriesMax) return askedMs;
  return Math.max(askedMs ?? 0, waitMs(tries, random));
}

function waitMs(tries: number, random: Random): number {
  const wait = waitsMs[tries - 1] ?? lastWaitMs;
  return Math.round(wait * (1 - jitterShare + 2 * jitterShare * random.next()));
}

/** How long a server asks to be left alone. */
export function askedWaitMs(error: unknown): number | undefined {
  if (!(error instanceof GatewayError) || error.code !== 'rate_limited') return undefined;
  const { retryAfterSeconds } = error.facts;
  if (typeof retryAfterSeconds !== 'number' || !(retryAfterSeconds >= 0)) return undefined;
  return Math.min(Math.ceil(retryAfterSeconds * 1_000), askedWaitMsMax);
}

function because(reason: string | null): string {
  return reason === null ? '' : `; the last time: ${reason}`;
}
