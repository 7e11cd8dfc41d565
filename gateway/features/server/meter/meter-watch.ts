import type { Clock } from '../../../core/clock.ts';
import type { LiveFeed } from '../../../core/live-feed.ts';
import type { Logger } from '../../../core/logger.ts';
import { serverAccount } from '../../../core/metered-day.ts';
import { addDays, tempoDayAt, tempoDayInterval, type TempoDay } from '../../../core/tempo-day.ts';
import type { TaskDefinition } from '../../../engine/task.ts';
import type { MeteredInterval, MeterMark } from '../../../storage/server-calls.ts';
import type { StoredSeries } from '../../../storage/store-calls.ts';
import type { StorePort } from '../../store-port.ts';
import { readMeterPage } from './meter-feed.ts';
import { MeterLedger, type LedgerPage, type MeterRestart, type OldReadings } from './meter-ledger.ts';
import type { MeterReading } from './meter-reading.ts';
import { findMeter, type FoundMeter } from './meter-series.ts';
import { accountIntervals } from './metered-account.ts';
import { rewind, totalsSince, wasAhead } from './rewind.ts';

/** What the metering of the server needs of the rest of the gateway. */
export interface MeterPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly feed: LiveFeed;
  readonly store: StorePort<
    | 'listSeries'
    | 'rawColumns'
    | 'latestReadings'
    | 'putMetered'
    | 'getMeterMark'
    | 'listMetered'
    | 'getSetting'
    | 'putSetting'
  >;
  /** False while the time is not known, or readings wait for theirs. */
  readonly isTimeKnown: () => boolean;
}

export interface MeterSettings {
  /** A source or a part of one, alone or with a quantity. */
  readonly meter: string;
  readonly startDate: TempoDay | undefined;
}

/** What is to be seen of the meter. */
export interface MeterSight {
  /** `plug/load_energy_kwh`; undefined before a reading of it was stored. */
  readonly series: string | undefined;
  /** Up to where it was counted; undefined: it was never read. */
  readonly mark: MeterMark | undefined;
  /** The last reading that is not believed yet. */
  readonly doubted: MeterReading | undefined;
  /** The last time that it began anew, since the gateway was started. */
  readonly restart: MeterRestart | undefined;
}

const watchPeriodMs = 60_000;
/** Bands end at whole minutes; readings are committed some seconds later. */
const watchOffsetMs = 12_000;
/** A run that goes on is put on disk so often; it can be counted again. */
const storePeriodMs = 900_000;
/** Which series the account follows: another one counts from its own first reading. */
const seriesSetting = 'server.meter';
/** Up to where it was metered when the clock was ahead, UTC epoch ms, and what the meter stood at meanwhile, mWh. */
const aheadSetting = 'server.meter-ahead';
/** A clock that was set back by less: that time is waited for. */
const aheadMsMin = 3_600_000;

/**
 * Counts what the meter of the server says: from the store, so that a start anew goes on where the mark is, and comes
 * to the same.
 */
export class MeterWatch {
  readonly #ports: MeterPorts;
  readonly #settings: MeterSettings;
  #ledger: MeterLedger | undefined;
  #found: FoundMeter | undefined;
  /** The series that the stored account is of. */
  #followed: string | undefined;
  #storedMs: number;

  constructor(ports: MeterPorts, settings: MeterSettings) {
    this.#ports = ports;
    this.#settings = settings;
    this.#storedMs = ports.clock.monotonic();
  }

  get sight(): MeterSight {
    return {
      series: this.#found?.name,
      mark: this.#ledger?.mark,
      doubted: this.#ledger?.doubted,
      restart: this.#ledger?.restart,
    };
  }

  /** Counted, and not on disk yet: instead of those with the same band and start. */
  get unstored(): readonly MeteredInterval[] {
    return this.#ledger?.unstored?.intervals ?? [];
  }

  tasks(): readonly TaskDefinition[] {
    return [
      {
        name: 'count:server-meter',
        group: 'server',
        priority: 'store',
        periodMs: watchPeriodMs,
        offsetMs: watchOffsetMs,
        deadlineMs: 60_000,
        run: async ({ signal }) => await this.#run(signal),
      },
    ];
  }

