import t from 'tap';
import type { GridHour } from '../../../gateway/core/grid-hour.ts';
import type { GridSource } from '../../../gateway/features/grid/grid-source.ts';
import { knownSlots, type KnownSlots } from '../../../gateway/features/grid/known-slots.ts';
import { carbonOf, surplusOf } from '../../../gateway/features/grid/zone-values.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const nowMs = Date.UTC(2026, 0, 12, 9, 30);
const hourOfNowMs = nowMs - 30 * minuteMs;

function hour(hoursAgo: number, carbonGramsPerKwh: number | undefined): GridHour {
  const startMs = hourOfNowMs - hoursAgo * hourMs;
  const power = { productionMw: undefined, consumptionMw: undefined };
  return {
    ...{ zone: 'FR', startMs, endMs: startMs + hourMs, carbonGramsPerKwh, ...power },
    ...{ isEstimated: false, updatedMs: undefined },
  };
}

function source(saidMinutesAgo: number | undefined, problem?: string): GridSource {
  const readAtMs = saidMinutesAgo === undefined ? undefined : nowMs - saidMinutesAgo * minuteMs;
  return { id: 'carbon', zone: 'FR', periodMs: 20 * minuteMs, readAtMs, problem, forecast: undefined };
}

function known(hours: readonly GridHour[], from: GridSource | undefined): KnownSlots {
  return knownSlots(hours, carbonOf, { source: from, nowMs });
}

t.test('the hour that it is is known while its source has answered within two periods', (t) => {
  const { slots, unknown } = known([hour(1, 50), hour(0, 40)], source(40));
  t.equal(unknown, undefined);
  t.match(slots, [
    { value: 50, basis: 'known' },
    { value: 40, basis: 'known', endMs: hourOfNowMs + hourMs },
  ]);
  t.end();
});

t.test('a moment later it is not known, and what was measured stays', (t) => {
  const { slots, unknown } = known([hour(1, 50), hour(0, 40)], source(40 + 1 / 60, 'no route'));
  t.match(unknown, /carbon has been silent for 40m: no route/);
  t.match(slots, [{ value: 50 }, { value: 40, endMs: nowMs - minuteMs / 60 }], 'it was known until then');
  const started = known([hour(0, 40)], { ...source(50), readAtMs: hourOfNowMs - 20 * minuteMs });
  t.match(started.slots, [{ startMs: hourOfNowMs, endMs: hourOfNowMs + 20 * minuteMs }]);
  t.end();
});

t.test('the last hour holds for two periods after its end, and no longer', (t) => {
  const { slots, unknown } = known([hour(1, 50)], source(1));
  t.equal(unknown, undefined);
  t.match(slots.at(-1), { startMs: hourOfNowMs, endMs: hourOfNowMs + 40 * minuteMs, value: 50 });
  const late = known([hour(2, 50)], source(1));
  t.match(late.unknown, /nothing newer for/);
  t.equal(late.slots.length, 1);
  t.end();
});

t.test('why nothing is known is said, and what to do', (t) => {
  t.match(known([hour(0, 40)], undefined).unknown, /grid\.zone and EM_API_KEY/);
  t.match(known([hour(0, 40)], source(undefined, 'refused')).unknown, /has not answered yet: refused/);
  t.match(known([hour(0, undefined)], source(1)).unknown, /does not say it/);
  t.match(known([], source(1)).slots, []);
  t.end();
});

t.test('hours that overlap are cut, and a number that is not said leaves a gap', (t) => {
  const long = { ...hour(3, 10), endMs: hour(1, 0).startMs };
  const { slots } = known([long, hour(2, 20), hour(1, undefined), hour(0, 30)], source(1));
  t.match(slots, [{ value: 10 }, { value: 30 }]);
  t.equal(slots.length, 2);
  t.equal(surplusOf({ ...hour(0, 1), productionMw: 5, consumptionMw: undefined }), undefined);
  t.equal(surplusOf({ ...hour(0, 1), productionMw: 5, consumptionMw: 7 }), -2);
  t.end();
});
