import { deepStrictEqual, ok } from 'node:assert';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import t from 'tap';
import { errorCodeOf } from '../../gateway/core/errors.ts';
import { qualityOf } from '../../gateway/core/quality.ts';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import { countAll, energyOf, internEnergy, rules } from './energy-scratch.ts';
import { naiveEnergy, type NaiveSlot } from './naive-energy.ts';
import { batchOf, openScratch, packAll, startMs, type Sample } from './scratch.ts';
import { scratchDirectory } from './upkeep/history.ts';

const bootId = 'boot';
const minuteMs = 60_000;
const slotMs = 15 * minuteMs;
const hourMs = 4 * slotMs;
const dayMs = 24 * hourMs;

/** Every row of the tables of energy, as they are stored. */
function tables(directory: string): unknown {
  const connection = new Sqlite(join(directory, 'egw.db'), { readonly: true });
  const rows = ['energy_slot', 'energy_series', 'energy_stale'].map((table) =>
    connection.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).raw().all(),
  );
  connection.close();
  return rows;
}

/** What a counter and a power said, with glitches, resets, roll-overs and gaps. */
const moments = fc.array(
  fc.record({
    kind: fc.constantFrom('grow', 'grow', 'grow', 'grow', 'noise', 'glitch', 'reset', 'gap', 'both'),
    afterMs: fc.oneof(fc.integer({ min: 0, max: 40_000 }), fc.constantFrom(minuteMs, 4 * minuteMs, slotMs)),
    counts: fc.integer({ min: 0, max: 4 }),
    watts: fc.integer({ min: -5_000, max: 5_000 }),
    quality: fc.integer({ min: 0, max: 12 }).map((code) => (code > 4 ? 'good' : qualityOf(code))),
  }),
  { minLength: 1, maxLength: 60 },
);
type Moment = typeof moments extends fc.Arbitrary<(infer One)[]> ? One : never;

function history(all: readonly Moment[]): readonly Sample[] {
  let atMs = startMs + 7 * minuteMs;
  let counts = 65_530;
  return all.flatMap(({ kind, afterMs, counts: by, watts, quality }): Sample[] => {
    atMs += kind === 'gap' ? afterMs * 40 : afterMs;
    if (kind === 'reset') counts = 0;
    else counts = (counts + by) % 65_536;
    const said = kind === 'noise' ? counts - 2 : kind === 'glitch' ? (counts + 30_000) % 65_536 : counts;
    const counted: Sample = [1, atMs, Math.max(0, said) / 10, quality];
    return kind === 'both'
      ? [counted, [2, atMs, watts, quality]]
      : by % 2 === 0
        ? [counted]
        : [[2, atMs, watts]];
  });
}

interface Schedule {
  readonly seed: readonly number[];
  readonly shuffle: boolean;
  readonly reads: boolean;
}

/** Appends in the order given, or another, cut into commits, counted, packed and reopened as the seed says. */
function live(
  directory: string,
  samples: readonly Sample[],
  { seed, shuffle, reads }: Schedule,
): DatabaseService {
  mkdirSync(directory, { recursive: true });
  let service = openScratch(directory);
  internEnergy(service);
  let turn = 0;
  const draw = (below: number): number => {
    turn += 1;
    return ((seed[turn % seed.length] ?? 0) * 31 + turn * 17) % below;
  };
  const all = shuffle ? mixed(samples, draw) : samples;
  let index = 0;
  for (let sequence = 1; index < all.length; sequence += 1) {
    const next = index + 1 + draw(5);
    service.appendReadings({ bootId, sequence }, batchOf(all.slice(index, next)));
    index = next;
    const action = draw(5);
    const nowMs = startMs + draw(200) * slotMs;
    if (action < 2) service.countEnergy(nowMs);
    else if (action === 2) packAll(service, nowMs);
    else if (action === 3) {
      service.close();
      service = openScratch(directory);
    }
    if (reads) check(service, all.slice(0, index));
  }
  return service;
}

/** Readings of one instant stay in their order: which of them came first decides. */
function mixed(samples: readonly Sample[], draw: (below: number) => number): readonly Sample[] {
  const groups = new Map<number, Sample[]>();
  for (const sample of samples) groups.set(sample[1], [...(groups.get(sample[1]) ?? []), sample]);
  const rest = [...groups.values()];
  const order: Sample[] = [];
  while (rest.length > 0) order.push(...(rest.splice(draw(rest.length), 1)[0] ?? []));
  return order;
}

