import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { StorePort } from '../store-port.ts';
import type { GridHours } from './grid-hours.ts';
import type { HeardSource } from './heard-source.ts';
import type { OwnExport } from './own-export.ts';
import type { SpotFile } from './spot-file.ts';
import type { ColourBook } from './tempo/colour-book.ts';
import type { SeasonWish } from './tempo/season-wish.ts';

export const watchGridTaskName = 'watch:grid';

const dayMs = 86_400_000;
/** Two years, to compare one with the other. */
const keptMs = 800 * dayMs;
/** Less of a difference is no reason to plan anew. */
const wattsStep = 25;

/** What is seen to of the colours of days. */
interface TempoCare {
  readonly book: Pick<ColourBook, 'restore' | 'flush'>;
  readonly wish: Pick<SeasonWish, 'look'>;
}

interface WatchPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: StorePort<'pruneGridHours'>;
  readonly hours: GridHours;
  readonly heard: HeardSource;
  /** Colours of days. */
  readonly tempo: TempoCare | undefined;
  readonly ownExport: OwnExport | undefined;
  readonly spot: SpotFile | undefined;
  /** Something is new that plans may depend on. */
  readonly news: () => void;
}

/** Stores what sources say of the grid, and notices what becomes known, and what does not any more. */
export class GridWatch {
  readonly #ports: WatchPorts;
  #seen = '';
  #isRestored = false;
  #prunedMs = -Infinity;

  constructor(ports: WatchPorts) {
    this.#ports = ports;
  }

  /** Its failures are the store's: what is to be stored waits. */
  task(): TaskDefinition {
    return {
      name: watchGridTaskName,
      group: 'store',
      priority: 'store',
      periodMs: 30_000,
      delayMs: 0,
      deadlineMs: 20_000,
      run: async () => {
        this.#notice();
        if (!this.#isRestored) {
          await this.#ports.heard.restore();
          this.#isRestored = true;
          this.#notice();
        }
        await this.#keepHours();
        await this.#keepColours();
      },
    };
  }

  async #keepHours(): Promise<void> {
    const { hours, heard } = this.#ports;
    if (hours.pending === 0) return;
    await hours.flush();
    await heard.keep();
    await this.#prune();
  }

  async #keepColours(): Promise<void> {
    const { tempo } = this.#ports;
    await tempo?.book.restore();
    await tempo?.book.flush();
    tempo?.wish.look();
  }

  #notice(): void {
    const { clock, spot, heard, ownExport, news } = this.#ports;
    const nowMs = clock.wall();
    const changed = spot?.refresh() === true;
    const { readAtMs = -Infinity, periodMs = 0, forecast } = heard.now() ?? {};
    const watts = ownExport?.at(nowMs).watts;
    const seen = [
      nowMs - readAtMs <= 2 * periodMs,
      forecast?.updatedMs,
      forecast?.points.length,
      watts === undefined ? undefined : Math.round(watts / wattsStep),
    ].join();
    if (!changed && seen === this.#seen) return;
    this.#seen = seen;
    news();
  }

  async #prune(): Promise<void> {
    const nowMs = this.#ports.clock.wall();
    if (nowMs - this.#prunedMs < dayMs && nowMs >= this.#prunedMs) return;
    await this.#ports.store.call('pruneGridHours', nowMs - keptMs);
    this.#prunedMs = nowMs;
  }
}
