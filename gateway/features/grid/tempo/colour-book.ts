import type { Clock } from '../../../core/clock.ts';
import { describeError, GatewayError } from '../../../core/errors.ts';
import type { Logger } from '../../../core/logger.ts';
import { addDays, tempoSeasonOf, type TempoDay } from '../../../core/tempo-day.ts';
import type { KnownTempoDay } from '../../../core/tempo-knowledge.ts';
import { likelyColours, seasonOdds, type TempoOdds } from '../../../core/tempo-odds.ts';
import { mayHaveColour, whyNotColour, type TempoColour } from '../../../core/tempo-rules.ts';
import type { SaidTempoDay } from '../../../core/tempo-said-day.ts';
import type { StoredTempoDay } from '../../../storage/tempo-calls.ts';
import type { StorePort } from '../../store-port.ts';
import { byHand, hearDay } from './hear-day.ts';
import { readOldColours } from './old-readings.ts';

const dayMs = 86_400_000;
/** All of the season, and last year's of the same time. */
const oldReadingsMs = 400 * dayMs;
const ever = { first: '2000-01-01', last: '9998-12-31' };
/** Who says a colour that nobody has said, because the rules leave no other. */
const byCalendar = 'calendar';

export interface ColourBookPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: StorePort<'listTempoDays' | 'putTempoDays' | 'addAuditLine' | 'listSeries' | 'rollupRange'>;
  /** A colour has changed. */
  readonly news: () => void;
}

/** The colours of days: who said them and when, and what was believed before. A day's colour does not age. */
export class ColourBook {
  readonly #ports: ColourBookPorts;
  readonly #oldSource: string | undefined;
  readonly #days = new Map<TempoDay, StoredTempoDay>();
  readonly #colours = new Map<TempoDay, TempoColour>();
  readonly #unwritten = new Set<TempoDay>();
  readonly #unaudited: string[] = [];
  readonly #contradicted = new Map<TempoDay, SaidTempoDay>();
  readonly #odds = new Map<string, (day: TempoDay) => TempoOdds>();
  #isRestored = false;

  /** @param oldSource of which readings are taken over once, where no day has been kept yet */
  constructor(ports: ColourBookPorts, oldSource?: string) {
    this.#ports = ports;
    this.#oldSource = oldSource;
  }

  get isRestored(): boolean {
    return this.#isRestored;
  }

  /** Of what has to be written. */
  get pending(): number {
    return this.#unwritten.size + this.#unaudited.length;
  }