function check(service: DatabaseService, samples: readonly Sample[]): void {
  const counted = energyOf(service, 1);
  const plain = naiveEnergy(samples, 1, { rules });
  compare(counted, plain);
  const total = (slots: Map<number, NaiveSlot>): number =>
    [...slots.values()].reduce((sum, { mwh }) => sum + mwh, 0);
  deepStrictEqual(total(counted), Math.round(total(plain)));
  compare(energyOf(service, 2), naiveEnergy(samples, 2, 'power'));
}

function compare(found: ReadonlyMap<number, NaiveSlot>, wanted: ReadonlyMap<number, NaiveSlot>): void {
  const told = [...wanted].filter(
    ([, { coveredMs, mwh, restarts }]) => coveredMs > 0 || mwh > 0 || restarts > 0,
  );
  deepStrictEqual(
    [...found.keys()],
    told.map(([atMs]) => atMs).sort((left, right) => left - right),
  );
  for (const [atMs, { mwh, negativeMwh, estimatedMwh, ...exact }] of told) {
    const slot = found.get(atMs);
    const { coveredMs, restarts } = slot ?? {};
    deepStrictEqual({ coveredMs, restarts }, exact, `slot ${atMs}`);
    const isNear = (left: number | undefined, right: number): boolean =>
      Math.abs((left ?? NaN) - right) < 2 + Math.abs(right) * 1e-5;
    ok(isNear(slot?.mwh, mwh), `slot ${atMs}: ${slot?.mwh} is not ${mwh}`);
    ok(isNear(slot?.negativeMwh, negativeMwh), `slot ${atMs}: −${slot?.negativeMwh} is not −${negativeMwh}`);
    ok(
      isNear(slot?.estimatedMwh, estimatedMwh),
      `slot ${atMs}: ~${slot?.estimatedMwh} is not ~${estimatedMwh}`,
    );
  }
}

const seed = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 12 });

t.test('energy is what a plain program finds in all readings, at every moment, whatever their order', (t) => {
  const root = scratchDirectory(t);
  let run = 0;
  fc.assert(
    fc.property(moments, seed, fc.boolean(), (all, drawn, shuffle) => {
      run += 1;
      const samples = history(all);
      const service = live(join(root, String(run)), samples, { seed: drawn, shuffle, reads: true });
      countAll(service, startMs + 900 * dayMs);
      check(service, samples);
      service.close();
    }),
    { numRuns: 30 },
  );
  t.pass('for every history and schedule drawn');
  t.end();
});

t.test('the tables are the same to the byte, however readings came and whenever they were counted', (t) => {
  const root = scratchDirectory(t);
  let run = 0;
  fc.assert(
    fc.property(moments, fc.tuple(seed, seed), (all, seeds) => {
      run += 1;
      const [left, right] = seeds.map((drawn, side) => {
        const directory = join(root, `${run}-${side}`);
        const service = live(directory, history(all), { seed: drawn, shuffle: side === 1, reads: false });
        countAll(service, startMs + 900 * dayMs);
        service.close();
        return tables(directory);
      });
      deepStrictEqual(left, right);
    }),
    { numRuns: 30 },
  );
  t.pass('for every history and schedule drawn');
  t.end();
});

t.test('an outage is spread over its slots when it is over, and told in pages without end', (t) => {
  const service = openScratch(scratchDirectory(t));
  internEnergy(service);
  service.appendReadings(
    { bootId, sequence: 1 },
    batchOf([
      [1, startMs, 100],
      [1, startMs + 10_000, 100.1],
    ]),
  );
  countAll(service, startMs + dayMs);
  t.same(
    [...energyOf(service, 1).values()].map(({ mwh }) => mwh),
    [100_000],
  );
  const daysOut = 100;
  service.appendReadings(
    { bootId, sequence: 2 },
    batchOf([[1, startMs + 10_000 + daysOut * dayMs, 100.1 + 960]]),
  );
  for (let round = 0; round < 2; round += 1) {
    const slots = energyOf(service, 1);
    t.equal(slots.size, daysOut * 96 + 1, round === 0 ? 'on the spot' : 'stored');
    t.equal(
      [...slots.values()].reduce((sum, { mwh }) => sum + mwh, 0),
      960_100_000,
    );
    t.match(slots.get(startMs + 50 * dayMs), { mwh: 100_000, estimatedMwh: 100_000, coveredMs: slotMs });
    const part = { fromMs: startMs + 30 * dayMs + 1, toMs: startMs + 31 * dayMs };
    t.same([...energyOf(service, 1, part).keys()].length, 95, 'slots that start in the range');
    countAll(service, startMs + 101 * dayMs);
  }
  const connection = new Sqlite(join(service.databaseStatus().path), { readonly: true });
  t.equal(connection.prepare('SELECT count(*) FROM energy_slot').pluck().get(), 2, 'it takes no more rows');
  connection.close();
  service.close();
  t.end();
});

