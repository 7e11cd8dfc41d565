import { appendFileSync, chmodSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import '../../property-seed.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { csvCells, csvLine } from '../../../gateway/io/sinks/csv-line.ts';
import { csv } from '../../../gateway/io/sinks/csv.ts';
import type { Sink, SinkBatch, SinkPorts } from '../../../gateway/io/sinks/sink.ts';
import { sinkPorts } from './sink-ports.ts';

const dayStart = Date.UTC(2026, 2, 10);
const { signal } = new AbortController();

async function opened(
  directory: string,
  more: OptionValues = {},
  ports: Partial<SinkPorts> = {},
): Promise<Sink> {
  const options = { directory: 'csv', readableBy: 'owner', ...more };
  return await csv.open(options, sinkPorts({ dataDirectory: directory, ...ports }), signal);
}

type Given = readonly [atMs: number, values: Readonly<Record<string, number | null | string>>];

function batchOf(device: string, given: readonly Given[]): SinkBatch {
  const all = given.flatMap(([atMs, values]) =>
    Object.entries(values).map(([quantity, value]) => ({ device, quantity, atMs, value })),
  );
  return {
    rows: all.flatMap(({ value, ...row }) =>
      typeof value === 'string'
        ? []
        : [{ ...row, value, unit: 'W', quality: value === null ? ('missing' as const) : ('good' as const) }],
    ),
    texts: all.flatMap(({ value, ...row }) => (typeof value === 'string' ? [{ ...row, text: value }] : [])),
    isLive: true,
  };
}

function files(t: Test): Readonly<Record<string, string>> {
  const folder = join(t.testdirName, 'csv');
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

t.test('a row a time, with a column a quantity; a file a device and UTC day', async (t) => {
  const sink = await opened(t.testdir());
  await sink.write(
    batchOf('meter', [
      [dayStart - 1, { power: 1.5, voltage: 230 }],
      [dayStart, { power: -2, voltage: null }],
      [dayStart + 1_500, { voltage: 231 }],
    ]),
    signal,
  );
  await sink.write(batchOf('p1/gas-47', [[dayStart, { gas_m3: 1e-7, mode: 'on, "auto"\nnow' }]]), signal);
  t.same(files(t), {
    'meter-2026-03-09.csv': 'timestamp,power,voltage\n2026-03-09T23:59:59Z,1.5,230\n',
    'meter-2026-03-10.csv': 'timestamp,power,voltage\n2026-03-10T00:00:00Z,-2,\n2026-03-10T00:00:01Z,,231\n',
    'p1%2Fgas-47-2026-03-10.csv': 'timestamp,gas_m3,mode\n2026-03-10T00:00:00Z,1e-7,"on, ""auto"" now"\n',
  });
  t.equal(statSync(join(t.testdirName, 'csv', 'meter-2026-03-10.csv')).mode & 0o777, 0o600);
  t.equal(statSync(join(t.testdirName, 'csv')).mode & 0o777, 0o700);
});

t.test('a new column begins a new part, whose header is true for all of its rows', async (t) => {
  const sink = await opened(t.testdir());
  await sink.write(batchOf('meter', [[dayStart, { a: 1 }]]), signal);
  await sink.write(batchOf('meter', [[dayStart + 1_000, { b: 2 }]]), signal);
  await sink.write(batchOf('meter', [[dayStart + 2_000, { a: 3 }]]), signal);
  const again = await opened(t.testdirName);
  await again.write(batchOf('meter', [[dayStart + 86_400_000, { b: 4 }]]), signal);
  t.same(files(t), {
    'meter-2026-03-10-2.csv': 'timestamp,a,b\n2026-03-10T00:00:01Z,,2\n2026-03-10T00:00:02Z,3,\n',
    'meter-2026-03-10.csv': 'timestamp,a\n2026-03-10T00:00:00Z,1\n',
    'meter-2026-03-11.csv': 'timestamp,a,b\n2026-03-11T00:00:00Z,,4\n',
  });
});

t.test(
  'what a device is known to say has its column from the start, in whatever parts it comes',
  async (t) => {
    const quantitiesOf = (device: string): Promise<readonly string[]> =>
      Promise.resolve(device === 'p1' ? ['meter_model', 'power', 'voltage'] : []);
    const sink = await opened(t.testdir(), {}, { quantitiesOf });
    await sink.write(batchOf('p1', [[dayStart, { power: 1 }]]), signal);
    await sink.write(batchOf('p1', [[dayStart, { meter_model: 'ISKRA' }]]), signal);
    await sink.write(batchOf('p1', [[dayStart + 1_000, { power: 2, voltage: 230 }]]), signal);
    t.same(files(t), {
      'p1-2026-03-10.csv':
        'timestamp,meter_model,power,voltage\n2026-03-10T00:00:00Z,,1,\n2026-03-10T00:00:00Z,ISKRA,,\n2026-03-10T00:00:01Z,,2,230\n',
    });
    await sink.write(batchOf('p1', [[dayStart + 2_000, { frequency: 50 }]]), signal);
    t.equal(
      files(t)['p1-2026-03-10-2.csv'],
      'timestamp,meter_model,power,voltage,frequency\n2026-03-10T00:00:02Z,,,,50\n',
      'what nobody could know begins a new part all the same',
    );
  },
);

t.test(
  'what comes twice is written once, also after a restart; what is new of a time is added',
  async (t) => {
    const sink = await opened(t.testdir());
    const batch = batchOf('meter', [
      [dayStart, { a: 1, b: 2 }],
      [dayStart + 1_000, { a: 2 }],
    ]);
    await sink.write(batch, signal);
    await sink.write(batch, signal);
    await sink.close();
    const again = await opened(t.testdirName);
    await again.write(batch, signal);
    await again.write(batchOf('meter', [[dayStart + 1_000, { a: 99, b: 3 }]]), signal);
    t.same(files(t), {
      'meter-2026-03-10.csv':
        'timestamp,a,b\n2026-03-10T00:00:00Z,1,2\n2026-03-10T00:00:01Z,2,\n2026-03-10T00:00:01Z,,3\n',
    });
  },
);

t.test('a line that a power cut has left half is cut off, and comes again', async (t) => {
  for (const half of ['2026-03-10T00:00:0', '2026-03-10T00:00:01Z,7', 'x'.repeat(100_000)]) {
    const sink = await opened(t.testdir());
    await sink.write(batchOf('meter', [[dayStart, { a: 1 }]]), signal);
    appendFileSync(join(t.testdirName, 'csv', 'meter-2026-03-10.csv'), half);
    const again = await opened(t.testdirName);
    await again.write(
      batchOf('meter', [
        [dayStart, { a: 1 }],
        [dayStart + 1_000, { a: 7 }],
      ]),
      signal,
    );
    t.same(files(t), {
      'meter-2026-03-10.csv': 'timestamp,a\n2026-03-10T00:00:00Z,1\n2026-03-10T00:00:01Z,7\n',
    });
  }
});

t.test("somebody else's file of that name is left as it is", async (t) => {
  t.testdir({ csv: { 'meter-2026-03-10.csv': 'my,own\nfile,1\n', 'meter-2026-03-10-x.csv': '' } });
  const sink = await opened(t.testdirName);
  await sink.write(batchOf('meter', [[dayStart, { a: 1 }]]), signal);
  t.same(files(t), {
    'meter-2026-03-10-2.csv': 'timestamp,a\n2026-03-10T00:00:00Z,1\n',
    'meter-2026-03-10-x.csv': '',
    'meter-2026-03-10.csv': 'my,own\nfile,1\n',
  });
});

t.test('ids do not lead out of the folder, and no two share a file', async (t) => {
  const ids = [
    '../../etc/passwd',
    '..',
    'a/b',
    'a%2Fb',
    '.hidden',
    'é\ud800',
    'a b',
    'con\u0000',
    'm'.repeat(400),
    `${'m'.repeat(400)}x`,
  ];
  const sink = await opened(t.testdir());
  for (const id of ids) await sink.write(batchOf(id, [[dayStart, { a: 1 }]]), signal);
  const names = Object.keys(files(t));
  t.equal(names.length, ids.length);
  t.ok(
    names.every((name) => /^[A-Za-z0-9_%][A-Za-z0-9._%~-]*$/.test(name)),
    names.join(' '),
  );
  t.same(readdirSync(t.testdirName), ['csv']);
});

t.test('many devices are more than are kept open, and each is written once all the same', async (t) => {
  const sink = await opened(t.testdir());
  for (let round = 0; round < 3; round += 1) {
    for (let device = 0; device < 40; device += 1)
      await sink.write(
        batchOf(`d${device}`, [
          [dayStart + round * 1_000, { a: round }],
          [dayStart, { a: 0 }],
        ]),
        signal,
      );
  }
  const all = Object.values(files(t));
  t.equal(all.length, 40);
  t.ok(all.every((text) => text.split('\n').length === 5));
});

t.test('a folder that cannot be written says which setting it is of', async (t) => {
  t.testdir({ csv: 'a file' });
  await t.rejects(opened(t.testdirName), { code: /sink_/, message: /csv/ });
  const sink = await opened(t.testdirName, { directory: 'other' });
  const abort = new AbortController();
  abort.abort(new Error('time is up'));
  await t.rejects(sink.write(batchOf('meter', [[dayStart, { a: 1 }]]), abort.signal), /time is up/);
  chmodSync(join(t.testdirName, 'other'), 0o000);
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) {
    await t.rejects(sink.write(batchOf('meter', [[dayStart, { a: 1 }]]), signal), {
      code: 'sink_refused',
      hint: /directory/,
    });
  }
  chmodSync(join(t.testdirName, 'other'), 0o700);
  mkdirSync(join(t.testdirName, 'other', 'meter-2026-03-10.csv'));
  await t.rejects(sink.write(batchOf('meter', [[dayStart, { a: 1 }]]), signal), {
    code: 'sink_refused',
    hint: /directory/,
  });
});

t.test('cells come back from a line as they were, but for line breaks', (t) => {
  const everyLine = fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (cells) => {
    const line = csvLine(cells);
    const plain = cells.map((cell) => cell.replace(/[\r\n\u2028\u2029]+/g, ' '));
    return !/[\r\n]/.test(line) && JSON.stringify(csvCells(line)) === JSON.stringify(plain);
  });
  t.doesNotThrow(() => fc.assert(everyLine));
  t.end();
});
