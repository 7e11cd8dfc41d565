import type { Clock } from '../../core/clock.ts';
import type { GridHour } from '../../core/grid-hour.ts';
import { gridFloor, type Interval } from '../../core/interval.ts';
import { limits } from '../../core/limits.ts';
import type { StorePort } from '../store-port.ts';

const dayMs = 86_400_000;
/** What is in memory: as much as a forecast learns from. */
const recentMs = 91 * dayMs;
/** Hours that wait to be stored; of more, the oldest are given up: their provider says them again. */
const pendingMax = 20_000;

interface HoursPorts {
  readonly clock: Clock;
  readonly store: StorePort<'putGridHours' | 'listGridHours'>;
}

/** What the grid was like, hour by hour: as it is stored, and what was heard since. */
export class GridHours {
  readonly #ports: HoursPorts;
  #pending: GridHour[] = [];
  #recent:
    { readonly zone: string; readonly fromMs: number; readonly hours: readonly GridHour[] } | undefined;
  #revision = 0;

  constructor(ports: HoursPorts) {
    this.#ports = ports;
  }

  /** Counts up with each change of what is stored. */
  get revision(): number {
    return this.#revision;
  }

  /** Hours that are not stored yet. */
  get pending(): number {
    return this.#pending.length;
  }

  /** To be stored with the next `flush`, the newest word on an hour last. */
  heard(hours: readonly GridHour[]): void {
    this.#pending.push(...hours);
    if (this.#pending.length > pendingMax) this.#pending = this.#pending.slice(-pendingMax);
  }

  /** Stores what was heard. Errors: those of the store; what is not stored comes with the next call. */
  async flush(): Promise<void> {
    while (this.#pending.length > 0) {
      const batch = this.#pending.slice(0, limits.gridHoursMax);
      const changed = await this.#ports.store.call('putGridHours', batch);
      const stored = new Set(batch);
      this.#pending = this.#pending.filter((hour) => !stored.has(hour));
      if (changed === 0) continue;
      this.#recent = undefined;
      this.#revision += 1;
    }
  }

  /** Those of the zone that begin in the range, ascending. Errors: those of the store. */
  async between(zone: string, range: Interval): Promise<readonly GridHour[]> {
    const isRecent = range.startMs >= this.#recentFromMs();
    const hours = isRecent ? await this.#recentHours(zone) : await this.#stored(zone, range);
    return hours.filter(({ startMs }) => startMs >= range.startMs && startMs < range.endMs);
  }

  #recentFromMs(): number {
    return gridFloor(this.#ports.clock.wall(), dayMs) - recentMs;
  }

  async #recentHours(zone: string): Promise<readonly GridHour[]> {
    const fromMs = this.#recentFromMs();
    const known = this.#recent;
    if (known?.zone === zone && known.fromMs === fromMs) return known.hours;
    const revision = this.#revision;
    const hours = await this.#stored(zone, { startMs: fromMs, endMs: Number.MAX_SAFE_INTEGER });
    if (revision === this.#revision) this.#recent = { zone, fromMs, hours };
    return hours;
  }

  async #stored(zone: string, { startMs, endMs }: Interval): Promise<readonly GridHour[]> {
    const found: GridHour[] = [];
    const rowsMax = limits.gridHoursMax;
    for (let fromMs = startMs; ;) {
      const page = await this.#ports.store.call('listGridHours', { zone, fromMs, toMs: endMs, rowsMax });
      found.push(...page);
      const last = page.at(-1);
      if (last === undefined || page.length < rowsMax) return found;
      fromMs = last.startMs + 1;
    }
  }
}