  /** Errors: those of the store; then the next beat goes on where this one was. */
  async #run(signal: AbortSignal): Promise<void> {
    const { clock, store, isTimeKnown } = this.#ports;
    if (!isTimeKnown()) return;
    const known = await store.call('listSeries');
    this.#found = findMeter(this.#settings.meter, known);
    if (this.#found === undefined) return;
    const ledger = await this.#current();
    if (this.#followed !== this.#found.name) await this.#change(ledger, this.#found, known);
    const nowMs = clock.wall();
    if (nowMs < ledger.seenMs) await this.#waitOrGoBack(ledger, this.#found, nowMs);
    await this.#count(ledger, this.#found, signal);
  }

  /** An import may have brought the account to where it was not: then what is on disk counts. */
  async #current(): Promise<MeterLedger> {
    const mark = await this.#ports.store.call('getMeterMark', serverAccount);
    const known = this.#ledger;
    if (known !== undefined && isSameMark(known.storedMark, mark)) return known;
    return (this.#ledger = await this.#open(mark));
  }

  /** Errors: those of the store. */
  async #open(mark: MeterMark | undefined): Promise<MeterLedger> {
    const { store } = this.#ports;
    const meter = serverAccount;
    this.#followed = await store.call('getSetting', seriesSetting);
    if (mark === undefined) return new MeterLedger(this.#settings.startDate, undefined);
    const day = tempoDayAt(mark.atMs);
    const { intervals } = await store.call('listMetered', { meter, first: day, last: day, daysMax: 1 });
    const ledger = new MeterLedger(this.#settings.startDate, { mark, intervals });
    ledger.leaveOld(oldIn(await store.call('getSetting', aheadSetting)));
    return ledger;
  }

  /** The clock was set back. Errors: those of the store; then nothing has changed. */
  async #waitOrGoBack(ledger: MeterLedger, { id }: FoundMeter, nowMs: number): Promise<void> {
    const { store } = this.#ports;
    const markMs = ledger.mark?.atMs ?? nowMs;
    ledger.expectAgain(ledger.seenMs - nowMs);
    if (markMs - nowMs < aheadMsMin) return;
    const intervals = await this.#countedFrom(nowMs, markMs);
    if (!wasAhead({ nowMs, markMs, intervals })) return;
    // Some of what was read then may not have been counted before a kill.
    const newest = (await store.call('latestReadings')).find(({ series }) => series === id);
    const toMs = Math.max(markMs, newest?.atMs ?? markMs);
    const old = bothOld(ledger.old, {
      toMs,
      ...totalsSince({ nowMs, intervals }, ledger.mark?.totalMwh ?? 0),
    });
    await store.call('putSetting', aheadSetting, `${old.toMs} ${old.fromMwh} ${old.toMwh}`);
    ledger.leaveOld(old);
    ledger.goBack(nowMs, rewind({ nowMs, markMs, intervals }));
    const ahead = new Date(markMs).toISOString();
    this.#ports.logger.warn({ ahead }, `the server was metered up to ${ahead}: the clock was ahead`);
  }

  /** Intervals that end after it, and the one before them, in order. */
  async #countedFrom(nowMs: number, markMs: number): Promise<readonly MeteredInterval[]> {
    const range = { first: addDays(tempoDayAt(nowMs), -1), last: tempoDayAt(markMs) };
    const stored = await accountIntervals(this.#ports.store, () => this.unstored, range);
    const intervals = stored.toSorted((left, right) => left.startMs - right.startMs);
    const first = intervals.findIndex(({ endMs }) => endMs > nowMs);
    return first < 0 ? intervals.slice(-1) : intervals.slice(Math.max(0, first - 1));
  }

  /**
   * An account of which nobody has said what it follows, such as one of another program, goes on with this one. What
   * the meter before has said until now is counted first.
   */
  async #change(ledger: MeterLedger, found: FoundMeter, known: readonly StoredSeries[]): Promise<void> {
    const { mark } = ledger;
    const isOther = mark !== undefined && this.#followed !== undefined;
    if (isOther && !(await this.#hasSaid(found, mark))) {
      const before = findMeter(this.#followed ?? '', known);
      for await (const readings of this.#news(ledger, before)) takeAll(ledger, readings);
      ledger.expectOther();
    }
    this.#followed = found.name;
  }

  /** After a kill between the first mark of another meter and the word that it is followed. */
  async #hasSaid(found: FoundMeter, { atMs, totalMwh }: MeterMark): Promise<boolean> {
    const { readings } = await readMeterPage(this.#ports.store, found, { fromMs: atMs, toMs: atMs + 1 });
    return readings.some((reading) => reading.totalMwh === totalMwh);
  }

  async #count(ledger: MeterLedger, found: FoundMeter, signal: AbortSignal): Promise<void> {
    await this.#store(ledger, found);
    for await (const readings of this.#news(ledger, found)) {
      takeAll(ledger, readings);
      await this.#store(ledger, found);
      if (signal.aborted) return;
    }
  }

  /** What is on disk and was not seen yet, page by page. */
  async *#news(
    ledger: MeterLedger,
    found: FoundMeter | undefined,
  ): AsyncGenerator<readonly MeterReading[], void, void> {
    const { clock, store } = this.#ports;
    const toMs = clock.wall() + 1;
    let fromMs: number | undefined = ledger.mark === undefined ? this.#firstMs() : ledger.seenMs + 1;
    while (found !== undefined && fromMs !== undefined && fromMs < toMs) {
      const page = await readMeterPage(store, found, { fromMs, toMs });
      yield page.readings;
      fromMs = page.nextFromMs;
    }
  }

  /** Readings from the start date on tell more than the total by itself; without one it begins with today’s. */
  #firstMs(): number {
    const today = tempoDayAt(this.#ports.clock.wall());
    const { startDate = today } = this.#settings;
    return tempoDayInterval(startDate < today ? startDate : today).startMs;
  }

  /** In calm times a run every quarter of an hour, which costs the medium one page. */
  async #store(ledger: MeterLedger, found: FoundMeter): Promise<void> {
    const page = ledger.unstored;
    const nowMs = this.#ports.clock.monotonic();
    if (page === undefined) return;
    if (!ledger.isEventful && nowMs - this.#storedMs < storePeriodMs) return;
    await this.#put(page);
    ledger.stored(page);
    this.#storedMs = nowMs;
    this.#ports.feed.publish({ type: 'server', news: 'energy' });
    await this.#follow(found);
  }

  async #put({ mark, intervals }: LedgerPage): Promise<void> {
    await this.#ports.store.call('putMetered', { meter: serverAccount, mark, intervals });
  }

