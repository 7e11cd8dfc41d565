import type { Clock, MonotonicMs } from '../../../core/clock.ts';
import { tempoDayAt } from '../../../core/tempo-day.ts';
import type { MeterSettings, MeterSight, MeterWatch } from './meter-watch.ts';

/** Sources are read, and readings stored, some time after a start. */
const settleMs = 180_000;
const silenceMsMax = 900_000;
const aheadMsMax = 600_000;
/** So long it is told that the meter began anew. */
const restartNewsMs = 86_400_000;
const mwhPerKwh = 1_000_000;

interface MeterNote {
  readonly subject: 'server:meter';
  readonly status: 'degraded';
  readonly message: string;
  readonly hint: string;
}

/** What keeps the server from being metered. */
export class MeterNotes {
  readonly #watch: Pick<MeterWatch, 'sight'>;
  readonly #settings: MeterSettings;
  readonly #clock: Clock;
  readonly #startedMs: MonotonicMs;

  constructor(watch: Pick<MeterWatch, 'sight'>, settings: MeterSettings, clock: Clock) {
    this.#watch = watch;
    this.#settings = settings;
    this.#clock = clock;
    this.#startedMs = clock.monotonic();
  }

  notes(): readonly MeterNote[] {
    if (this.#clock.monotonic() - this.#startedMs < settleMs) return [];
    const { sight } = this.#watch;
    const [nowMs, { meter, startDate }] = [this.#clock.wall(), this.#settings];
    const problem =
      unreadProblem(sight, meter) ??
      doubtProblem(sight) ??
      timeProblem(sight, nowMs) ??
      restartProblem(sight, nowMs) ??
      startProblem(startDate, nowMs);
    if (problem === undefined) return [];
    return [{ subject: 'server:meter', status: 'degraded', ...problem }];
  }
}

type Problem = Pick<MeterNote, 'message' | 'hint'>;

function unreadProblem({ series, mark }: MeterSight, meter: string): Problem | undefined {
  if (series === undefined)
    return {
      message: `the server is not metered: nothing that counts energy is known as ${meter}`,
      hint: 'server.meter names a source, such as plug, or one of its quantities, such as plug/load_energy_kwh: egw source list',
    };
  if (mark === undefined)
    return {
      message: `the server is not metered yet: ${series} has said nothing good`,
      hint: 'see what the source says: egw source list',
    };
  return undefined;
}

function doubtProblem({ mark, doubted }: MeterSight): Problem | undefined {
  if (mark === undefined || doubted === undefined) return undefined;
  return {
    message: `the meter of the server said ${kwh(doubted.totalMwh)} after ${kwh(mark.totalMwh)}, which is not believed yet`,
    hint: 'nothing need be done: three such readings in a row are another meter, and one that goes on from before shows that this was nonsense',
  };
}

function timeProblem({ series, mark }: MeterSight, nowMs: number): Problem | undefined {
  if (mark === undefined) return undefined;
  if (mark.atMs > nowMs + aheadMsMax)
    return {
      message: `the server is metered up to ${instant(mark.atMs)}, which is yet to come: the clock was set back`,
      hint: 'counting goes on at that time, and nothing is lost until then; see whether the clock is right: egw status',
    };
  if (nowMs - mark.atMs <= silenceMsMax) return undefined;
  return {
    message: `the meter of the server, ${series ?? 'which is not known'}, was read last at ${instant(mark.atMs)}`,
    hint: 'look after the plug: what it counts meanwhile is given to the time without readings when it is back',
  };
}

function restartProblem({ restart }: MeterSight, nowMs: number): Problem | undefined {
  if (restart === undefined || nowMs - restart.after.atMs > restartNewsMs) return undefined;
  const { before, after } = restart;
  return {
    message: `the meter of the server began anew at ${instant(after.atMs)}: ${kwh(after.totalMwh)} after ${kwh(before.totalMwh)}`,
    hint: 'nothing need be done when the plug was changed: it counts on from there, and what was used in between is not known',
  };
}

function startProblem(startDate: string | undefined, nowMs: number): Problem | undefined {
  if (startDate === undefined || startDate <= tempoDayAt(nowMs)) return undefined;
  return {
    message: `server.startDate, ${startDate}, is in the future: the account begins with the first reading`,
    hint: 'give the day on which the server was first metered, or leave server.startDate out',
  };
}

function kwh(mwh: number): string {
  return `${(mwh / mwhPerKwh).toFixed(3)} kWh`;
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ') + ' UTC';
}