  /** What was kept of the days before. Errors: those of the store; it may be tried again. */
  async restore(): Promise<void> {
    if (this.#isRestored) return;
    const { store, clock, news } = this.#ports;
    const kept = await store.call('listTempoDays', ever);
    const nowMs = clock.wall();
    const range = { fromMs: nowMs - oldReadingsMs, toMs: nowMs };
    const isFirst = kept.length === 0 && this.#oldSource !== undefined;
    const old = isFirst ? await readOldColours(this.#oldSource, store, range) : [];
    const heard = [...this.#days.values()];
    for (const day of kept) this.#keep(day);
    this.#isRestored = true;
    for (const said of [...old, ...heard]) this.#hear(said);
    news();
  }

  /** Takes what is said of days. Written at the next flush. */
  hear(said: readonly SaidTempoDay[]): void {
    const changed = said.map((one) => this.#hear(one));
    if (changed.includes(true)) this.#ports.news();
  }

  /** A person's word, written at once. Errors: `input_invalid` for a colour that cannot be; those of the store. */
  async setByHand(day: TempoDay, colour: TempoColour): Promise<StoredTempoDay> {
    const { clock, store, news } = this.#ports;
    await this.restore();
    const known = this.#days.get(day);
    const said = { day, colour, provider: byHand, state: 'final', heardMs: clock.wall() } as const;
    const next = hearDay(known, said);
    if (next === undefined) return known ?? { ...said, before: [] };
    await store.call('putTempoDays', [next]);
    this.#keep(next);
    this.#unwritten.delete(day);
    news();
    return next;
  }

  /** Writes what is new. Errors: those of the store; it is written at the next. */
  async flush(): Promise<void> {
    if (!this.#isRestored || this.pending === 0) return;
    const { store, clock } = this.#ports;
    const days = [...this.#unwritten].flatMap((day) => this.#days.get(day) ?? []);
    if (days.length > 0) await store.call('putTempoDays', days);
    for (const written of days)
      if (this.#days.get(written.day) === written) this.#unwritten.delete(written.day);
    while (this.#unaudited[0] !== undefined) {
      const line = {
        atMs: clock.wall(),
        principal: 'source:tempo',
        action: 'tempo.corrected',
        outcome: 'ok',
      };
      await store.call('addAuditLine', { ...line, detail: this.#unaudited[0] });
      this.#unaudited.shift();
    }
  }

  /** What a provider says, as final, against what a person has said of the day; undefined: nothing. */
  contradictionOf(day: TempoDay): SaidTempoDay | undefined {
    const [said, known] = [this.#contradicted.get(day), this.#days.get(day)];
    return known?.provider === byHand && known.colour !== said?.colour ? said : undefined;
  }

  /** What was said of the day; undefined when nothing was. */
  said(day: TempoDay): StoredTempoDay | undefined {
    return this.#days.get(day);
  }

  /** The colour, said or left by the rules; undefined: not known. */
  colourOf(day: TempoDay): KnownTempoDay | undefined {
    const said = this.#days.get(day);
    if (said !== undefined) return said;
    const [colour, ...others] = this.coloursOf(day);
    if (colour === undefined || others.length > 0) return undefined;
    return { colour, state: 'provisional', provider: byCalendar };
  }

  /** Colours that the day can have, by what is known and by the rules of the tariff: one where it is known. */
  coloursOf(day: TempoDay): readonly TempoColour[] {
    return likelyColours(this.odds(day));
  }

  /** Why the day cannot have the colour, by the rules and the days before it; undefined when it can. */
  whyNot(day: TempoDay, colour: TempoColour): string | undefined {
    return whyNotColour(day, colour, this.#colours);
  }

  odds(day: TempoDay): TempoOdds {
    const { label } = tempoSeasonOf(day);
    const odds = this.#odds.get(label) ?? seasonOdds(day, this.#colours);
    this.#odds.set(label, odds);
    return odds(day);
  }

  /** Seasons with a day, both included, of which nothing was said: their first days. */
  unknownSeasons(first: TempoDay, last: TempoDay): readonly TempoDay[] {
    const seasons = new Set<TempoDay>();
    for (let day = first; day <= last; day = addDays(day, 1))
      if (!this.#days.has(day)) seasons.add(tempoSeasonOf(day).firstDay);
    return [...seasons];
  }

  #hear(said: SaidTempoDay): boolean {
    const { logger } = this.#ports;
    const { day, colour, provider } = said;
    const known = this.#days.get(day);
    if (!mayHaveColour(day, colour)) {
      logger.warn({ day, colour, provider }, `${provider} says that ${day} is ${colour}, which it cannot be`);
      return false;
    }
    if (known?.provider === byHand && known.colour !== colour) this.#contradict(known, said);
    const next = hearDay(known, said);
    if (next === undefined) return false;
    this.#keep(next);
    this.#unwritten.add(day);
    if (known !== undefined && known.colour !== colour) {
      const detail = `${day} is ${wordsOf(next)}, not ${wordsOf(known)}`;
      logger.warn({ day, colour, provider }, `the colour of a day was corrected: ${detail}`);
      this.#unaudited.push(detail);
    }
    return true;
  }

  #contradict(known: StoredTempoDay, said: SaidTempoDay): void {
    if (said.state !== 'final' || this.#contradicted.get(said.day)?.colour === said.colour) return;
    this.#contradicted.set(said.day, said);
    const { day, colour, provider } = said;
    const words = `${day} stays ${known.colour}, as somebody has said, but ${provider} says ${colour}`;
    this.#ports.logger.warn({ day, colour, provider }, words);
  }

  #keep(day: StoredTempoDay): void {
    this.#days.set(day.day, day);
    this.#colours.set(day.day, day.colour);
    this.#odds.clear();
  }
}

/** Restores it if that can be done; what cannot is tried again by who flushes it. */
export async function tryRestore(book: ColourBook, logger: Logger): Promise<void> {
  try {
    await book.restore();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    logger.error({ error }, `the colours of days cannot be read: ${describeError(error)}`);
  }
}

function wordsOf({ colour, provider, state }: SaidTempoDay): string {
  return `${colour} (${provider}, ${state})`;
}
