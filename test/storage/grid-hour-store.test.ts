import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import type { GridHour } from '../../gateway/core/grid-hour.ts';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import { openScratch, startMs } from './scratch.ts';

const hourMs = 3_600_000;
const carbon: GridHour = {
  zone: 'FR',
  startMs,
  endMs: startMs + hourMs,
  carbonGramsPerKwh: 54.5,
  productionMw: undefined,
  consumptionMw: undefined,
  isEstimated: true,
  updatedMs: startMs + 10,
};
const power: GridHour = {
  ...carbon,
  carbonGramsPerKwh: undefined,
  productionMw: 61_000,
  consumptionMw: 55_000,
  isEstimated: false,
  updatedMs: startMs + 5,
};

function hoursOf(service: DatabaseService, zone = 'FR'): readonly GridHour[] {
  return service.listGridHours({ zone, fromMs: 0, toMs: startMs * 2, rowsMax: 1_000 });
}

t.test('carbon and power of an hour come apart, and are one hour, also after a restart', (t) => {
  const directory = t.testdir();
  let service = openScratch(directory);
  t.equal(service.putGridHours([carbon]), 1);
  t.equal(service.putGridHours([power]), 1, 'though it is older than what was said of carbon');
  const both = { ...carbon, productionMw: 61_000, consumptionMw: 55_000 };
  t.same(hoursOf(service), [both]);
  service.close();
  service = openScratch(directory);
  t.same(hoursOf(service), [both]);
  t.equal(service.putGridHours([{ ...carbon, isEstimated: false }]), 1, 'measured now');
  t.match(hoursOf(service), [{ isEstimated: false }]);
  service.close();
  t.end();
});

t.test('a newer word replaces, an older one does not, and none erases what it does not speak of', (t) => {
  const service = openScratch(t.testdir());
  service.putGridHours([carbon, power]);
  const words: readonly [Partial<GridHour>, number, Partial<GridHour>][] = [
    [{ carbonGramsPerKwh: 50, updatedMs: startMs + 9 }, 0, { carbonGramsPerKwh: 54.5 }],
    [{ carbonGramsPerKwh: 51, updatedMs: startMs + 10 }, 1, { carbonGramsPerKwh: 51 }],
    [{ carbonGramsPerKwh: 52, updatedMs: startMs + 11 }, 1, { carbonGramsPerKwh: 52 }],
    [{ carbonGramsPerKwh: 53, updatedMs: undefined }, 1, { carbonGramsPerKwh: 53, productionMw: 61_000 }],
    [{ carbonGramsPerKwh: 54, updatedMs: startMs }, 1, { carbonGramsPerKwh: 54 }],
    [{ carbonGramsPerKwh: undefined, productionMw: 7 }, 1, { productionMw: 7, consumptionMw: 55_000 }],
    [{ carbonGramsPerKwh: undefined, consumptionMw: 8 }, 1, { productionMw: 7, consumptionMw: 8 }],
    [
      { carbonGramsPerKwh: undefined, updatedMs: startMs + 99 },
      0,
      { carbonGramsPerKwh: 54, productionMw: 7 },
    ],
    [
      { carbonGramsPerKwh: 54, updatedMs: startMs, endMs: startMs + 900_000 },
      1,
      { endMs: startMs + 900_000 },
    ],
  ];
  for (const [word, changed, after] of words) {
    t.equal(service.putGridHours([{ ...carbon, ...word }]), changed, JSON.stringify(word));
    t.match(hoursOf(service), [after]);
  }
  service.close();
  t.end();
});

t.test('an hour that nothing is said of is one all the same', (t) => {
  const service = openScratch(t.testdir());
  const nothing = { ...carbon, carbonGramsPerKwh: undefined, isEstimated: false, updatedMs: undefined };
  t.equal(service.putGridHours([nothing, nothing]), 1);
  t.same(hoursOf(service), [nothing]);
  service.close();
  t.end();
});

t.test('what only says the same again writes nothing', (t) => {
  const service = openScratch(t.testdir());
  const day = Array.from({ length: 24 }, (_, hour) => ({
    ...carbon,
    startMs: startMs + hour * hourMs,
    endMs: startMs + (hour + 1) * hourMs,
    carbonGramsPerKwh: 50 + hour / 10,
  }));
  t.equal(service.putGridHours(day), 24);
  const { walBytes } = service.databaseStatus();
  t.equal(service.putGridHours(day.map((hour) => ({ ...hour, updatedMs: startMs + hourMs }))), 0);
  t.equal(service.pruneGridHours(startMs), 0);
  t.equal(service.databaseStatus().walBytes, walBytes);
  t.match(hoursOf(service)[0], { updatedMs: startMs + 10 }, 'it says since when it is known');
  service.close();
  t.end();
});

t.test('hours that are none are refused, and none of theirs is stored', (t) => {
  const service = openScratch(t.testdir());
  const bad: readonly Partial<GridHour>[] = [
    { startMs: NaN },
    { startMs: -1 },
    { endMs: startMs },
    { endMs: startMs + 0.5 },
    { carbonGramsPerKwh: NaN },
    { productionMw: Infinity },
    { updatedMs: 1.5 },
  ];
  for (const word of bad) {
    t.throws(
      () =>
        service.putGridHours([
          { ...carbon, zone: 'DE' },
          { ...carbon, ...word },
        ]),
      {
        code: 'input_invalid',
        message: /the hour of FR/,
      },
    );
  }
  t.same(service.gridZones(), []);
  service.close();
  t.end();
});

