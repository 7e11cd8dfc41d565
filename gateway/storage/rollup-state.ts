import type { SeriesId } from '../core/reading.ts';
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
  readonly deviceOf: (series: SeriesId) => string;
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
  /** By device, and empty for all others: where they are not kept equally long. */
  readonly #groupsPrunedTo: Record<RollupLevel | 'raw', Record<string, number>>;

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
    this.#groupsPrunedTo = { raw: {}, minute: {}, hour: {}, day: {} };
    for (const level of ['raw', ...rollupLevels] as const) {
      this.#prunedTo[level] = marks.number(`pruned_${level}_to_ms`);
      this.#groupsPrunedTo[level] = groupsOf(marks.text(`pruned_${level}_groups`));
    }
  }

  /** Data of the level before that instant may be gone, of one device at least. */
  prunedToMs(level: RollupLevel | 'raw'): number {
    return this.#prunedTo[level];
  }

  /** The same for one series. */
  prunedToMsOf(level: RollupLevel | 'raw', series: SeriesId): number {
    const groups = this.#groupsPrunedTo[level];
    return groups[this.parts.deviceOf(series)] ?? groups[''] ?? this.#prunedTo[level];
  }

  /** Of all devices. */
  markPruned(level: RollupLevel | 'raw', toMs: number): void {
    this.#raiseGroups(level, toMs, Object.keys(this.#groupsPrunedTo[level]));
    this.#raise(level, toMs);
  }

  /** Of one device; or, without a name, of all but those that are named. */
  markGroupPruned(level: RollupLevel | 'raw', toMs: number, name: string, named: readonly string[]): void {
    const groups = this.#groupsPrunedTo[level];
    groups[''] ??= this.#prunedTo[level];
    // Devices that were named once are among the others again.
    const others = Object.keys(groups).filter((group) => !named.includes(group));
    this.#raiseGroups(level, toMs, name === '' ? others : [name]);
    this.#raise(level, toMs);
  }

  #raise(level: RollupLevel | 'raw', toMs: number): void {
    if (toMs <= this.#prunedTo[level]) return;
    this.#prunedTo[level] = toMs;
    this.parts.marks.putNumber(`pruned_${level}_to_ms`, toMs);
  }

  #raiseGroups(level: RollupLevel | 'raw', toMs: number, names: readonly string[]): void {
    const groups = this.#groupsPrunedTo[level];
    const low = names.filter((name) => (groups[name] ?? groups[''] ?? 0) < toMs);
    for (const name of low) groups[name] = toMs;
    if (low.length > 0) this.parts.marks.putText(`pruned_${level}_groups`, JSON.stringify(groups));
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

/** Marks the level of all devices as pruned in a database that nobody has open; in a transaction. */
export function raisePrunedMarks(marks: MarkStore, level: RollupLevel | 'raw', toMs: number): void {
  const [name, ofGroups] = [`pruned_${level}_to_ms`, `pruned_${level}_groups`];
  marks.putNumber(name, Math.max(marks.number(name), toMs));
  const groups = Object.entries(groupsOf(marks.text(ofGroups)));
  if (groups.length === 0) return;
  const raised = groups.map(([group, ms]) => [group, Math.max(ms, toMs)]);
  marks.putText(ofGroups, JSON.stringify(Object.fromEntries(raised)));
}

/** What was written by `markPruned`; its row has a check. */
function groupsOf(text: string | undefined): Record<string, number> {
  return text === undefined ? {} : (JSON.parse(text) as Record<string, number>);
}
