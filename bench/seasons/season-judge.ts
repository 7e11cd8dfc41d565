import type { Season } from './draw-season.ts';
import { plainMinute, plainMinuteMs, type PlainMinute } from './plain-calendar.ts';

/** One minute, as it truly was. */
export interface TrueMinute {
  readonly atMs: number;
  /** What the server took in it. */
  readonly mwh: number;
  /** What the plug says at its start; undefined: nobody read it. */
  readonly total: number | undefined;
  readonly isNewPlug: boolean;
  readonly isOn: boolean;
  /** Whether the gateway ran in it. */
  readonly isRunning: boolean;
}

/** What a gateway came to, by `day peak` and `day off-peak`. */
export interface Account {
  readonly mwh: ReadonlyMap<string, number>;
  /** By day. */
  readonly microEuros: ReadonlyMap<string, number>;
  readonly commands: number;
}

export interface SeasonVerdict {
  readonly redHours: number;
  /** Hours in which it was off, and should not have been. */
  readonly missedHours: number;
  readonly changes: number;
  readonly commandsOff: number;
  readonly cleanBands: number;
  readonly wrongBands: number;
  /** By how many mWh the sum is not what the plugs have counted. */
  readonly energyOff: number;
  readonly costsOff: number;
}

type SixPrices = Readonly<Record<string, readonly [peak: number, offPeak: number]>>;

/** A change is given so long to be made. */
const settleMinutes = 5;
const nextDayMs = 86_400_000;

/** Reckons a season minute by minute, by nothing but the clock, the list of colours, and what was read. */
export class SeasonJudge {
  readonly #season: Season;
  /** Somebody wants it on at some time of them. */
  readonly #wishedDays: ReadonlySet<string>;
  readonly #trueMwh = new Map<string, number>();
  readonly #dirty = new Set<string>();
  #wanted = true;
  #settled = 0;
  #changes = 0;
  #redMinutes = 0;
  #missedMinutes = 0;
  #firstTotal: number | undefined;
  #epochFrom: number | undefined;
  #epochTo = 0;
  #counted = 0;
  #lastKey = '';

  constructor(season: Season) {
    this.#season = season;
    this.#wishedDays = new Set(season.wishes.flatMap(({ startMs, endMs }) => daysOf(startMs, endMs)));
  }

  see(minute: TrueMinute): void {
    const plain = plainMinute(minute.atMs);
    this.#count(minute, plain);
    if (!minute.isRunning) {
      this.#settled = 0;
      return;
    }
    const wanted = this.#isWanted(minute.atMs, plain);
    if (wanted !== this.#wanted) {
      this.#changes += 1;
      this.#wanted = wanted;
      this.#settled = 0;
    }
    this.#settled += 1;
    if (this.#settled <= settleMinutes) return;
    if (!wanted && minute.isOn && plain.isPeak && this.#colour(plain.day) === 'red') this.#redMinutes += 1;
    if (wanted && !minute.isOn) this.#missedMinutes += 1;
  }

  verdict(account: Account, prices: SixPrices): SeasonVerdict {
    let [cleanBands, wrongBands] = [0, 0];
    for (const [key, mwh] of this.#trueMwh) {
      if (this.#dirty.has(key) || key === this.#lastKey) continue;
      cleanBands += 1;
      if ((account.mwh.get(key) ?? 0) !== mwh) wrongBands += 1;
    }
    const sum = [...account.mwh.values()].reduce((total, mwh) => total + mwh, 0);
    const counted = this.#counted + this.#epochTo - (this.#epochFrom ?? 0) + (this.#firstTotal ?? 0);
    return {
      redHours: this.#redMinutes / 60,
      missedHours: this.#missedMinutes / 60,
      changes: this.#changes,
      commandsOff: account.commands - this.#changes,
      cleanBands,
      wrongBands,
      energyOff: sum - counted,
      costsOff: this.#costsOff(account, prices),
    };
  }

  #colour(day: string): string {
    return this.#season.colours.get(day) ?? 'blue';
  }

  #count(minute: TrueMinute, { day, isPeak }: PlainMinute): void {
    const key = `${day} ${isPeak ? 'peak' : 'off-peak'}`;
    this.#trueMwh.set(key, (this.#trueMwh.get(key) ?? 0) + minute.mwh);
    if (minute.total === undefined || minute.isNewPlug || this.#lastKey === '') {
      this.#dirty.add(key);
      // A reading on the turn belongs to both.
      if (this.#lastKey !== '') this.#dirty.add(this.#lastKey);
    }
    this.#lastKey = key;
    this.#read(minute);
  }

  /** What the plugs have counted while somebody read them. */
  #read({ total, isNewPlug }: TrueMinute): void {
    if (isNewPlug) {
      this.#counted += this.#epochTo - (this.#epochFrom ?? 0);
      [this.#epochFrom, this.#epochTo] = [undefined, 0];
    }
    if (total === undefined) return;
    this.#firstTotal ??= total;
    this.#epochFrom ??= total;
    this.#epochTo = total;
  }

  /** Off on a red day, and from 22:00 before it unless somebody wants it on that day; colours count once they are heard. */
  #isWanted(atMs: number, { day, hour }: PlainMinute): boolean {
    const { wishes } = this.#season;
    if (wishes.some(({ startMs, endMs }) => startMs <= atMs && atMs < endMs)) return true;
    if (this.#isKnownRed(day, atMs)) return false;
    if (hour >= 6 && hour < 22) return true;
    const tomorrow = new Date(Date.parse(`${day}T00:00:00Z`) + nextDayMs).toISOString().slice(0, 10);
    if (!this.#isKnownRed(tomorrow, atMs)) return true;
    return this.#wishedDays.has(tomorrow);
  }

  #isKnownRed(day: string, atMs: number): boolean {
    return this.#colour(day) === 'red' && (this.#season.heardMs.get(day) ?? Infinity) <= atMs;
  }

  /** Prices in micro-euros: rounded once a day. */
  #costsOff({ mwh, microEuros }: Account, prices: SixPrices): number {
    let off = 0;
    for (const [day, cost] of microEuros) {
      const [peak, offPeak] = prices[this.#colour(day)] ?? [0, 0];
      const exact =
        BigInt(mwh.get(`${day} peak`) ?? 0) * BigInt(peak) +
        BigInt(mwh.get(`${day} off-peak`) ?? 0) * BigInt(offPeak);
      if (Number((exact * 2n + 1_000_000n) / 2_000_000n) !== cost) off += 1;
    }
    return off;
  }
}

function daysOf(startMs: number, endMs: number): readonly string[] {
  const days: string[] = [];
  for (let atMs = startMs; atMs < endMs; atMs += plainMinuteMs) days.push(plainMinute(atMs).day);
  return days;
}
