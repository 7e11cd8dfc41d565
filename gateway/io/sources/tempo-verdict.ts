import { frenchInstantMs, addDays, type TempoDay } from '../../core/tempo-day.ts';
import { whyNotColour, type TempoCalendar, type TempoColour } from '../../core/tempo-rules.ts';
import type { TempoProviderId } from './tempo-provider.ts';

/** Of the day before. What RTE publishes earlier may still change. */
const finalHour = 11;

/** What one provider last said of a day. */
export interface HeardClaim {
  readonly provider: TempoProviderId;
  readonly colour: TempoColour;
  readonly isFallback: boolean;
  /** UTC epoch ms. */
  readonly askedMs: number;
}

/** What is to be made of all that is said of a day. */
export interface TempoVerdict {
  /** Undefined when nobody knows it. */
  readonly colour: TempoColour | undefined;
  readonly quality: 'good' | 'suspect' | 'missing';
  readonly provider: TempoProviderId | undefined;
  readonly state: 'unknown' | 'provisional' | 'final' | 'disputed' | 'impossible';
  /** What speaks against it, for people: who says what, or which rule it breaks. */
  readonly doubt: string | undefined;
}

/** From when on the colour of a day is taken for final. */
function tempoFinalMs(day: TempoDay): number {
  return frenchInstantMs(addDays(day, -1), finalHour);
}

/**
 * Made-up colours count for nothing, and those against the rules only when there is no other. While providers differ
 * the colour is suspect until 11:00 of the day before; from then on the first in order that was asked since is believed.
 *
 * @param claims of one day, in the order of preference, each provider at most once
 */
export function judgeTempoDay(
  day: TempoDay,
  claims: readonly HeardClaim[],
  known: TempoCalendar,
  nowMs: number,
): TempoVerdict {
  const real = claims.filter(({ isFallback }) => !isFallback);
  const possible = real.filter(({ colour }) => whyNotColour(day, colour, known) === undefined);
  const finalMs = tempoFinalMs(day);
  const believed = possible.find(({ askedMs }) => askedMs >= finalMs) ?? possible[0];
  if (believed === undefined) return unbelievable(day, claims, real[0], known);
  const { provider, colour } = believed;
  const isAgreed = possible.every((claim) => claim.colour === colour);
  const isFinal = nowMs >= finalMs && believed.askedMs >= finalMs;
  if (isAgreed)
    return { colour, quality: 'good', provider, state: isFinal ? 'final' : 'provisional', doubt: undefined };
  return {
    colour,
    quality: isFinal ? 'good' : 'suspect',
    provider,
    state: isFinal ? 'final' : 'disputed',
    doubt: saidBy(possible),
  };
}

function unbelievable(
  day: TempoDay,
  claims: readonly HeardClaim[],
  first: HeardClaim | undefined,
  known: TempoCalendar,
): TempoVerdict {
  if (first !== undefined) {
    const { colour, provider } = first;
    const doubt = whyNotColour(day, colour, known);
    return { colour, quality: 'suspect', provider, state: 'impossible', doubt };
  }
  const doubt = claims.length === 0 ? undefined : `not confirmed: ${saidBy(claims)}`;
  return { colour: undefined, quality: 'missing', provider: undefined, state: 'unknown', doubt };
}

function saidBy(claims: readonly HeardClaim[]): string {
  return claims.map(({ provider, colour }) => `${provider} says ${colour}`).join(', ');
}
