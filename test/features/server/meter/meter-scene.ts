import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import { createLiveFeed, type LiveEvent } from '../../../../gateway/core/live-feed.ts';
import { silentLogger } from '../../../../gateway/core/logger.ts';
import { serverAccount } from '../../../../gateway/core/metered-day.ts';
import type { Quality } from '../../../../gateway/core/quality.ts';
import { MeterWatch, type MeterPorts } from '../../../../gateway/features/server/meter/meter-watch.ts';
import type { DatabaseService } from '../../../../gateway/storage/database-service.ts';
import type { MeteredInterval, MeterMark } from '../../../../gateway/storage/server-calls.ts';
import { ManualTime } from '../../../faces/manual-time.ts';
import { batchOf, openScratch } from '../../../storage/scratch.ts';
import { atOf, Cells, type Row } from './ledger-rows.ts';

export const minuteMs = 60_000;

/** The process ends at a write to the store: before it, or when it is on disk and nobody has heard of it. */
export interface Kill {
  readonly call: number;
  readonly isDone: boolean;
}

class Killed extends Error {}

/** The meter of a server over a real file, in time that passes when a test says so. */
export class MeterScene {
  readonly time = new ManualTime();
  readonly events: LiveEvent[] = [];
  isTimeKnown = true;
  startDate: string | undefined;
  meter = 'plug';
  /** Writes to the store, and how many by their names. */
  calls = 0;
  readonly writes = new Map<string, number>();
  kill: Kill | undefined;
  watch: MeterWatch;
  service: DatabaseService;
  readonly #directory: string;
  readonly #feed = createLiveFeed();
  #sequence = 0;

  constructor(startDate: string | undefined, directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
    this.startDate = startDate;
    this.service = openScratch(directory);
    this.#feed.subscribe((event) => {
      this.events.push(event);
    });
    this.watch = this.#open();
  }

  /** A scene that ends with its test. */
  static in(t: Test, startDate?: string, name = 'scene'): MeterScene {
    const scene = new MeterScene(startDate, join(t.testdir(), name));
    t.teardown(() => {
      scene.close();
    });
    return scene;
  }

  close(): void {
    this.service.close();
  }

  /** The process ends, and another one goes on with the file. */
  restart(): void {
    this.service.close();
    this.service = openScratch(this.#directory);
    this.watch = this.#open();
  }

  /** What the plug said is on disk. */
  say(rows: readonly Row[], device = 'plug', quality: Quality = 'good'): void {
    const [series = 0] = this.service.internSeries([{ device, quantity: 'load_energy_kwh' }]);
    for (let from = 0; from < rows.length; from += 1_000) {
      this.#sequence += 1;
      const samples = rows
        .slice(from, from + 1_000)
        .map(([at, kwh]) => [series, atOf(at), kwh, quality] as const);
      this.service.appendReadings({ bootId: this.#directory, sequence: this.#sequence }, batchOf(samples));
    }
  }

  goTo(at: string | number): void {
    const byMs = (typeof at === 'number' ? at : atOf(at)) - this.time.wall();
    if (byMs > 0) this.time.pass(byMs);
    else this.time.stepWall(byMs);
  }

  /** One beat at that time; when it is killed there, another process runs again. */
  async runAt(at: string | number): Promise<void> {
    this.goTo(at);
    try {
      await this.beat();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      this.kill = undefined;
      this.restart();
      await this.beat();
    }
  }

  async beat(): Promise<void> {
    const [task] = this.watch.tasks();
    await task?.run({ signal: new AbortController().signal } as Parameters<typeof task.run>[0]);
  }

  get intervals(): readonly MeteredInterval[] {
    const query = { meter: serverAccount, first: '2000-01-01', last: '2100-01-01', daysMax: 100_000 };
    return this.service.listMetered(query).intervals;
  }

  get mark(): MeterMark | undefined {
    return this.service.getMeterMark(serverAccount);
  }

  /** What is on disk: a line a day, band and kind. */
  get lines(): readonly string[] {
    return this.#cells(this.intervals).lines;
  }

  /** With what is not on disk yet. */
  get allLines(): readonly string[] {
    return this.#cells([...this.intervals, ...this.watch.unstored]).lines;
  }

  ports(): MeterPorts {
    const call = async (name: keyof DatabaseService, ...parameters: unknown[]): Promise<unknown> => {
      const isWrite = name.startsWith('put');
      if (isWrite) this.calls += 1;
      const isKilled = isWrite && this.kill?.call === this.calls;
      if (isKilled && this.kill?.isDone === false) throw new Killed();
      if (isWrite) this.writes.set(name, (this.writes.get(name) ?? 0) + 1);
      const service = this.service as unknown as Record<string, (...given: unknown[]) => unknown>;
      const answer = await Promise.resolve(service[name]?.(...parameters));
      if (isKilled) throw new Killed();
      return answer;
    };
    return {
      ...{ clock: this.time, logger: silentLogger, feed: this.#feed },
      store: { call: call as MeterPorts['store']['call'] },
      isTimeKnown: () => this.isTimeKnown,
    };
  }

  #cells(intervals: readonly MeteredInterval[]): Cells {
    const cells = new Cells();
    const mark = { atMs: 0, totalMwh: 0, restarts: 0, firstDay: '' };
    cells.put({ mark, intervals });
    return cells;
  }

  #open(): MeterWatch {
    return new MeterWatch(this.ports(), { meter: this.meter, startDate: this.startDate });
  }
}
