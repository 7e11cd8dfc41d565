import { deepStrictEqual, ok } from 'node:assert';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import t from 'tap';
import { qualityOf } from '../../gateway/core/quality.ts';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import { countAll, energyOf, internEnergy, rules } from './energy-scratch.ts';
import { naiveEnergy, type NaiveSlot } from './naive-energy.ts';
import { batchOf, openScratch, packAll, startMs, type Sample } from './scratch.ts';

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
  const root = t.testdir();
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
    { numRuns: 40 },
  );
  t.pass('for every history and schedule drawn');
  t.end();
});

t.test('the tables are the same to the byte, however readings came and whenever they were counted', (t) => {
  const root = t.testdir();
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
    { numRuns: 40 },
  );
  t.pass('for every history and schedule drawn');
  t.end();
});
