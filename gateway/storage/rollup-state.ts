import type { Connection } from './connection.ts';
import type { MarkStore } from './mark-store.ts';
import type { RawReadings } from './raw-readings.ts';
import { MinuteTable } from './minute-table.ts';
import { rollupLevels, sourceOf, windowOf, type RollupLevel } from './rollup-level.ts';
import { RollupTable } from './rollup-table.ts';
import { StaleWindows } from './stale-windows.ts';

export interface RollupParts {
  readonly connection: Connection;
  readonly marks: MarkStore;
  readonly raw: RawReadings;
  /** The site's IANA zone, for days. */
  readonly zone: string;
}

/** What writers, readers and pruning of rollups share. */
export class RollupState {
  readonly parts: RollupParts;
  readonly tables: {
    readonly minute: MinuteTable;
    readonly hour: RollupTable;
    readonly day: RollupTable;
  };
  readonly stale: StaleWindows;
  readonly #prunedTo: Record<RollupLevel | 'raw', number>;

  constructor(parts: RollupParts) {
    const { connection, marks } = parts;
    this.parts = parts;
    this.stale = new StaleWindows(connection);
    this.tables = {
      minute: new MinuteTable(connection),
      hour: new RollupTable(connection, 'hour'),
      day: new RollupTable(connection, 'day'),
    };
    this.#prunedTo = { raw: 0, minute: 0, hour: 0, day: 0 };
    for (const level of ['raw', ...rollupLevels] as const) {
      this.#prunedTo[level] = marks.number(`pruned_${level}_to_ms`);
    }
  }

  /** Data of the level before that instant may be gone. */
  prunedToMs(level: RollupLevel | 'raw'): number {
    return this.#prunedTo[level];
  }

  markPruned(level: RollupLevel | 'raw', toMs: number): void {
    this.#prunedTo[level] = toMs;
    this.parts.marks.putNumber(`pruned_${level}_to_ms`, toMs);
  }

  /** Minutes before it cannot be computed any more: their readings are gone, or they themselves. */
  get minutesIntactFromMs(): number {
    return Math.max(this.#prunedTo.raw, this.#prunedTo.minute);
  }

  /** Whether the window can be computed: nothing that it is made of has been pruned. */
  isComputable(level: RollupLevel, startMs: number): boolean {
    const source = sourceOf(level, windowOf(level, this.parts.zone, startMs));
    return startMs >= this.#prunedTo[source] && startMs >= this.#prunedTo[level];
  }
}
