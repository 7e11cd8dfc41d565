import { GatewayError } from '../../core/errors.ts';
import { addDays, tempoDayAt, tempoSeasonOf, type TempoDay } from '../../core/tempo-day.ts';
import { possibleColours, tempoColourCode, tempoColours, tempoDaysLeft } from '../../core/tempo-rules.ts';
import type { SaidTempoDay } from '../../core/tempo-said-day.ts';
import type { SourceAnswer, SourcePorts, SourceReader, SourceText, SourceValue } from './source.ts';
import { TempoBook } from './tempo-book.ts';
import type { TempoProvider, TempoProviderId } from './tempo-provider.ts';
import { TempoProviders } from './tempo-providers.ts';
import { nextTempoAskMs, tempoPublicationMs } from './tempo-schedule.ts';
import { TempoSeasons, type LearnedSeason } from './tempo-seasons.ts';
import type { TempoVerdict } from './tempo-verdict.ts';

/** Before, the machine's clock has not been set, and what it calls today is not. */
const earliestMs = Date.UTC(2020, 0);
const nothingKnownRetryMs = 30 * 60_000;

/**
 * Asks the providers when there is something to learn, and says at each reading what is known of the two days.
 */
export class TempoReader implements SourceReader {
  readonly #ports: SourcePorts;
  readonly #providers: TempoProviders;
  readonly #book: TempoBook;
  #lastAskedMs: number | undefined;
  #failures = 0;
  /** On which a whole season was last learned: no more than one a day. */
  #seasonDay: TempoDay | undefined;
  readonly #seasons: TempoSeasons;
  readonly #said = new Map<TempoDay, SaidTempoDay>();

  constructor(providers: readonly TempoProvider[], ports: SourcePorts) {
    this.#ports = ports;
    this.#providers = new TempoProviders(providers, ports);
    this.#book = new TempoBook(providers.map(({ id }) => id));
    this.#seasons = new TempoSeasons(this.#providers);
  }

  async read(signal: AbortSignal): Promise<SourceAnswer> {
    const nowMs = this.#ports.clock.wall();
    if (nowMs < earliestMs)
      throw unavailable(
        'it is not known what day it is: the clock is not set',
        'wait until the time is known',
      );
    const error = this.#isDue(nowMs) ? await this.#askRound(nowMs, signal) : undefined;
    const askedMs = this.#ports.clock.wall();
    if (!this.#isAnythingKnown(askedMs)) {
      const hint = 'nothing need be done: it is asked again';
      throw error ?? unavailable('no provider knows the colour of today or tomorrow', hint);
    }
    this.#keepSaid(askedMs);
    return this.#answer(askedMs);
  }

  tempoDays(): readonly SaidTempoDay[] {
    const said = [...this.#said.values()];
    this.#said.clear();
    return said;
  }

  wantTempoSeasons(firstDays: readonly TempoDay[]): void {
    this.#seasons.want(firstDays);
  }

  /** What is believed of the two days, and no colour that only breaks the rules. */
  #keepSaid(nowMs: number): void {
    const today = tempoDayAt(nowMs);
    for (const day of [today, addDays(today, 1)]) {
      const { colour, provider, state } = this.#book.judge(day, nowMs);
      if (colour === undefined || provider === undefined || state === 'impossible') continue;
      const heardMs = this.#lastAskedMs ?? nowMs;
      const isFinal = state === 'final';
      this.#said.set(day, { day, colour, provider, state: isFinal ? 'final' : 'provisional', heardMs });
    }
  }

