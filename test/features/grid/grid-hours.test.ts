import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { GridHour } from '../../../gateway/core/grid-hour.ts';
import { limits } from '../../../gateway/core/limits.ts';
import { GridHours } from '../../../gateway/features/grid/grid-hours.ts';
import type { StorePort } from '../../../gateway/features/store-port.ts';
import type { GridCalls } from '../../../gateway/storage/grid-calls.ts';
import { ManualTime } from '../../faces/manual-time.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const clock = new ManualTime();
const nowMs = Math.floor(clock.wall() / hourMs) * hourMs;

function hour(hoursAgo: number, carbonGramsPerKwh = 40): GridHour {
  const startMs = nowMs - hoursAgo * hourMs;
  const power = { productionMw: undefined, consumptionMw: undefined };
  return {
    ...{ zone: 'FR', startMs, endMs: startMs + hourMs, carbonGramsPerKwh, ...power },
    ...{ isEstimated: false, updatedMs: undefined },
  };
}

/** The store, in memory: what is put twice the same changes nothing. */
function bench(): { readonly hours: GridHours; readonly calls: string[]; isFailing: boolean } {
  const kept = new Map<number, GridHour>();
  const calls: string[] = [];
  const state = { calls, isFailing: false };
  const store = {
    call: async (name: string, given: unknown) => {
      calls.push(name);
      await Promise.resolve();
      if (state.isFailing) throw new GatewayError('storage_failed', 'the medium is read-only');
      if (name === 'putGridHours') {
        const news = (given as readonly GridHour[]).filter(
          (one) => kept.get(one.startMs)?.carbonGramsPerKwh !== one.carbonGramsPerKwh,
        );
        for (const one of news) kept.set(one.startMs, one);
        return news.length;
      }
      const { fromMs, toMs, rowsMax } = given as Parameters<GridCalls['listGridHours']>[0];
      return [...kept.values()]
        .filter(({ startMs }) => startMs >= fromMs && startMs < toMs)
        .toSorted((left, right) => left.startMs - right.startMs)
        .slice(0, rowsMax);
    },
  } as StorePort<'putGridHours' | 'listGridHours'>;
  return Object.assign(state, { hours: new GridHours({ clock, store }) });
}

t.test('what is heard is stored, and a revision counts only where something has changed', async (t) => {
  const { hours } = bench();
  hours.heard([hour(1), hour(0)]);
  t.equal(hours.revision, 0);
  await hours.flush();
  t.equal(hours.revision, 1);
  t.equal(hours.pending, 0);
  hours.heard([hour(1)]);
  await hours.flush();
  t.equal(hours.revision, 1, 'the same again');
  hours.heard([hour(1, 55)]);
  await hours.flush();
  t.equal(hours.revision, 2, 'a revised value');
  const range = { startMs: nowMs - 2 * hourMs, endMs: nowMs + hourMs };
  t.match(await hours.between('FR', range), [{ carbonGramsPerKwh: 55 }, { carbonGramsPerKwh: 40 }]);
});

t.test('the last weeks are asked of the store once for each change', async (t) => {
  const { hours, calls } = bench();
  hours.heard(Array.from({ length: 50 }, (_, index) => hour(index)));
  await hours.flush();
  calls.length = 0;
  for (let count = 0; count < 5; count += 1)
    t.equal((await hours.between('FR', { startMs: nowMs - 9 * hourMs, endMs: nowMs + 1 })).length, 10);
  t.same(calls, ['listGridHours']);
  t.same(await hours.between('FR', { startMs: nowMs - 900 * dayMs, endMs: nowMs - 899 * dayMs }), []);
  t.equal(calls.length, 2, 'what is older is asked for by itself');
});

t.test('long histories come in pages, whole and in order', async (t) => {
  const { hours, calls } = bench();
  const count = limits.gridHoursMax + 100;
  hours.heard(Array.from({ length: count }, (_, index) => hour(count - index)));
  await hours.flush();
  t.same(calls, ['putGridHours', 'putGridHours']);
  const found = await hours.between('FR', { startMs: nowMs - count * hourMs, endMs: nowMs });
  t.equal(found.length, count);
  t.ok(found.every((one, index) => index === 0 || one.startMs === found[index - 1]?.endMs));
});

t.test('what cannot be stored waits, and is stored when it can be', async (t) => {
  const table = bench();
  table.isFailing = true;
  table.hours.heard([hour(1), hour(0)]);
  await t.rejects(table.hours.flush(), { code: 'storage_failed' });
  t.equal(table.hours.pending, 2);
  table.isFailing = false;
  table.hours.heard([hour(2)]);
  await table.hours.flush();
  t.equal((await table.hours.between('FR', { startMs: nowMs - dayMs, endMs: nowMs + 1 })).length, 3);
});