t.test('zones are told apart, and what is listed and pruned is named by where it begins', (t) => {
  const service = openScratch(t.testdir());
  const hours = [0, 1, 2].flatMap((hour) =>
    ['FR', 'DK-DK1', 'x\ud800'].map((zone) => ({
      ...carbon,
      zone,
      startMs: startMs + hour * hourMs,
      endMs: startMs + (hour + 1) * hourMs,
    })),
  );
  t.equal(service.putGridHours(hours.toReversed()), 9);
  t.equal(service.putGridHours(hours), 0);
  t.same(service.gridZones(), [
    { zone: 'DK-DK1', hours: 3, fromMs: startMs, toMs: startMs + 3 * hourMs },
    { zone: 'FR', hours: 3, fromMs: startMs, toMs: startMs + 3 * hourMs },
    { zone: 'x\ufffd', hours: 3, fromMs: startMs, toMs: startMs + 3 * hourMs },
  ]);
  const starts = (fromMs: number, toMs: number, rowsMax = 9): readonly number[] =>
    service
      .listGridHours({ zone: 'FR', fromMs, toMs, rowsMax })
      .map((hour) => (hour.startMs - startMs) / hourMs);
  t.same(starts(startMs, startMs + 2 * hourMs), [0, 1]);
  t.same(starts(startMs + 1, startMs + 9 * hourMs), [1, 2]);
  t.same(starts(startMs, startMs + 9 * hourMs, 1), [0]);
  t.equal(service.pruneGridHours(startMs + hourMs), 3);
  t.same(starts(0, startMs * 2), [1, 2]);
  t.same(hoursOf(service, 'SE'), []);
  service.close();
  t.end();
});

t.test('after any words the hours are as a naive model has them', (t) => {
  const value = fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined });
  const word = fc.record({
    zone: fc.constantFrom('FR', 'GB'),
    hour: fc.nat(1),
    carbonGramsPerKwh: value,
    productionMw: value,
    consumptionMw: value,
    isEstimated: fc.boolean(),
    updatedMs: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  });
  const service = openScratch(t.testdir());
  fc.assert(
    fc.property(fc.array(fc.array(word, { maxLength: 3 }), { maxLength: 10 }), (calls) => {
      service.pruneGridHours(startMs * 2);
      const model = new Map<string, GridHour[]>();
      for (const words of calls) {
        const hours = words.map(({ hour, ...rest }) => hourAt(hour, rest));
        service.putGridHours(hours);
        for (const said of hours) {
          const key = `${said.zone} ${said.startMs}`;
          model.set(key, [...(model.get(key) ?? []), said]);
        }
      }
      for (const zone of ['FR', 'GB']) {
        const expected = [0, 1].flatMap((hour) => {
          const words = model.get(`${zone} ${startMs + hour * hourMs}`);
          return words === undefined ? [] : [naiveHour(words)];
        });
        assert.deepEqual(hoursOf(service, zone), expected);
      }
    }),
    { numRuns: 40 },
  );
  service.close();
  t.end();
});

function hourAt(hour: number, said: Omit<GridHour, 'startMs' | 'endMs'>): GridHour {
  return { ...said, startMs: startMs + hour * hourMs, endMs: startMs + (hour + 1) * hourMs };
}

interface NaiveWord {
  readonly values: readonly (number | undefined)[];
  readonly isEstimated: boolean;
  readonly updatedMs: number | undefined;
}

/** All that was ever said of one hour, in its order. */
function naiveHour(words: readonly GridHour[]): GridHour {
  const [first] = words;
  assert.ok(first !== undefined);
  const ofCarbon = naiveWord(words.map((word) => ({ ...word, values: [word.carbonGramsPerKwh] })));
  const ofPower = naiveWord(
    words.map((word) => ({ ...word, values: [word.productionMw, word.consumptionMw] })),
  );
  const times = [ofCarbon.updatedMs, ofPower.updatedMs].filter((atMs) => atMs !== undefined);
  return {
    zone: first.zone,
    startMs: first.startMs,
    endMs: first.endMs,
    carbonGramsPerKwh: ofCarbon.values[0],
    productionMw: ofPower.values[0],
    consumptionMw: ofPower.values[1],
    isEstimated: ofCarbon.isEstimated || ofPower.isEstimated,
    updatedMs: times.length === 0 ? undefined : Math.max(...times),
  };
}

function naiveWord(words: readonly NaiveWord[]): NaiveWord {
  return words.reduce<NaiveWord>(
    (before, word) => {
      const { isEstimated, updatedMs } = word;
      if (word.values.every((value) => value === undefined)) return before;
      if (updatedMs !== undefined && before.updatedMs !== undefined && updatedMs < before.updatedMs)
        return before;
      const values = word.values.map((value, index) => value ?? before.values[index]);
      const isSame = isEstimated === before.isEstimated && String(values) === String(before.values);
      return isSame ? before : { values, isEstimated, updatedMs };
    },
    { values: [], isEstimated: false, updatedMs: undefined },
  );
}
