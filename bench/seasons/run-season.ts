import { costOfDay, meteredDays } from '../../gateway/core/metered-day.ts';
import { addDays, tempoDayAt, tempoDayInterval } from '../../gateway/core/tempo-day.ts';
import { mayBeRed } from '../../gateway/core/tempo-rules.ts';
import { MeterLedger } from '../../gateway/features/server/meter/meter-ledger.ts';
import { decideByPolicy } from '../../gateway/features/server/switching/decider.ts';
import {
  policyWish,
  type PolicyKnowledge,
} from '../../gateway/features/server/switching/switching-policy.ts';
import type { MeteredInterval, MeterMark, StoredServerOrder } from '../../gateway/storage/server-calls.ts';
import { SeededRandom } from '../../modbus-sim/random.ts';
import type { Season, Span } from './draw-season.ts';
import { SeasonJudge, type SeasonVerdict } from './season-judge.ts';

/** Mistakes that are planted to be found. */
export const seasonBugs = [
  'colour-of-tomorrow',
  'readings-an-hour-late',
  'counted-twice',
  'bands-swapped',
] as const;

export type SeasonBug = (typeof seasonBugs)[number];

const [minuteMs, hourMs] = [60_000, 3_600_000];
const storeMinutes = 15;
/** Bands end on the hour; colours and wishes come when they come. */
const lookMs = 30 * minuteMs;
const firstTotal = 123_456_789_123;
const daysBefore = 30;
/** Whole micro-euros per kWh: peak, off-peak. */
const prices = { blue: [161_200, 132_500], white: [187_100, 149_900], red: [706_000, 157_500] } as const;
const settings = { policy: 'seed', unknownColour: 'stay-on', redProbability: 0.5 } as const;

/** The ledger as its watch keeps it: on disk now and then, and counted again from there after a start. */
class KeptLedger {
  readonly intervals = new Map<string, MeteredInterval>();
  readonly #startDate: string;
  readonly #shiftMs: number;
  #ledger: MeterLedger;
  #mark: MeterMark | undefined;
  #since: { atMs: number; totalMwh: number }[] = [];

  constructor(startDate: string, shiftMs: number) {
    this.#startDate = startDate;
    this.#shiftMs = shiftMs;
    this.#ledger = new MeterLedger(startDate, undefined);
  }

