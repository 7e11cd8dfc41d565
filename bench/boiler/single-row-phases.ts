import Sqlite from 'better-sqlite3';
import { SeededRandom } from '../../modbus-sim/random.ts';
import { WinterBoiler } from '../winters/winter-boiler.ts';
import { drawWinter } from '../winters/winter-plan.ts';

interface Row {
  readonly temp0: number | null;
  readonly watt1: number | null;
  readonly watt2: number | null;
  readonly phase: number | null;
}

interface SingleRowResult {
  readonly selects: number;
  readonly phasesPerSecond: number;
}

const minuteMs = 60_000;
const ignition = 7;
const stop = 9;

/**
 * The phases of a boiler as chaudiere computes them (`process_phase`), by what is known of it: one row a minute, and a
 * SELECT of one row for each minute that it looks back at: the one before, up to 19 for an ignition, up to 10 and 30 for
 * the rises, 9 for an earlier stop. Kinder than it was: an index, one transaction, in memory, without an ORM.
 */
export function singleRowPhases(of: {
  readonly startMs: number;
  readonly minutes: number;
  readonly failureC: number;
}): SingleRowResult {
  const { startMs, minutes, failureC } = of;
  const connection = new Sqlite(':memory:');
  connection.exec(
    'CREATE TABLE minute (dt INTEGER PRIMARY KEY, temp0 REAL, watt1 REAL, watt2 REAL, phase INTEGER, change INTEGER)',
  );
  fill(connection, startMs, minutes);
  const find = connection.prepare<[number], Row>(
    'SELECT temp0, watt1, watt2, phase FROM minute WHERE dt = ?',
  );
  const update = connection.prepare('UPDATE minute SET phase = ?, change = ? WHERE dt = ?');
  let selects = 0;
  const rowAt = (atMs: number): Row | undefined => {
    selects += 1;
    return find.get(atMs);
  };
  const begunMs = performance.now();
  connection.transaction(() => {
    for (let minute = 0; minute < minutes; minute += 1) {
      const atMs = startMs + minute * minuteMs;
      const phase = phaseAt(rowAt, atMs, failureC);
      const before = rowAt(atMs - minuteMs);
      const hasChanged = before !== undefined && before.phase !== phase;
      if (phase === stop && hasChanged)
        for (let back = 1; back <= 9; back += 1) if (rowAt(atMs - back * minuteMs)?.phase === stop) break;
      update.run(phase, hasChanged ? 1 : 0, atMs);
    }
  })();
  const seconds = (performance.now() - begunMs) / 1_000;
  connection.close();
  return { selects, phasesPerSecond: minutes / seconds };
}

function fill(connection: Sqlite.Database, startMs: number, minutes: number): void {
  const random = new SeededRandom('boiler history');
  const days = Math.ceil(minutes / 1_440);
  const boiler = new WinterBoiler(drawWinter(1, days, random.fork('plan')).boiler, random.fork('boiler'));
  const insert = connection.prepare('INSERT INTO minute (dt, temp0, watt1, watt2) VALUES (?, ?, ?, ?)');
  connection.transaction(() => {
    for (let minute = 0; minute < minutes; minute += 1) {
      for (let sample = 0; sample < 12; sample += 1) boiler.step(minute);
      const { waterC, isIgniterOn, isFanOn } = boiler;
      insert.run(startMs + minute * minuteMs, waterC, isIgniterOn ? 1_827 : 0, isFanOn ? 1_662 : 0);
    }
  })();
}

type RowAt = (atMs: number) => Row | undefined;

function phaseAt(rowAt: RowAt, atMs: number, failureC: number): number {
  const { temp0 = null, watt1 = null, watt2 = null } = rowAt(atMs) ?? {};
  if (temp0 === null || watt1 === null || watt2 === null) return 0;
  const isCold = temp0 < failureC;
  if (watt1 > 0) return ignition;
  if (watt2 === 0) return isCold ? stop : 8;
  return isCold ? coldPhase(rowAt, atMs, temp0) : 6;
}

function coldPhase(rowAt: RowAt, atMs: number, nowC: number): number {
  let phase = 6;
  for (let back = 1; back <= 19; back += 1) if (rowAt(atMs - back * minuteMs)?.phase === ignition) phase = 11;
  if (riseOver(rowAt, { atMs, nowC }, 10) > 0.2) phase = 11;
  if (riseOver(rowAt, { atMs, nowC }, 30) < 1) phase = 10;
  return phase;
}

/** Since the oldest row there is; missing ones are looked for one by one. */
function riseOver(
  rowAt: RowAt,
  { atMs, nowC }: { readonly atMs: number; readonly nowC: number },
  minutes: number,
): number {
  for (let back = minutes; back > 0; back -= 1) {
    const then = rowAt(atMs - back * minuteMs);
    if (then !== undefined) return then.temp0 === null ? Number.NaN : nowC - then.temp0;
  }
  return 0;
}
