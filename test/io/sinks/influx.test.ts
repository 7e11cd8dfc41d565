import t from 'tap';
import type { HttpAnswer } from '../../../gateway/core/http.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { influx } from '../../../gateway/io/sinks/influx.ts';
import type { Sink, SinkBatch } from '../../../gateway/io/sinks/sink.ts';
import { answer, InfluxStub } from './influx-stub.ts';
import { sinkPorts } from './sink-ports.ts';

const signal = new AbortController().signal;
const version2: OptionValues = {
  url: 'http://192.168.1.20:8086/',
  version: '2',
  database: 'energy',
  organisation: 'home',
  token: 'very-secret-token',
  layout: 'readings',
};
const version1: OptionValues = { ...version2, version: '1', user: 'egw', password: 'pass:wörd', token: '' };

async function open(stub: InfluxStub, options: OptionValues = version2): Promise<Sink> {
  return await influx.open(options, sinkPorts({ http: stub }), signal);
}

/** So many readings of one series, a second apart. */
function batchOf(count: number): SinkBatch {
  const rows = Array.from({ length: count }, (_, index) => ({
    device: 'meter',
    quantity: index % 2 === 0 ? 'grid_power_w' : 'pv_power_w',
    unit: 'W',
    atMs: 1_768_410_902_000 + index * 1000,
    value: index,
    quality: 'good' as const,
  }));
  return { rows, texts: [], isLive: true };
}

t.test('each version is written to in its own way, and its secrets are in no address', async (t) => {
  const cases: readonly [OptionValues, string, string | undefined][] = [
    [version1, '/write?db=energy&precision=ms', `Basic ${Buffer.from('egw:pass:wörd').toString('base64')}`],
    [
      { ...version1, retentionPolicy: 'a year', user: '' },
      '/write?db=energy&precision=ms&rp=a+year',
      undefined,
    ],
    [version2, '/api/v2/write?org=home&bucket=energy&precision=ms', 'Token very-secret-token'],
    [
      { ...version2, version: '3' },
      '/api/v3/write_lp?db=energy&precision=millisecond&accept_partial=true',
      'Bearer very-secret-token',
    ],
  ];
  for (const [options, path, authorization] of cases) {
    const stub = new InfluxStub();
    t.same(await (await open(stub, options)).write(batchOf(3), signal), []);
    const [request] = stub.requests;
    t.equal(request?.url, `http://192.168.1.20:8086${path}`);
    t.equal(request?.headers?.['authorization'], authorization);
    t.equal(stub.points.size, 3);
  }
});

t.test('what comes twice is there once, and a compressed batch holds the same', async (t) => {
  const stub = new InfluxStub();
  const sink = await open(stub, { ...version2, isCompressed: true });
  await sink.write(batchOf(10), signal);
  await sink.write(batchOf(10), signal);
  t.equal(stub.points.size, 10);
  t.equal(stub.requests[0]?.headers?.['content-encoding'], 'gzip');
});

t.test('what is too large for the server goes in smaller parts', async (t) => {
  const stub = new InfluxStub();
  stub.bodyBytesMax = 500;
  t.same(await (await open(stub)).write(batchOf(100), signal), []);
  t.equal(stub.points.size, 100);
  stub.bodyBytesMax = 10;
  const refused = await (await open(stub)).write(batchOf(2), signal);
  t.same(
    refused.map(({ index }) => index),
    [0, 1],
    'a row that alone is too large is refused',
  );
});

t.test('rows that the server will not have are named, and the others are there', async (t) => {
  const conflict =
    'field type conflict: input field "value" on measurement "pv_power_w" is type float, already exists as type integer';
  const byLine = (reasons: ReadonlyMap<number, string>): HttpAnswer =>
    answer(400, {
      error: 'partial write of line protocol occurred',
      data: [...reasons].map(([line, reason]) => ({ line_number: line + 1, error_message: reason })),
    });
  const cases: readonly [string, number, (stub: InfluxStub) => void][] = [
    [
      '1.x, a conflict',
      1,
      (stub) => (stub.refuse = (p) => (p.measurement === 'pv_power_w' ? conflict : undefined)),
    ],
    [
      '2.x, a conflict',
      1,
      (stub) => {
        stub.refuse = (p) => (p.measurement === 'pv_power_w' ? conflict : undefined);
        stub.complain = (reasons) =>
          answer(422, {
            code: 'unprocessable entity',
            message: `failure writing points to database: partial write: ${conflict} dropped=${reasons.size}`,
          });
      },
    ],
    [
      '3, by line',
      1,
      (stub) => {
        stub.refuse = (p) => (p.measurement === 'pv_power_w' ? 'invalid column type' : undefined);
        stub.complain = byLine;
      },
    ],
    [
      'something that it does not tell, found by halves',
      Number.POSITIVE_INFINITY,
      (stub) => {
        stub.refuse = (p) =>
          p.measurement === 'pv_power_w' ? 'max-series-per-database limit exceeded' : undefined;
        stub.complain = () => answer(400, { code: 'invalid', message: 'no' });
      },
    ],
  ];
  for (const [title, requestsMax, prepare] of cases) {
    const stub = new InfluxStub();
    prepare(stub);
    const refused = await (await open(stub)).write(batchOf(8), signal);
    t.same(
      refused.map(({ index }) => index),
      [1, 3, 5, 7],
      title,
    );
    t.equal(stub.points.size, 4, title);
    t.ok(stub.requests.length <= requestsMax, title);
  }
});