  /** The mark of another meter is on disk before it is said that it is followed: a kill between the two loses nothing. */
  async #follow({ name }: FoundMeter): Promise<void> {
    const { store } = this.#ports;
    if ((await store.call('getSetting', seriesSetting)) !== name)
      await store.call('putSetting', seriesSetting, name);
  }
}

function oldIn(text: string | undefined): OldReadings | undefined {
  const [toMs = NaN, fromMwh = NaN, toMwh = NaN] = (text ?? '').split(' ').map(Number);
  return [toMs, fromMwh, toMwh].every((number) => Number.isSafeInteger(number))
    ? { toMs, fromMwh, toMwh }
    : undefined;
}

function bothOld(one: OldReadings | undefined, other: OldReadings): OldReadings {
  if (one === undefined) return other;
  return {
    toMs: Math.max(one.toMs, other.toMs),
    fromMwh: Math.min(one.fromMwh, other.fromMwh),
    toMwh: Math.max(one.toMwh, other.toMwh),
  };
}

function isSameMark(one: MeterMark | undefined, other: MeterMark | undefined): boolean {
  return one?.atMs === other?.atMs && one?.totalMwh === other?.totalMwh && one?.restarts === other?.restarts;
}

function takeAll(ledger: MeterLedger, readings: readonly MeterReading[]): void {
  for (const reading of readings) ledger.take(reading);
}
