import t from 'tap';
import type { GridHour } from '../../../gateway/core/grid-hour.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { signalAt, type PowerSignals } from '../../../gateway/core/power-signal.ts';
import { GridHours } from '../../../gateway/features/grid/grid-hours.ts';
import type { GridSource } from '../../../gateway/features/grid/grid-source.ts';
import { GridWatch } from '../../../gateway/features/grid/grid-watch.ts';
import { HeardSource } from '../../../gateway/features/grid/heard-source.ts';
import { Outlook } from '../../../gateway/features/grid/outlook.ts';
import type { StorePort } from '../../../gateway/features/store-port.ts';
import type { TaskContext } from '../../../gateway/engine/task.ts';
import { ManualTime } from '../../faces/manual-time.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

type Calls = 'putGridHours' | 'listGridHours' | 'pruneGridHours' | 'getSetting' | 'putSetting';

/** What lives longer than a run of the gateway. */
class Disk {
  readonly settings = new Map<string, string>();
  readonly hours = new Map<number, GridHour>();
  readonly store: StorePort<Calls> = {
    call: async (name: string, ...given: readonly unknown[]) => {
      const [first, second] = given;
      if (name === 'getSetting') return await Promise.resolve(this.settings.get(String(first)) as never);
      if (name === 'putSetting') this.settings.set(String(first), String(second));
      if (name === 'putGridHours') for (const hour of first as GridHour[]) this.hours.set(hour.startMs, hour);
      const answer = name === 'listGridHours' ? [...this.hours.values()] : 1;
      return await Promise.resolve(answer as never);
    },
  };
}

/** One run of a gateway. */
class Run {
  readonly hours: GridHours;
  readonly outlook: Outlook;
  readonly #watch: GridWatch;
  readonly #clock: ManualTime;
  #source: GridSource;
  news = 0;

  constructor(disk: Disk, clock: ManualTime, zone = 'FR') {
    const { store } = disk;
    this.#clock = clock;
    const before = { readAtMs: undefined, problem: undefined, forecast: undefined };
    this.#source = { id: 'carbon', zone, periodMs: 20 * minuteMs, ...before };
    this.hours = new GridHours({ clock, store });
    const heard = new HeardSource({ clock, store, source: () => this.#source });
    const none = { colours: undefined, ownExport: undefined };
    this.outlook = new Outlook({
      ...{ clock, siteZone: 'Europe/Paris', gridZone: zone, hours: this.hours, source: () => heard.now() },
      ...{ tariff: undefined, tariffProblem: undefined, ...none },
    });
    const news = (): void => void (this.news += 1);
    const ports = { clock, logger: silentLogger, store, hours: this.hours, heard, spot: undefined, news };
    this.#watch = new GridWatch({ ...ports, ...none, tempo: undefined });
  }

  hear(hour: GridHour): void {
    this.#source = { ...this.#source, readAtMs: this.#clock.wall() };
    this.hours.heard([hour]);
  }

  async look(): Promise<PowerSignals> {
    await this.#watch.task().run({} as TaskContext);
    const nowMs = this.#clock.wall();
    return await this.outlook.read({ startMs: nowMs, endMs: nowMs + hourMs });
  }
}

function hourOf(clock: ManualTime): GridHour {
  const startMs = Math.floor(clock.wall() / hourMs) * hourMs;
  const numbers = { carbonGramsPerKwh: 41, productionMw: 50_000, consumptionMw: 48_000 };
  return {
    zone: 'FR',
    startMs,
    endMs: startMs + hourMs,
    ...numbers,
    isEstimated: true,
    updatedMs: undefined,
  };
}

t.test('a restart forgets nothing of the hour that it was told of', async (t) => {
  const [disk, clock] = [new Disk(), new ManualTime()];
  const before = new Run(disk, clock);
  before.hear(hourOf(clock));
  const told = await before.look();
  t.equal(told.carbon.unknown, undefined);

  clock.pass(5 * minuteMs);
  const after = new Run(disk, clock);
  const { carbon, surplus } = await after.look();
  t.equal(carbon.unknown, undefined);
  t.equal(signalAt(carbon, clock.wall())?.value, 41);
  t.equal(signalAt(surplus, clock.wall())?.value, 2_000);
  t.ok(after.news > 0, 'who plans is told');
});

t.test('after a restart it is trusted for two periods since it was told, and not one more', async (t) => {
  const [disk, clock] = [new Disk(), new ManualTime()];
  const before = new Run(disk, clock);
  before.hear(hourOf(clock));
  await before.look();
  clock.pass(41 * minuteMs);
  const { carbon } = await new Run(disk, clock).look();
  t.match(carbon.unknown, /source carbon has been silent for 41m/);
});

t.test('what another zone said, a damaged note and a time to come count for nothing', async (t) => {
  const clock = new ManualTime();
  for (const [name, zone, text] of [
    ['another zone', 'DE', undefined],
    ['damaged', 'FR', '{"zone":'],
    ['of another form', 'FR', '{"zone":"FR","readAtMs":"now"}'],
    ['to come', 'FR', JSON.stringify({ zone: 'FR', readAtMs: clock.wall() + 1 })],
  ] as const) {
    const disk = new Disk();
    const before = new Run(disk, clock);
    before.hear(hourOf(clock));
    await before.look();
    if (text !== undefined) for (const key of disk.settings.keys()) disk.settings.set(key, text);
    const { carbon } = await new Run(disk, clock, zone).look();
    t.match(carbon.unknown, /has not answered yet/, name);
  }
});
