import fc from 'fast-check';
import t from 'tap';
import { canonicalJson, type JsonValue } from '../../../gateway/core/canonical-json.ts';
import { qualities, type Quality } from '../../../gateway/core/quality.ts';
import { readingsRecord } from '../../../gateway/storage/telemetry/readings-record.ts';
import { batchOf } from '../scratch.ts';

/** Names that come in another order by their letters, as numbers, or by their code points. */
const names = ['b', 'a', '10', '9', '\u00e9', '\ufffd', '\u{1f600}', 'with "quotes"\n', '__proto__x', ''];
const keys = names.flatMap((device) => ['p_w', 'e_kwh', '2'].map((quantity) => ({ device, quantity })));

t.test('a commit is written as its canonical JSON', (t) => {
  const sample = fc.tuple(
    fc.nat({ max: keys.length - 1 }),
    fc.nat({ max: 253_402_300_799_999 }),
    fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-0, NaN, Infinity, 1e21, 5e-324)),
    fc.constantFrom<Quality>(...qualities),
  );
  fc.assert(
    fc.property(fc.nat(), fc.array(sample, { minLength: 1, maxLength: 30 }), (commit, samples) => {
      const readings: Record<string, Record<string, JsonValue[]>> = {};
      for (const [series, atMs, value, quality] of samples) {
        const { device, quantity } = keys[series] ?? { device: '', quantity: '' };
        const row = [atMs, Number.isFinite(value) ? value : null, ...(quality === 'good' ? [] : [quality])];
        ((readings[device] ??= {})[quantity] ??= []).push(row);
      }
      const expected = canonicalJson({ kind: 'readings', commit, readings });
      const keyOf = (series: number): (typeof keys)[number] => keys[series] ?? { device: '', quantity: '' };
      return readingsRecord(commit, batchOf(samples), keyOf) === expected;
    }),
    { numRuns: 300 },
  );
  t.pass('each of 300');
  t.end();
});