t.test('a late reading has the slots that it touches counted again, and no others', (t) => {
  const directory = scratchDirectory(t);
  const service = openScratch(directory);
  internEnergy(service);
  const each = Array.from({ length: 40 }, (_, slot): Sample => [1, startMs + slot * slotMs, 100 + slot]);
  service.appendReadings({ bootId, sequence: 1 }, batchOf(each));
  countAll(service, startMs + dayMs);
  const before = energyOf(service, 1);
  service.appendReadings(
    { bootId, sequence: 2 },
    batchOf([[1, startMs + 7 * slotMs + 10 * minuteMs, 107.9]]),
  );
  const after = energyOf(service, 1);
  const changed = [...after].filter(([atMs, { mwh }]) => before.get(atMs)?.mwh !== mwh);
  t.same(
    changed.map(([atMs]) => (atMs - startMs) / slotMs),
    [],
    'within the slot the sum stays',
  );
  t.equal(after.get(startMs + 7 * slotMs)?.mwh, 1_000_000);
  service.appendReadings({ bootId, sequence: 3 }, batchOf([[1, startMs + 20 * slotMs + minuteMs, 110]]));
  t.equal(
    energyOf(service, 1).get(startMs + 20 * slotMs)?.mwh,
    1_000_000,
    'a glitch that comes late changes nothing',
  );
  let slots = 0;
  for (let more = 1; more > 0; slots += more) more = service.countEnergy(startMs + dayMs).slots;
  t.equal(slots, 4, 'the slots of the late ones, and of what comes after them');
  t.same([...energyOf(service, 1)], [...after]);
  service.close();
  t.end();
});

t.test('a backlog is counted in bounded steps, and readings wait for it before they are pruned', (t) => {
  const service = openScratch(scratchDirectory(t));
  internEnergy(service);
  const each = Array.from({ length: 20 }, (_, slot): Sample => [1, startMs + slot * slotMs, 100 + slot]);
  service.appendReadings({ bootId, sequence: 1 }, batchOf(each));
  const nowMs = startMs + 30 * dayMs;
  while (service.rollUp(nowMs).remaining);
  packAll(service, nowMs);
  const retention = { rawMs: dayMs };
  while (service.prune(nowMs, retention).remaining);
  let steps = 0;
  while (service.countEnergy(nowMs).remaining) steps += 1;
  t.ok(steps >= 9);
  const counted = energyOf(service, 1);
  t.equal(counted.size, 19);
  while (service.prune(nowMs, retention).remaining);
  t.same(service.rawRange({ series: 1, fromMs: 0, toMs: nowMs, rowsMax: 100 }).rows, []);
  t.same([...energyOf(service, 1)], [...counted], 'energy stays');
  service.appendReadings(
    { bootId, sequence: 2 },
    batchOf([
      [1, startMs + 3 * slotMs + minuteMs, 103.5],
      [2, startMs + 3 * slotMs + minuteMs, 500],
    ]),
  );
  countAll(service, nowMs);
  t.same([...energyOf(service, 1)], [...counted], 'what comes when its readings are gone changes nothing');
  t.equal(service.energyRange({ series: [1], fromMs: 0, toMs: 1 }).lateReadings, 2, 'but is known');
  service.close();
  t.end();
});