t.test('of what is older than the retention the oldest are refused, and of everything all', async (t) => {
  const stub = new InfluxStub();
  const oldest = batchOf(3).rows[2]?.atMs ?? 0;
  stub.refuse = (point) => (point.time <= oldest ? 'points beyond retention policy' : undefined);
  const refused = await (await open(stub)).write(batchOf(9), signal);
  t.same(
    refused.map(({ index }) => index),
    [0, 1, 2],
  );
  stub.refuse = () => 'points beyond retention policy';
  t.equal((await (await open(stub)).write(batchOf(9), signal)).length, 9);
  t.equal(stub.requests.length, 2, 'without asking again');
});

t.test('a database that is missing is made where that is wanted, and named where not', async (t) => {
  for (const options of [version1, version2]) {
    const stub = new InfluxStub();
    stub.isDatabaseThere = false;
    await t.rejects((await open(stub, options)).write(batchOf(1), signal), {
      code: 'sink_refused',
      hint: /check database; make it there, or set createDatabase/,
    });
    const maker = await open(stub, { ...options, createDatabase: true });
    t.same(await maker.write(batchOf(2), signal), []);
    t.equal(stub.points.size, 2);
    stub.isDatabaseThere = false;
    stub.mayCreate = false;
    await t.rejects(maker.write(batchOf(1), signal), { code: 'sink_refused', hint: /we may not make it/ });
  }
  const stub = new InfluxStub();
  stub.isDatabaseThere = false;
  const awkward = await open(stub, { ...version1, database: 'a"b; drop', createDatabase: true });
  await awkward.write(batchOf(1), signal);
  const body = new URLSearchParams(String(stub.requests[1]?.body));
  t.equal(body.get('q'), 'CREATE DATABASE "a\\"b; drop"', 'its name is quoted');
});

t.test('every other answer is an error that says what to do, without a secret', async (t) => {
  const cases: readonly [HttpAnswer, object][] = [
    [answer(401, { code: 'unauthorized', message: 'not very-secret-token' }), { code: 'sink_refused' }],
    [answer(403, { message: 'forbidden' }), { code: 'sink_refused', hint: /check token and organisation/ }],
    [answer(429, {}, { 'retry-after': '17' }), { code: 'rate_limited', facts: { retryAfterMs: 17_000 } }],
    [
      answer(503, 'starting', { 'retry-after': 'Thu, 01 Jan 1970 00:01:10 GMT' }),
      { code: 'sink_unavailable', facts: { retryAfterMs: 10_000 } },
    ],
    [answer(500, '<html>oops</html>'), { code: 'sink_unavailable', retryable: true }],
    [answer(404, '<html>no such page</html>'), { code: 'sink_refused', hint: /url/ }],
    [answer(302, '', { location: 'http://login.example/' }), { code: 'sink_refused', hint: /url/ }],
    [answer(200, '<html>log in</html>'), { code: 'sink_unavailable', hint: /log-in page/ }],
  ];
  for (const [said, expected] of cases) {
    const stub = new InfluxStub();
    stub.scripted.push(said);
    const sink = await open(stub);
    const error: unknown = await sink.write(batchOf(2), signal).catch((thrown: unknown) => thrown);
    t.match(error, expected, `${said.status}`);
    t.notMatch(String(error) + JSON.stringify(error), /very-secret/);
    t.same(await sink.write(batchOf(2), signal), [], 'and the next is taken');
  }
});

t.test('settings that do not fit each other are refused with the one that is missing', async (t) => {
  const stub = new InfluxStub();
  const wrong = (values: OptionValues): Promise<Sink> => open(stub, { ...version2, ...values });
  await t.rejects(wrong({ organisation: '' }), { code: 'config_invalid', hint: /organisation/ });
  await t.rejects(wrong({ token: '' }), { code: 'config_invalid', hint: /token/ });
  await t.rejects(wrong({ layout: 'snapshot', snapshotFields: [] }), { code: 'config_invalid' });
});

t.test('the snapshot is written under the names that were given', async (t) => {
  const stub = new InfluxStub();
  const sink = await open(stub, {
    ...version1,
    layout: 'snapshot',
    snapshotFields: ['meter/grid_power_w=secondaire'],
    snapshotHost: 'raspberry',
    snapshotRegion: 'chaudiere',
  });
  stub.refuse = (point) => (point.fields['secondaire'] === 2 ? 'no' : undefined);
  t.same(await sink.write(batchOf(4), signal), [{ index: 2, reason: 'partial write: no dropped=1' }]);
  t.same([...stub.points.values()][0]?.fields, { secondaire: 0 });
  await sink.close();
});
