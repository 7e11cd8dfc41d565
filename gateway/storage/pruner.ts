import { localDay } from '../core/calendar.ts';
import { gridFloor } from '../core/interval.ts';
import type { EnergyBook } from './energy-book.ts';
import type { Pruned } from './pruned.ts';
import type { ReadingStore } from './reading-store.ts';
import { hourMs, rollupLevels, type RollupLevel } from './rollup-level.ts';
import type { RollupState } from './rollup-state.ts';
import {
  blockDeletion,
  minuteDeletion,
  windowDeletion,
  type SeriesChoice,
  type SeriesDeletion,
} from './series-deletion.ts';
import type { SeriesStore } from './series-store.ts';
import type { LevelRetention, Retention } from './store-calls.ts';
import type { TextStore } from './text-store.ts';
import { transact } from './transact.ts';

export interface PrunerParts {
  readonly readings: ReadingStore;
  readonly rollups: RollupState;
  readonly energy: EnergyBook;
  readonly series: SeriesStore;
  readonly texts: TextStore;
}

type Level = RollupLevel | 'raw';

/** A part of a source, `p1/gas-4730`, is kept as its source. */
function ownerOf(device: string): string {
  return device.split('/', 1)[0] ?? device;
}

/** Series that are kept equally long: those of a device that is named, or all others. */
interface Group {
  /** The device; empty for all others. */
  readonly name: string;
  readonly kept: LevelRetention;
  readonly choice: SeriesChoice;
}

const levels: readonly Level[] = ['raw', ...rollupLevels];
const keptNames = { raw: 'rawMs', minute: 'minuteMs', hour: 'hourMs', day: 'dayMs' } as const;
/** Of groups: rows that one call deletes, and windows that it looks at. Some milliseconds each. */
const rowsMax = 5_000;
const windowsMax = 400;

/**
 * Deletes, in bounded steps, what is older than its retention. Nothing is deleted that a touched window still has
 * to be computed from, and levels are cut where no coarser window is cut in two.
 *
 * Where all devices are kept equally long, a step is a range of the table. Where they are not, it goes from window
 * to window, and remembers for each group how far it has come, so that what others keep is not looked at again.
 */
export class Pruner {
  readonly #parts: PrunerParts;
  readonly #deletions: Readonly<Record<Level, SeriesDeletion>>;
  /** Before it nothing of the group is left, by level and group. A start of the process begins anew. */
  readonly #walkedTo = new Map<string, number>();
  #names = '';

