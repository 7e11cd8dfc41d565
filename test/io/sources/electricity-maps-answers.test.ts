import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { errorCodeOf } from '../../../gateway/core/errors.ts';
import {
  readBreakdown,
  readForecast,
  readIntensity,
} from '../../../gateway/io/sources/electricity-maps-answers.ts';
import { doubleNames, textOf, valueOf } from './source-bench.ts';

function fixture(name: string): Record<string, unknown> {
  const url = new URL(`fixtures/electricity-maps/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Record<string, unknown>;
}

const intensity = fixture('carbon-intensity');
const breakdown = fixture('power-breakdown');

t.test('an intensity is of the hour that it says, and estimated where it says so', (t) => {
  const answer = readIntensity(intensity, 'FR');
  t.same(valueOf(answer, 'carbon_intensity_g_per_kwh'), {
    quantity: 'carbon_intensity_g_per_kwh',
    value: 41,
    atMs: Date.UTC(2025, 2, 29, 18),
    quality: 'estimated',
  });
  t.equal(textOf(answer, 'emissionFactorType'), 'lifecycle');
  const measured = readIntensity({ ...intensity, isEstimated: false, carbonIntensity: 43 }, 'FR');
  t.match(valueOf(measured, 'carbon_intensity_g_per_kwh'), { value: 43, quality: 'good' });
  t.end();
});

t.test('an intensity that is not known is missing, never 0', (t) => {
  const answer = readIntensity({ ...intensity, carbonIntensity: null }, 'FR');
  t.match(valueOf(answer, 'carbon_intensity_g_per_kwh'), { value: Number.NaN, quality: 'missing' });
  t.end();
});

t.test('a mix is read by source, with spaces in names, and nothing of it is lost', (t) => {
  const answer = readBreakdown(breakdown, 'DE');
  t.match(valueOf(answer, 'zone_consumption_hydro_discharge_mw'), { value: 1706, quality: 'estimated' });
  t.match(valueOf(answer, 'zone_consumption_solar_mw'), { value: 0 });
  t.match(valueOf(answer, 'zone_consumption_mw'), { value: 52_901 });
  t.match(valueOf(answer, 'zone_production_mw'), { value: 48_570 });
  t.match(valueOf(answer, 'zone_fossil_free_pct'), { value: 34, atMs: Date.UTC(2024, 2, 6, 19) });
  t.match(valueOf(answer, 'zone_renewable_pct'), { value: 33 });
  t.match(valueOf(answer, 'powerImportBreakdown.DK-DK1'), { value: 1473 });
  t.equal(valueOf(answer, 'powerProductionBreakdown.nuclear'), undefined, 'null is no value');
  t.equal(textOf(answer, 'powerBreakdown.zone'), 'DE', 'it shares no name with an intensity');
  t.same(doubleNames(answer), []);
  t.end();
});

t.test('a source that we do not know yet, and one that would take the name of another, are kept', (t) => {
  const mix = { ...(breakdown['powerConsumptionBreakdown'] as object), 'flywheel discharge': 7 };
  const answer = readBreakdown(
    { ...breakdown, powerConsumptionBreakdown: { ...mix, hydro_discharge: 5, 'Hydro Discharge': 6 } },
    'DE',
  );
  t.match(valueOf(answer, 'zone_consumption_flywheel_discharge_mw'), { value: 7 });
  t.match(valueOf(answer, 'zone_consumption_hydro_discharge_mw'), { value: 1706 });
  t.match(valueOf(answer, 'powerConsumptionBreakdown.hydro_discharge'), { value: 5 });
  t.match(valueOf(answer, 'powerConsumptionBreakdown.Hydro Discharge'), { value: 6 });
  t.same(doubleNames(answer), []);
  t.end();
});

t.test('totals that do not add up, and what cannot be, are suspect', (t) => {
  const unbalanced = readBreakdown({ ...breakdown, powerProductionTotal: 4_857 }, 'DE');
  t.match(valueOf(unbalanced, 'zone_consumption_mw'), { quality: 'suspect' });
  t.match(valueOf(unbalanced, 'zone_fossil_free_pct'), { quality: 'estimated' });
  const negative = readBreakdown({ ...breakdown, powerConsumptionBreakdown: { coal: -5, gas: 1 } }, 'DE');
  t.match(valueOf(negative, 'zone_consumption_coal_mw'), { value: -5, quality: 'suspect' });
  t.match(valueOf(negative, 'zone_consumption_gas_mw'), { value: 1, quality: 'estimated' });
  t.match(
    valueOf(readIntensity({ ...intensity, carbonIntensity: 4_100 }, 'FR'), 'carbon_intensity_g_per_kwh'),
    {
      quality: 'suspect',
    },
  );
  t.end();
});

t.test('a mix that is not known has no totals', (t) => {
  const nothing = Object.fromEntries(
    Object.keys(breakdown).map((key) => [key, /Total|Percentage/.test(key) ? null : breakdown[key]]),
  );
  t.match(valueOf(readBreakdown(nothing, 'DE'), 'zone_consumption_mw'), {
    value: Number.NaN,
    quality: 'missing',
  });
  t.end();
});

const refused: readonly (readonly [string, string, unknown])[] = [
  ['the caller’s own zone instead of ours', 'zone', { ...intensity, zone: 'DE' }],
  ['no zone', 'zone', { ...intensity, zone: null }],
  ['a time without a zone', 'datetime', { ...intensity, datetime: '2025-03-29T18:00:00' }],
  ['a time that is none', 'datetime', { ...intensity, datetime: '2025-13-45T18:00:00Z' }],
  ['a time in another age', 'datetime', { ...intensity, datetime: '0001-01-01T00:00:00Z' }],
  ['a number as a text', 'carbonIntensity', { ...intensity, carbonIntensity: '41' }],
  ['no intensity', 'body', { zone: 'FR', datetime: '2025-03-29T18:00:00.000Z' }],
  ['a word for a yes', 'isEstimated', { ...intensity, isEstimated: 'false' }],
  ['a list', 'body', [intensity]],
  ['null', 'body', null],
];

for (const [what, where, answer] of refused) {
  t.test(`an answer with ${what} is refused, and says where`, (t) => {
    try {
      readIntensity(answer, 'FR');
      t.fail('it was taken');
    } catch (error) {
      t.match(error, { code: 'answer_invalid', facts: { where } });
    }
    t.end();
  });
}

t.test('a forecast is put in order, without hours that have no number', (t) => {
  const point = (hour: number, carbonIntensity: unknown): object => ({
    carbonIntensity,
    datetime: new Date(Date.UTC(2025, 5, 17, hour)).toISOString(),
  });
  const forecast = [point(16, 296), point(15, 301), point(17, null), point(18, -1)];
  t.same(readForecast({ zone: 'DE', forecast, updatedAt: '2025-06-17T14:48:00.000Z' }, 'DE'), {
    zone: 'DE',
    updatedMs: Date.UTC(2025, 5, 17, 14, 48),
    points: [
      { atMs: Date.UTC(2025, 5, 17, 15), carbonGramsPerKwh: 301 },
      { atMs: Date.UTC(2025, 5, 17, 16), carbonGramsPerKwh: 296 },
    ],
  });
  t.throws(() => readForecast({ zone: 'DE', forecast: {} }, 'DE'), { code: 'answer_invalid' });
  t.end();
});

t.test('whatever an answer is, it is read or refused as invalid, and what is good is a number', (t) => {
  const part = fc.dictionary(fc.constantFrom(...Object.keys(breakdown), 'a b', ''), fc.jsonValue());
  fc.assert(
    fc.property(part, (changed) => {
      for (const read of [readIntensity, readBreakdown]) {
        try {
          const answer = read({ ...intensity, ...breakdown, zone: 'FR', ...changed }, 'FR');
          for (const { value, quality } of answer.values)
            if (Number.isFinite(value) === (quality === 'missing')) return false;
        } catch (error) {
          if (errorCodeOf(error) !== 'answer_invalid') throw error;
        }
      }
      return true;
    }),
    { numRuns: 200 },
  );
  t.end();
});
