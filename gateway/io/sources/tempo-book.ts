import { tempoSeasonOf, type TempoDay } from '../../core/tempo-day.ts';
import { tempoDaysLeft, whyNotColour, type TempoCalendar, type TempoColour } from '../../core/tempo-rules.ts';
import type { SourceAnswer } from './source.ts';
import type { TempoAnswer, TempoClaim, TempoProviderId } from './tempo-provider.ts';
import { judgeTempoDay, type HeardClaim, type TempoVerdict } from './tempo-verdict.ts';

/** What providers have said of today and tomorrow, and the season's days that are past. */
export class TempoBook {
  readonly #order: readonly TempoProviderId[];
  readonly #heard = new Map<TempoDay, Map<TempoProviderId, HeardClaim>>();
  readonly #others = new Map<TempoProviderId, TempoAnswer['others']>();
  readonly #calendar = new Map<TempoDay, TempoColour>();

  constructor(order: readonly TempoProviderId[]) {
    this.#order = order;
  }

  get calendar(): TempoCalendar {
    return this.#calendar;
  }

  /** What it said of these days before no longer counts. */
  hear(
    provider: TempoProviderId,
    days: readonly TempoDay[],
    { claims, others }: TempoAnswer,
    askedMs: number,
  ): void {
    this.#others.set(provider, others);
    for (const day of days) {
      const heard = this.#heard.get(day) ?? new Map<TempoProviderId, HeardClaim>();
      this.#heard.set(day, heard);
      heard.delete(provider);
      const claim = claims.find((candidate) => candidate.day === day);
      if (claim !== undefined)
        heard.set(provider, { provider, colour: claim.colour, isFallback: claim.isFallback, askedMs });
    }
  }

  judge(day: TempoDay, nowMs: number): TempoVerdict {
    const heard = this.#heard.get(day);
    const claims = this.#order.flatMap((provider) => heard?.get(provider) ?? []);
    return judgeTempoDay(day, claims, this.#calendar, nowMs);
  }

  /** Nothing more need be asked about the day: it is final, or two agree, or there is but one to ask. */
  isSettled(day: TempoDay, nowMs: number, asked: number): boolean {
    const { quality, state, doubt } = this.judge(day, nowMs);
    if (quality !== 'good' || doubt !== undefined) return false;
    return state === 'final' || asked >= Math.min(2, this.#order.length);
  }

  /** Whether all days of the season up to this one are known. */
  hasSeasonTo(day: TempoDay): boolean {
    return tempoDaysLeft(day, this.#calendar) !== undefined;
  }

  /** Days of the past, as one provider knows them. What breaks the rules is not learned. */
  learn(claims: readonly TempoClaim[], last: TempoDay): void {
    const { firstDay } = tempoSeasonOf(last);
    for (const { day, colour, isFallback } of claims.toSorted((left, right) =>
      left.day < right.day ? -1 : 1,
    )) {
      if (isFallback || day < firstDay || day > last) continue;
      if (whyNotColour(day, colour, this.#calendar) === undefined) this.#calendar.set(day, colour);
    }
  }

  /** What is certain of the days goes into the calendar; what is over is forgotten. */
  keep(today: TempoDay, nowMs: number): void {
    for (const day of this.#heard.keys()) {
      const { colour, quality, state } = this.judge(day, nowMs);
      if (colour !== undefined && quality === 'good' && state === 'final') this.#calendar.set(day, colour);
      else this.#calendar.delete(day);
      if (day < today) this.#heard.delete(day);
    }
    const { firstDay } = tempoSeasonOf(today);
    for (const day of this.#calendar.keys()) if (day < firstDay) this.#calendar.delete(day);
  }

  /** Fields that we do not know, under the names of their providers. */
  others(): SourceAnswer {
    const named = [...this.#others];
    return {
      values: named.flatMap(([provider, { values }]) =>
        [...values].map(([name, value]) => ({ quantity: `${provider}.${name}`, value })),
      ),
      texts: named.flatMap(([provider, { texts }]) =>
        [...texts].map(([name, text]) => ({ quantity: `${provider}.${name}`, text })),
      ),
    };
  }
}
