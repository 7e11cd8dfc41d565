import fc from 'fast-check';
import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { readGridHours } from '../../../gateway/io/sources/electricity-maps-hours.ts';

const startMs = Date.UTC(2026, 0, 12, 8);
const intensity = {
  zone: 'FR',
  carbonIntensity: 41,
  datetime: '2026-01-12T08:00:00.000Z',
  updatedAt: '2026-01-12T08:45:44.917Z',
  isEstimated: true,
  temporalGranularity: 'hourly',
};
const breakdown = {
  zone: 'DE',
  datetime: '2024-03-06T19:00:00.000Z',
  powerConsumptionTotal: 52_901,
  powerProductionTotal: 48_570,
  powerImportTotal: 5_798,
  powerExportTotal: 1_467,
};

t.test('an hour has what its answer says, and nothing else', (t) => {
  t.same(readGridHours(intensity, 'FR'), [
    {
      zone: 'FR',
      startMs,
      endMs: startMs + 3_600_000,
      carbonGramsPerKwh: 41,
      productionMw: undefined,
      consumptionMw: undefined,
      isEstimated: true,
      updatedMs: Date.UTC(2026, 0, 12, 8, 45, 44, 917),
    },
  ]);
  t.match(readGridHours(breakdown, 'DE'), [
    { productionMw: 48_570, consumptionMw: 52_901, isEstimated: false },
  ]);
  t.equal(readGridHours(breakdown, 'DE')[0]?.updatedMs, undefined);
  t.end();
});

t.test('hours without a number, totals that do not add up and numbers that cannot be are left out', (t) => {
  t.same(readGridHours({ ...intensity, carbonIntensity: null }, 'FR'), []);
  t.same(readGridHours({ ...intensity, carbonIntensity: -3 }, 'FR'), []);
  t.same(readGridHours({ ...intensity, carbonIntensity: '41' }, 'FR'), []);
  t.same(readGridHours({ ...breakdown, powerImportTotal: 0 }, 'DE'), []);
  t.match(readGridHours({ ...breakdown, powerProductionTotal: null }, 'DE'), [{ productionMw: undefined }]);
  t.end();
});

t.test('a history is read hour by hour, in steps as long as it says', (t) => {
  const item = (minute: string): object => ({ ...intensity, datetime: `2026-01-12T08:${minute}:00Z` });
  const history = [item('00'), item('15')].map((one) => ({ ...one, temporalGranularity: '15_minutes' }));
  t.same(
    readGridHours({ zone: 'FR', history }, 'FR').map((hour) => hour.endMs - hour.startMs),
    [900_000, 900_000],
  );
  t.same(readGridHours({ zone: 'FR', history: [] }, 'FR'), []);
  t.end();
});

for (const [what, answer] of [
  ['another zone', { ...intensity, zone: 'BE' }],
  ['another zone within', { zone: 'FR', history: [{ ...intensity, zone: 'BE' }] }],
  ['a time that is none', { ...intensity, datetime: 'noon' }],
  ['an update that is none', { ...intensity, updatedAt: 'noon' }],
  ['days', { ...intensity, temporalGranularity: 'daily' }],
  ['a history that is none', { zone: 'FR', history: {} }],
  ['a history without end', { zone: 'FR', history: Array.from({ length: 501 }, () => intensity) }],
  ['nothing', null],
] as const) {
  t.test(`an answer with ${what} is refused, and says where`, (t) => {
    t.throws(() => readGridHours(answer, 'FR'), { code: 'answer_invalid', facts: { where: String } });
    t.end();
  });
}

t.test('whatever an answer is, it is read or refused as invalid', (t) => {
  const field = fc.oneof(fc.jsonValue(), fc.constantFrom('FR', '2026-01-12T08:00:00Z', 'hourly', 40));
  const item = fc.dictionary(fc.constantFrom(...Object.keys({ ...intensity, ...breakdown })), field);
  const answer = fc.oneof(item, fc.record({ zone: fc.constant('FR'), history: fc.array(item) }));
  fc.assert(
    fc.property(answer, (said) => {
      try {
        for (const hour of readGridHours(said, 'FR')) {
          const { carbonGramsPerKwh = 0, productionMw = 0, consumptionMw = 0 } = hour;
          for (const value of [carbonGramsPerKwh, productionMw, consumptionMw, hour.startMs])
            if (!Number.isFinite(value) || value < 0) return false;
        }
        return true;
      } catch (error) {
        return error instanceof GatewayError && error.code === 'answer_invalid';
      }
    }),
    { numRuns: 300 },
  );
  t.end();
});