  constructor(parts: PrunerParts) {
    this.#parts = parts;
    const { connection } = parts.rollups.parts;
    this.#deletions = {
      raw: blockDeletion(connection),
      minute: minuteDeletion(connection),
      hour: windowDeletion(connection, 'hour'),
      day: windowDeletion(connection, 'day'),
    };
  }

  prune(nowMs: number, retention: Retention): Pruned {
    const { rollups } = this.#parts;
    const groups = this.#groupsOf(retention);
    let rows = 0;
    let remaining = false;
    transact(rollups.parts.connection, () => {
      if (groups.length > 1) this.#watchLateBlocks();
      else this.#walkedTo.clear();
      for (const level of levels) {
        const step =
          groups.length > 1 ? this.#walk(level, nowMs, groups) : this.#cut(level, nowMs, retention);
        rows += step.rows;
        remaining ||= step.remaining;
        // What is left of the budget is not worth another level.
        if (remaining && groups.length > 1) return;
      }
      const step = this.#pruneTexts(nowMs, retention);
      rows += step.rows;
      remaining ||= step.remaining;
    });
    return { rows, remaining };
  }

  /** They are kept as long as hours are. */
  #pruneTexts(nowMs: number, { devices = {}, ...kept }: Retention): Pruned {
    const hourMsOf = (device: string): number =>
      ({ ...kept, ...devices[ownerOf(device)] }).hourMs ?? Infinity;
    return this.#parts.texts.prune((device) => nowMs - hourMsOf(device));
  }

  /** A range of the level, of all series. */
  #cut(level: Level, nowMs: number, retention: LevelRetention): Pruned {
    const { readings, rollups } = this.#parts;
    const toMs = this.#limitMs(level, nowMs, retention[keptNames[level]]);
    if (toMs === undefined) return { rows: 0, remaining: false };
    const table = level === 'raw' ? readings : rollups.tables[level];
    const pruned = table.prune(toMs);
    if (pruned.rows > 0) rollups.markPruned(level, toMs);
    return pruned;
  }

  /** The windows of the level that are past the retention of some group. */
  #walk(level: Level, nowMs: number, groups: readonly Group[]): Pruned {
    const { readings, rollups } = this.#parts;
    const deletion = this.#deletions[level];
    const named = groups.map((group) => group.name).filter((name) => name !== '');
    let rows = 0;
    let windows = 0;
    for (const { name, kept, choice } of groups) {
      const toMs = this.#limitMs(level, nowMs, kept[keptNames[level]]);
      if (toMs === undefined) continue;
      const key = `${level} ${name}`;
      // Before anything goes: what comes late for it is no longer to be computed from it.
      rollups.markGroupPruned(level, toMs, name, named);
      let startMs = deletion.nextStartMs(this.#walkedTo.get(key) ?? 0);
      for (; startMs !== undefined && startMs < toMs; startMs = deletion.nextStartMs(startMs + 1)) {
        if (rows >= rowsMax || windows >= windowsMax) return { rows, remaining: true };
        const deleted = deletion.deleteAt(startMs, choice);
        readings.countPruned(deleted.readings);
        rows += deleted.rows;
        windows += 1;
        this.#walkedTo.set(key, startMs + 1);
      }
      this.#walkedTo.set(key, Math.max(toMs, this.#walkedTo.get(key) ?? 0));
    }
    if (level === 'raw' && rows > 0) readings.pruneSeals(rollups.prunedToMs('raw'));
    return { rows, remaining: false };
  }

  /** Readings that came late have made blocks where the groups have been already. */
  #watchLateBlocks(): void {
    const lateMs = this.#parts.readings.takeOldestPackedMs();
    for (const [key, walkedToMs] of this.#walkedTo) {
      if (key.startsWith('raw ') && lateMs < walkedToMs) this.#walkedTo.set(key, lateMs);
    }
  }

  /** Where the level is to be cut; undefined when it is kept for ever. */
  #limitMs(level: Level, nowMs: number, keptMs: number | undefined): number | undefined {
    if (keptMs === undefined) return undefined;
    const { rollups, energy } = this.#parts;
    const staleMs = level === 'raw' ? rollups.stale.oldestMs(['minute']) : rollups.stale.oldestMs();
    const cutMs = Math.min(nowMs - keptMs, staleMs, energy.store.oldestStaleMs());
    if (level === 'raw') return gridFloor(cutMs, hourMs);
    const day = localDay(rollups.parts.zone, cutMs);
    return level === 'day' ? day.startMs : gridFloor(day.startMs, hourMs);
  }

  /** One group only when no device is named. */
  #groupsOf({ devices = {}, ...kept }: Retention): readonly Group[] {
    const named = new Map(Object.keys(devices).map((device): [string, number[]] => [device, []]));
    for (const { id, device } of this.#parts.series.list()) named.get(ownerOf(device))?.push(id);
    const names = [...named.keys()].sort().join(' ');
    // A device that is no longer named has what the others have been rid of.
    if (names !== this.#names) this.#walkedTo.clear();
    this.#names = names;
    const groups = [...named].map(([name, ids]): Group => ({
      name,
      kept: { ...kept, ...devices[name] },
      choice: { ids, isExcept: false },
    }));
    return [...groups, { name: '', kept, choice: { ids: [...named.values()].flat(), isExcept: true } }];
  }
}