  take(atMs: number, totalMwh: number): void {
    const reading = { atMs: atMs + this.#shiftMs, totalMwh };
    this.#since.push(reading);
    this.#ledger.take(reading);
    if (this.#ledger.isEventful || this.#since.length >= storeMinutes) this.store();
  }

  store(): void {
    const page = this.#ledger.unstored;
    if (page === undefined) return;
    for (const one of page.intervals) this.intervals.set(`${one.day} ${one.band} ${one.startMs}`, one);
    this.#ledger.stored(page);
    this.#mark = page.mark;
    this.#since = this.#since.filter(({ atMs }) => atMs > page.mark.atMs);
  }

  /** @param doubles the mistake that what was counted is counted again */
  restart(doubles: boolean): void {
    const mark = this.#mark;
    if (mark === undefined) {
      this.#ledger = new MeterLedger(this.#startDate, undefined);
    } else {
      const day = tempoDayAt(mark.atMs);
      const intervals = [...this.intervals.values()].filter((one) => one.day === day);
      const told = doubles ? { ...mark, totalMwh: mark.totalMwh - 5 } : mark;
      this.#ledger = new MeterLedger(this.#startDate, { mark: told, intervals: doubles ? [] : intervals });
    }
    for (const reading of this.#since) this.#ledger.take(reading);
  }
}

/** Lives a season of the server by the gateway's own rules, and has it judged by others. */
export function runSeason(season: Season, seed: number, bug?: SeasonBug): SeasonVerdict {
  const random = new SeededRandom(seed).fork('server');
  const judge = new SeasonJudge(season);
  const ledger = new KeptLedger(
    addDays(season.firstDay, -daysBefore),
    bug === 'readings-an-hour-late' ? hourMs : 0,
  );
  const machine = new Machine(random, season.newPlugs);
  const { startMs, endMs } = timeOf(season);
  const orders: StoredServerOrder[] = [];
  const edges = edgesOf(season);
  let wasRunning = true;
  for (let atMs = startMs; atMs < endMs; atMs += minuteMs) {
    const { isRunning, isRead, isStarted } = stateAt(season, atMs, wasRunning);
    wasRunning = isRunning;
    const { total, isNewPlug, isOn } = machine.at(atMs);
    if (isStarted) ledger.restart(bug === 'counted-twice');
    if (isRead) ledger.take(atMs, total);
    const mayChange = isStarted || edges.has(atMs) || atMs % lookMs === 0;
    if (isRunning && mayChange && decide(season, { atMs, orders, bug }))
      machine.turn(orders[0]?.wanted === 'on', atMs);
    const mwh = machine.run();
    judge.see({ atMs, mwh, total: isRead ? total : undefined, isNewPlug, isOn, isRunning });
  }
  ledger.store();
  return judge.verdict(accountOf(season, ledger, orders.length, bug), prices);
}

function timeOf({ firstDay, days }: Season): Span {
  const startMs = tempoDayInterval(firstDay).startMs + minuteMs;
  return { startMs, endMs: tempoDayInterval(days.at(-1) ?? firstDay).endMs };
}

/** How the gateway is in a minute, after the one before. */
function stateAt(
  { stops, silences }: Season,
  atMs: number,
  wasRunning: boolean,
): { readonly isRunning: boolean; readonly isRead: boolean; readonly isStarted: boolean } {
  const isRunning = !isWithin(stops, atMs);
  return { isRunning, isRead: isRunning && !isWithin(silences, atMs), isStarted: isRunning && !wasRunning };
}

/** The server and its plug. */
class Machine {
  readonly #random: SeededRandom;
  readonly #newPlugs: ReadonlySet<number>;
  #isOn = true;
  #turn: { readonly isOn: boolean; readonly atMs: number } | undefined;
  #total = firstTotal;

  constructor(random: SeededRandom, newPlugs: readonly number[]) {
    this.#random = random;
    this.#newPlugs = new Set(newPlugs);
  }

  at(atMs: number): { readonly total: number; readonly isNewPlug: boolean; readonly isOn: boolean } {
    const isNewPlug = this.#newPlugs.has(atMs);
    if (isNewPlug) this.#total = 0;
    if (this.#turn !== undefined && this.#turn.atMs <= atMs) {
      this.#isOn = this.#turn.isOn;
      this.#turn = undefined;
    }
    return { total: this.#total, isNewPlug, isOn: this.#isOn };
  }

  /** It takes two minutes. */
  turn(isOn: boolean, atMs: number): void {
    this.#turn = { isOn, atMs: atMs + 2 * minuteMs };
  }

  /** What it takes in a minute. */
  run(): number {
    const mwh = this.#isOn ? this.#random.integer(1_200, 1_600) : 30;
    this.#total += mwh;
    return mwh;
  }
}

/** When something may change that the clock does not tell. */
function edgesOf({ heardMs, wishes }: Season): ReadonlySet<number> {
  return new Set([...heardMs.values(), ...wishes.flatMap((wish) => [wish.startMs, wish.endMs])]);
}

/** Whether an order was given. */
function decide(
  season: Season,
  { atMs, orders, bug }: { atMs: number; orders: StoredServerOrder[]; bug: SeasonBug | undefined },
): boolean {
  const wish = policyWish(atMs, knowledgeAt(season, atMs, bug), settings);
  const decision = decideByPolicy(wish, orders);
  if (decision === undefined) return false;
  const done = { state: 'done', tries: 1, sentMs: atMs, endedMs: atMs, problem: null } as const;
  const reason = JSON.stringify(decision.reason);
  orders.unshift({ ...decision, ...done, reason, id: orders.length + 1, decidedMs: atMs });
  return true;
}

function knowledgeAt(season: Season, atMs: number, bug: SeasonBug | undefined): PolicyKnowledge {
  return {
    colourOf: (day) => {
      const meant = bug === 'colour-of-tomorrow' ? addDays(day, 1) : day;
      const colour = season.colours.get(meant);
      if (colour === undefined || (season.heardMs.get(meant) ?? Infinity) > atMs) return undefined;
      return { colour, state: 'final', provider: 'rte' };
    },
    redProbability: (day) => (mayBeRed(day) ? 0.3 : 0),
    covering: ({ startMs, endMs }) =>
      season.wishes.filter((wish) => wish.startMs < endMs && wish.endMs > startMs),
  };
}

function accountOf(
  season: Season,
  ledger: KeptLedger,
  commands: number,
  bug: SeasonBug | undefined,
): Parameters<SeasonJudge['verdict']>[0] {
  const stretches = [...ledger.intervals.values()];
  const mwh = new Map<string, number>();
  for (const one of stretches) {
    const key = `${one.day} ${one.band}`;
    mwh.set(key, (mwh.get(key) ?? 0) + (one.mwh ?? 0));
  }
  const known = {
    priceOf: (day: string, band: 'peak' | 'off-peak') => {
      const [peak, offPeak] = prices[season.colours.get(day) ?? 'blue'];
      return (band === 'peak') !== (bug === 'bands-swapped') ? peak : offPeak;
    },
    whyNoPrice: () => '',
  };
  const microEuros = new Map(
    meteredDays(stretches).map((day) => [day.day, costOfDay(day, known).microEuros ?? 0]),
  );
  return { mwh, microEuros, commands };
}

function isWithin(spans: readonly Span[], atMs: number): boolean {
  return spans.some(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);
}