  #isDue(nowMs: number): boolean {
    const today = tempoDayAt(nowMs);
    const asking = {
      lastAskedMs: this.#lastAskedMs,
      failures: this.#failures,
      isTodayKnown: this.#isKnown(today, nowMs),
      isTomorrowKnown: this.#isKnown(addDays(today, 1), nowMs),
    };
    // While nothing is known each reading fails, and whoever reads decides when to come again.
    return !this.#isAnythingKnown(nowMs) || nextTempoAskMs(asking, nowMs) <= nowMs;
  }

  #isKnown(day: TempoDay, nowMs: number): boolean {
    return this.#book.judge(day, nowMs).quality === 'good';
  }

  #isAnythingKnown(nowMs: number): boolean {
    const today = tempoDayAt(nowMs);
    return [today, addDays(today, 1)].some((day) => this.#book.judge(day, nowMs).colour !== undefined);
  }

  /** Asks one provider after the other until the days that it is time for are settled. */
  async #askRound(nowMs: number, signal: AbortSignal): Promise<GatewayError | undefined> {
    const today = tempoDayAt(nowMs);
    const tomorrow = addDays(today, 1);
    const wanted = nowMs >= tempoPublicationMs(nowMs) ? [today, tomorrow] : [today];
    const asked: TempoProviderId[] = [];
    let failure: GatewayError | undefined;
    for (const provider of this.#providers.inOrder(this.#isKnown(today, nowMs))) {
      const answer = await this.#providers.ask(provider, () => provider.days(today, tomorrow, signal));
      if (answer instanceof GatewayError) failure ??= answer;
      else {
        asked.push(provider.id);
        this.#book.hear(provider.id, [today, tomorrow], answer, nowMs);
        await this.#learnSeason(provider, today, signal);
      }
      if (signal.aborted || wanted.every((day) => this.#book.isSettled(day, nowMs, asked.length))) break;
    }
    if (asked.length > 0 && !signal.aborted) this.#learn(await this.#seasons.learnNext(today, signal), nowMs);
    this.#book.keep(today, nowMs);
    this.#lastAskedMs = nowMs;
    this.#failures = asked.length > 0 ? 0 : this.#failures + 1;
    return asked.length > 0 ? undefined : failure;
  }

  /** How many days of each colour are past is known only from the whole season. */
  async #learnSeason(provider: TempoProvider, today: TempoDay, signal: AbortSignal): Promise<void> {
    const yesterday = addDays(today, -1);
    const season = tempoSeasonOf(today);
    if (this.#seasonDay === today || yesterday < season.firstDay || this.#book.hasSeasonTo(yesterday)) return;
    const claims = await this.#providers.ask(provider, () => provider.season(season, yesterday, signal));
    if (claims instanceof GatewayError) return;
    this.#seasonDay = today;
    this.#book.learn(claims, yesterday);
    this.#learn({ provider: provider.id, claims }, this.#ports.clock.wall());
  }

  /** Days that are over are final; what was made up is not said. */
  #learn(learned: LearnedSeason | undefined, heardMs: number): void {
    const today = tempoDayAt(heardMs);
    for (const { day, colour, isFallback } of learned?.claims ?? []) {
      if (isFallback || day >= today || learned === undefined) continue;
      this.#said.set(day, { day, colour, provider: learned.provider, state: 'final', heardMs });
    }
  }

  #answer(nowMs: number): SourceAnswer {
    const today = tempoDayAt(nowMs);
    const days = [
      { name: 'today', day: today },
      { name: 'tomorrow', day: addDays(today, 1) },
    ] as const;
    const said = days.map(({ name, day }) => this.#describe(name, day, this.#book.judge(day, nowMs)));
    const others = this.#book.others();
    return {
      values: [...said.flatMap(({ values }) => values), ...this.#daysLeft(today), ...others.values],
      texts: [
        ...said.flatMap(({ texts }) => texts),
        { quantity: 'season', text: tempoSeasonOf(today).label },
        ...others.texts,
      ],
    };
  }

  #describe(name: 'today' | 'tomorrow', day: TempoDay, verdict: TempoVerdict): SourceAnswer {
    const { colour, quality, provider, state, doubt } = verdict;
    const text = (word: string, said: string): SourceText => ({ quantity: `${name}.${word}`, text: said });
    const value = colour === undefined ? Number.NaN : tempoColourCode(colour);
    const possible = quality === 'good' ? [colour] : possibleColours(day, this.#book.calendar);
    return {
      values: [{ quantity: `tempo_${name}_colour`, value, quality }],
      texts: [
        text('day', day),
        text('colour', colour ?? 'unknown'),
        text('possible', possible.join(' ')),
        text('provider', provider ?? 'none'),
        text('state', state),
        text('doubt', doubt ?? 'none'),
      ],
    };
  }

  #daysLeft(today: TempoDay): readonly SourceValue[] {
    const left = tempoDaysLeft(today, this.#book.calendar);
    if (left === undefined) return [];
    return tempoColours.map((colour) => ({ quantity: `tempo_${colour}_left_days`, value: left[colour] }));
  }
}

function unavailable(message: string, hint: string): GatewayError {
  return new GatewayError('source_unavailable', message, {
    hint,
    facts: { retryAfterMs: nothingKnownRetryMs },
  });
}
