import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { StorePort } from '../store-port.ts';
import type { GridHours } from './grid-hours.ts';
import type { HeardSource } from './heard-source.ts';
import type { OwnExport } from './own-export.ts';
import type { SpotFile } from './spot-file.ts';
import type { TempoColours } from './tempo-colours.ts';

export const watchGridTaskName = 'watch:grid';

const dayMs = 86_400_000;
/** Two years, to compare one with the other. */
const keptMs = 800 * dayMs;
/** Less of a difference is no reason to plan anew. */
const wattsStep = 25;

interface WatchPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: StorePort<'pruneGridHours'>;
  readonly hours: GridHours;
  readonly heard: HeardSource;
  readonly colours: TempoColours | undefined;
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
          await this.#ports.colours?.restore();
          this.#isRestored = true;
          this.#notice();
        }
        if (this.#ports.hours.pending === 0) return;
        await this.#ports.hours.flush();
        await this.#ports.heard.keep();
        await this.#prune();
      },
    };
  }

  #notice(): void {
    const { clock, colours, spot, heard, ownExport, news } = this.#ports;
    const nowMs = clock.wall();
    const changed = [colours?.refresh(), spot?.refresh()].includes(true);
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