t.test('rules that make no sense, and counters that are not there, are refused, and nothing is kept', (t) => {
  const service = openScratch(scratchDirectory(t));
  internEnergy(service);
  for (const wrong of [{ resolution: 0 }, { perHourMax: NaN }, { modulus: -1 }, { modulus: Infinity }]) {
    const bad = { series: 1, rules: { ...rules, ...wrong } };
    const good = { series: 1, rules: { resolution: 1, perHourMax: 1 } };
    const [name] = Object.keys(wrong);
    t.throws(() => service.declareCounters([good, bad]), {
      code: 'input_invalid',
      message: new RegExp(String(name)),
    });
  }
  t.throws(() => service.declareCounters([{ series: 9, rules }]), { code: 'not_found' });
  const read = (kwh: readonly number[], sequence: number): void => {
    service.appendReadings(
      { bootId, sequence },
      batchOf(kwh.map((value, index): Sample => [1, startMs + index * 10_000, value])),
    );
  };
  read([6_553.5, 0.1], 1);
  t.equal(energyOf(service, 1).get(startMs)?.mwh, 200_000, 'the rules of before hold');
  service.close();
  t.end();
});

t.test('a row that was changed on the disk is never told', (t) => {
  for (const change of [
    'UPDATE energy_slot SET mwh = mwh + 1',
    'UPDATE energy_series SET modulus = 100',
    'UPDATE energy_stale SET start_ms = start_ms + 900000 WHERE start_ms = (SELECT max(start_ms) FROM energy_stale)',
  ]) {
    const directory = scratchDirectory(t);
    const service = openScratch(directory);
    internEnergy(service);
    for (const [index, atMs] of [startMs, startMs + minuteMs, startMs + dayMs].entries())
      service.appendReadings({ bootId, sequence: index + 1 }, batchOf([[1, atMs, 100 + index / 10]]));
    countAll(service, startMs + hourMs);
    const before = energyOf(service, 1);
    service.close();
    const connection = new Sqlite(join(directory, 'egw.db'));
    connection.exec(change);
    connection.close();
    const told = toldOrCode(directory);
    t.ok(told === 'database_unreadable' || told instanceof Map, change);
    // It may have been mended from the readings.
    if (told instanceof Map) t.same([...told], [...before], change);
  }
  t.end();
});

function toldOrCode(directory: string): unknown {
  let service: DatabaseService | undefined;
  try {
    service = openScratch(directory);
    return energyOf(service, 1);
  } catch (error) {
    return errorCodeOf(error);
  } finally {
    service?.close();
  }
}

t.test('only the open slot waits for its end', (t) => {
  const service = openScratch(scratchDirectory(t));
  internEnergy(service);
  const starts = [0, 1, 2, 3 * 365 * 96];
  const samples = starts.map((slot, index): Sample => [1, startMs + slot * slotMs, 100 + index]);
  service.appendReadings({ bootId, sequence: 1 }, batchOf(samples));
  let slots = 0;
  for (let more = 1; more > 0; slots += more) more = service.countEnergy(startMs + slotMs).slots;
  t.equal(slots, starts.length - 1, 'one that a wrong clock put into the future is complete');
  t.equal(service.countEnergy(startMs + 2 * slotMs).slots, 1);
  service.close();
  t.end();
});

t.test('what comes late for a device that is pruned earlier than another changes only the other', (t) => {
  const service = openScratch(scratchDirectory(t));
  service.internSeries([
    { device: 'meter', quantity: 'grid_import_kwh' },
    { device: 'plug', quantity: 'home_energy_kwh' },
  ]);
  const at = (minute: number, kwh: number): Sample[] =>
    [1, 2].map((series): Sample => [series, startMs + minute * minuteMs, kwh]);
  service.appendReadings(
    { bootId, sequence: 1 },
    batchOf([...at(0, 10), ...at(10, 11), ...at(3 * 24 * 60, 11)]),
  );
  const nowMs = startMs + 3 * dayMs + hourMs;
  countAll(service, nowMs);
  while (service.rollUp(nowMs).remaining);
  packAll(service, nowMs);
  const retention = { rawMs: 30 * dayMs, devices: { plug: { rawMs: dayMs } } };
  while (service.prune(nowMs, retention).remaining);
  service.appendReadings({ bootId, sequence: 2 }, batchOf([...at(11, 11.5)]));
  countAll(service, nowMs);
  t.equal(energyOf(service, 1).get(startMs)?.mwh, 1_500_000);
  t.equal(energyOf(service, 2).get(startMs)?.mwh, 1_000_000);
  t.equal(service.energyRange({ series: [], fromMs: 0, toMs: 1 }).lateReadings, 1);
  service.close();
  t.end();
});
