import fc from 'fast-check';
import t from 'tap';
import { readingLines, snapshotLines } from '../../../gateway/io/sinks/influx-lines.ts';
import type { SinkBatch, SinkRow } from '../../../gateway/io/sinks/sink.ts';
import { parseLines } from './line-protocol-parser.ts';

const row: SinkRow = {
  device: 'meter',
  quantity: 'grid_power_w',
  unit: 'W',
  atMs: 1_768_410_902_000,
  value: -412.5,
  quality: 'good',
};

function batchOf(rows: readonly SinkRow[], texts: SinkBatch['texts'] = []): SinkBatch {
  return { rows, texts, isLive: true };
}

const pointsOf = (batch: SinkBatch, site: string) =>
  parseLines(
    readingLines(batch, site)
      .map(({ text }) => text)
      .join('\n'),
  );

/** Names with all that the protocol gives a meaning to. */
const awkward = fc.string({
  unit: fc.oneof(
    fc.constantFrom(',', '=', ' ', '"', '\\', '#', '\n', '\t', "'", 'é', '😀', '{'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  minLength: 1,
  maxLength: 20,
});
const written = (name: string): string => name.replace(/[\\\u0000-\u001f\u007f]/g, '_');

t.test('a reading is a point of its quantity, and a missing one has no value', (t) => {
  const missing = { ...row, value: null, quality: 'missing' } as const;
  t.same(pointsOf(batchOf([row, missing]), 'Villa Söderö'), [
    {
      measurement: 'grid_power_w',
      tags: { device: 'meter', site: 'Villa Söderö' },
      fields: { value: -412.5, quality: 'good' },
      time: row.atMs,
    },
    {
      measurement: 'grid_power_w',
      tags: { device: 'meter', site: 'Villa Söderö' },
      fields: { quality: 'missing' },
      time: row.atMs,
    },
  ]);
  t.end();
});

t.test('any names, numbers and words come out of a parser as they went in', (t) => {
  const value = fc.double({ noNaN: true, noDefaultInfinity: true });
  const named = fc.record({
    device: awkward,
    quantity: awkward,
    site: fc.string(),
    number: value,
    text: awkward,
  });
  fc.assert(
    fc.property(named, ({ device, quantity, site, number, text }) => {
      const words = [{ device, quantity, atMs: 5, text }];
      const [point, word] = pointsOf(batchOf([{ ...row, device, quantity, value: number }], words), site);
      t.equal(point?.measurement, written(quantity).replace(/^#/, '_'));
      const place = written(site);
      t.same(point?.tags, { device: written(device), ...(place !== '' && { site: place }) });
      t.same(point?.fields, { value: number === 0 ? 0 : number, quality: 'good' });
      t.same(word?.fields, { text });
      t.equal(word?.time, 5);
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('a snapshot holds the fields that are known of one second, and good values only', (t) => {
  const fields = [
    { device: 'probes', quantity: 'water_c', field: 'eau' },
    { device: 'probes', quantity: 'flue_c', field: 'fume' },
  ];
  const of = (quantity: string, value: number, atMs: number): SinkRow => ({
    ...row,
    device: 'probes',
    quantity,
    value,
    atMs,
  });
  const rows = [
    of('water_c', 61.5, 10_000),
    of('other_c', 1, 10_000),
    of('flue_c', 120, 10_999),
    { ...of('flue_c', 85, 11_000), quality: 'suspect' } as const,
    of('water_c', 62, 12_001),
  ];
  const lines = snapshotLines(batchOf(rows), fields, { host: 'raspberry', region: 'chaudiere' });
  t.same(
    lines.map(({ text }) => text),
    [
      'snapshot,host=raspberry,region=chaudiere eau=61.5,fume=120 10000',
      'snapshot,host=raspberry,region=chaudiere eau=62 12000',
    ],
  );
  t.same(
    lines.map((line) => line.rows),
    [[0, 2], [4]],
  );
  t.end();
});
