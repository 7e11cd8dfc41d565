import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { fails, hangs, one, SourceBench, startMs, type Script } from './source-bench.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const says: Script = () => Promise.resolve(one);

t.test(
  'a source is read at once and then from start to start, and one that hangs delays no other',
  async (t) => {
    const bench = await new SourceBench(
      { id: 'hung', script: hangs, periodMs: 30_000 },
      { id: 'deaf', script: () => new Promise(() => undefined), periodMs: 30_000 },
      { id: 'meter', script: says, periodMs: 10_000 },
    ).start();
    await bench.clock.advance(minuteMs);
    t.same(bench.askedSeconds('meter'), [0, 10, 20, 30, 40, 50, 60]);
    t.same(bench.taken.filter(({ device }) => device === 'meter').length, 7);
    // 20 s without an answer, and 30 s after that it is asked again.
    t.same(bench.askedSeconds('hung'), [0, 50]);
    t.same(bench.askedSeconds('deaf'), [0, 50], 'one that heeds no signal is left alone all the same');
    t.match(
      bench.fleet.sources().map(({ id, state }) => [id, state]),
      [
        ['hung', 'failing'],
        ['deaf', 'failing'],
        ['meter', 'up'],
      ],
    );
    t.same(bench.scheduler.livenessBreaches(), []);
    t.match(
      bench.fleet.lanes().map(({ name }) => name),
      ['hung', 'deaf', 'meter'],
    );
  },
);

t.test('sources of one lane are asked one at a time', async (t) => {
  const bench = await new SourceBench(
    { id: 'a', script: hangs, periodMs: minuteMs, lane: 'host' },
    { id: 'b', script: says, periodMs: minuteMs, lane: 'host' },
  ).start();
  await bench.clock.advance(30_000);
  t.same([bench.askedSeconds('a'), bench.askedSeconds('b')], [[0], [20]]);
});

t.test(
  'what answers with an error is asked again after a minute or its period, what refuses ever later',
  async (t) => {
    const bench = await new SourceBench(
      { id: 'ill', script: fails('source_unavailable', '503'), periodMs: 10 * minuteMs },
      { id: 'quick', script: fails('answer_invalid', 'no JSON'), periodMs: 10_000 },
      {
        id: 'closed',
        script: fails('source_refused', '401', { hint: 'see apiKey' }),
        periodMs: 10 * minuteMs,
      },
    ).start();
    await bench.clock.advance(hourMs);
    t.same(bench.askedSeconds('ill').slice(0, 4), [0, 60, 120, 180]);
    t.same(bench.askedSeconds('quick').slice(0, 4), [0, 10, 20, 30]);
    t.same(
      bench.askedSeconds('closed'),
      [0, 60, 180, 420, 900, 1_800, 2_700, 3_600],
      'doubling up to 15 min',
    );
    t.match(
      bench.fleet.sources().map(({ state }) => state),
      ['down', 'down', 'down'],
    );
    t.same(bench.scheduler.livenessBreaches(), []);
  },
);

t.test('an answer ends the waiting, and a new failure begins anew', async (t) => {
  let answers = 0;
  const script: Script = () => {
    answers += 1;
    const isWell = answers === 4;
    return isWell ? Promise.resolve(one) : Promise.reject(new GatewayError('source_refused', '401'));
  };
  const bench = await new SourceBench({ id: 'moody', script, periodMs: 10 * minuteMs }).start();
  await bench.clock.advance(1_400_000);
  t.same(bench.askedSeconds('moody'), [0, 60, 180, 420, 600, 660, 780, 1_020]);
  t.match(
    bench.lines.filter((line) => line.includes('moody')),
    ['warn source moody is failing: 401', 'info source moody answers', 'warn source moody is failing: 401'],
    'each change is one line',
  );
});

t.test('Retry-After is honoured, over a restart too, and one of years is not believed', async (t) => {
  const limited = fails('rate_limited', '429', { facts: { retryAfterMs: 2 * hourMs } });
  const never = fails('rate_limited', '429', { facts: { retryAfterMs: 1e15 } });
  const bench = await new SourceBench(
    { id: 'api', script: limited, periodMs: 10 * minuteMs },
    { id: 'odd', script: never, periodMs: 10 * minuteMs },
  ).start();
  await bench.clock.advance(hourMs);
  await bench.stop();
  await bench.start();
  await bench.clock.advance(23.5 * hourMs);
  t.same(bench.askedSeconds('api').slice(0, 2), [0, 7_200]);
  t.same(bench.askedSeconds('odd'), [0, 86_400]);
});

t.test('a clock that was set back keeps no source from being asked', async (t) => {
  const bench = await new SourceBench({
    id: 'api',
    script: says,
    periodMs: 10 * minuteMs,
    pace: { periodMsMin: minuteMs },
  }).start();
  await bench.clock.advance(1_000);
  await bench.stop();
  bench.clock.stepWall(-48 * hourMs);
  bench.clock.restartMachine();
  await bench.start();
  await bench.clock.advance(1_000);
  t.equal(bench.askedSeconds('api').length, 2);
});

t.test(
  'a clock that is set while the machine runs makes no difference to how long a source is left alone',
  async (t) => {
    for (const stepMs of [-48 * hourMs, -30_000, 30_000, 48 * hourMs]) {
      const bench = await new SourceBench({
        id: 'api',
        script: says,
        periodMs: 10 * minuteMs,
        pace: { periodMsMin: minuteMs },
      }).start();
      await bench.clock.advance(1_000);
      await bench.stop();
      bench.clock.stepWall(stepMs);
      await bench.start();
      await bench.clock.advance(2 * minuteMs);
      t.equal(bench.askedSeconds('api')[1], 60, `set by ${stepMs} ms`);
    }
  },
);

t.test('a source is never asked more often than it allows, whatever restarts and whoever asks', async (t) => {
  const bench = new SourceBench({
    id: 'api',
    script: says,
    periodMs: 10 * minuteMs,
    pace: { periodMsMin: 2 * minuteMs },
  });
  for (let restart = 0; restart < 40; restart += 1) {
    await bench.start();
    await bench.clock.advance(17_000);
    await bench.fleet.readNow('api', new AbortController().signal).catch((error: unknown) => {
      t.match(error, { code: 'rate_limited', facts: { retryAfterMs: Number } });
    });
    await bench.stop();
  }
  const times = bench.asked.get('api') ?? [];
  t.ok(times.length > 3, `${times.length} readings`);
  times.slice(1).forEach((atMs, index) => t.ok(atMs - (times[index] ?? 0) >= 2 * minuteMs));
});

t.test('the budget of a day is kept, over restarts, and told once it is used up', async (t) => {
  const script: Script = async ({ http }, signal) => {
    for (let request = 0; request < 3; request += 1)
      await http.request({ url: 'https://api.example/', reach: 'internet' }, signal);
    return one;
  };
  const bench = await new SourceBench({
    id: 'api',
    script,
    periodMs: 10 * minuteMs,
    pace: { requestsPerDay: 100 },
  }).start();
  await bench.clock.advance(3 * hourMs);
  await bench.stop();
  t.equal(bench.requests.length, 57, '19 readings');
  await bench.start();
  await bench.clock.advance(12 * hourMs);
  t.equal(bench.requests.length, 100);
  t.match(bench.fleet.notes(), [
    {
      subject: 'source:api',
      message: /no data for 3 periods of 10m: api has made its 100 requests of 24 hours/,
    },
  ]);
  t.equal(bench.fleet.sources()[0]?.ledger.requestsToday(), 100);
  await bench.clock.advance(11 * hourMs);
  t.ok(bench.requests.length > 100, 'it goes on a day after its first requests');
  const perHour = bench.requests.length;
  await bench.clock.advance(24 * hourMs);
  t.ok(bench.requests.length - perHour <= 100);
});

t.test('days without the internet leave the next its requests', async (t) => {
  for (const code of ['host_unresolved', 'connection_timeout'] as const) {
    const script: Script = async ({ http }, signal) => {
      await http.request({ url: 'https://api.example/', reach: 'internet' }, signal);
      return one;
    };
    const pace = { requestsPerDay: 1_000, periodMsMin: minuteMs };
    const bench = await new SourceBench({ id: 'api', script, periodMs: 10 * minuteMs, pace }).start();
    bench.outage = new GatewayError(code, 'no way out');
    await bench.clock.advance(48 * hourMs);
    t.ok((bench.asked.get('api')?.length ?? 0) > 1_500, 'it is tried again and again');
    bench.outage = undefined;
    await bench.clock.advance(2 * minuteMs);
    t.equal(bench.fleet.sources()[0]?.state, 'up', code);
  }
});

t.test('a database that does not work keeps no source from being asked within its budget', async (t) => {
  const script: Script = async ({ http }, signal) => {
    await http.request({ url: 'https://api.example/', reach: 'internet' }, signal);
    return one;
  };
  const bench = await new SourceBench({
    id: 'api',
    script,
    periodMs: minuteMs,
    pace: { requestsPerDay: 5 },
  }).start();
  bench.store.isBroken = true;
  await bench.clock.advance(hourMs);
  t.equal(bench.requests.length, 5);
});

t.test('a thousand restarts make one login', async (t) => {
  let logins = 0;
  const script: Script = async ({ secrets }) => {
    const token = await secrets.load('token');
    if (token === undefined) {
      logins += 1;
      await secrets.save('token', `token-${logins}`);
    }
    return one;
  };
  const bench = new SourceBench({ id: 'evohome', script, periodMs: 5 * minuteMs });
  for (let restart = 0; restart < 1_000; restart += 1) {
    await bench.start();
    await bench.clock.advance(1);
    const stopping = bench.scheduler.drain(0);
    bench.fleet.close();
    await bench.clock.advance(11_000);
    await stopping;
  }
  t.equal(bench.asked.get('evohome')?.length, 1_000);
  t.equal(logins, 1);
});

t.test('parts are devices of their own, and a number that is none is not good', async (t) => {
  const script: Script = () =>
    Promise.resolve({
      values: [
        { quantity: 'room_temperature_c', value: 21, part: 'zone-1' },
        { quantity: 'room_temperature_c', value: Number.NaN, part: 'zone-2' },
        { quantity: 'gas_m3', value: 7, part: 'gas-1', atMs: startMs - hourMs },
        { quantity: 'grid_power_w', value: Infinity },
      ],
      texts: [{ quantity: 'name', text: 'Kitchen', part: 'zone-1' }],
    });
  const bench = await new SourceBench({ id: 'home', script, periodMs: minuteMs }).start();
  await bench.clock.advance(minuteMs);
  t.match(bench.taken.slice(0, 4), [
    { device: 'home/zone-1', values: [{ value: 21, quality: 'good' }] },
    { device: 'home/zone-2', values: [{ value: Number.NaN, quality: 'sensor_error' }] },
    { device: 'home/gas-1', values: [{ value: 7, atMs: startMs - hourMs }] },
    { device: 'home', values: [{ value: Number.NaN, quality: 'sensor_error' }] },
  ]);
  t.match(bench.store.texts, [{ device: 'home/zone-1', quantity: 'name', text: 'Kitchen', atMs: startMs }]);
  t.equal(bench.store.texts.length, 1, 'what stays the same is stored once');
  t.same(bench.events, [
    { type: 'source', id: 'home', state: 'up', since: startMs },
    { type: 'texts', values: bench.store.texts },
  ]);
});

t.test('what cannot be named is refused as a whole', async (t) => {
  const answers = [
    { values: [{ quantity: 'x', value: 1, part: 'a/b' }], texts: [] },
    { values: [{ quantity: 'x', value: 1, part: '' }], texts: [] },
    { values: [{ quantity: '', value: 1 }], texts: [] },
    { values: [{ quantity: 'x'.repeat(201), value: 1 }], texts: [] },
    { values: Array.from({ length: 2_001 }, () => ({ quantity: 'x', value: 1 })), texts: [] },
  ];
  for (const answer of answers) {
    const bench = await new SourceBench({
      id: 'odd',
      script: () => Promise.resolve(answer),
      periodMs: minuteMs,
    }).start();
    await bench.clock.advance(1);
    t.match(bench.fleet.sources()[0]?.error, { code: 'answer_invalid' });
    t.same(bench.taken, []);
  }
});

t.test('a bug of one reader is its own failure', async (t) => {
  const script = (() => {
    throw new TypeError('x is not a function');
  }) as Script;
  const bench = await new SourceBench({ id: 'buggy', script, periodMs: minuteMs }).start();
  await bench.clock.advance(10 * minuteMs);
  t.match(bench.fleet.sources()[0]?.error, { code: 'internal_error', message: /x is not a function/ });
  t.equal(bench.asked.get('buggy')?.length, 11);
  t.same(bench.scheduler.livenessBreaches(), []);
});

t.test('a reading that the machine slept through is asked for again', async (t) => {
  let answers = 0;
  const bench: SourceBench = new SourceBench({
    id: 'meter',
    periodMs: minuteMs,
    script: () => {
      answers += 1;
      if (answers === 1) bench.clock.suspend(hourMs);
      return Promise.resolve({ values: [{ quantity: 'grid_power_w', value: answers }], texts: [] });
    },
  });
  await bench.start();
  await bench.clock.advance(1_000);
  t.match(bench.taken, [{ values: [{ value: 2 }], atMs: hourMs }]);
});

t.test('one reads a source now, gets its failure, and not what must be left alone', async (t) => {
  const { signal } = new AbortController();
  const bench = await new SourceBench(
    { id: 'meter', script: says, periodMs: hourMs },
    { id: 'closed', script: fails('source_refused', '401'), periodMs: hourMs },
    { id: 'off', script: says, periodMs: hourMs, setting: { enabled: false } },
    { id: 'keyless', script: says, periodMs: hourMs, setting: { missingSecrets: ['apiKey'] } },
  ).start();
  await bench.clock.advance(5 * minuteMs);
  const read = bench.fleet.readNow('meter', signal);
  await bench.clock.advance(1);
  await read;
  t.same(bench.askedSeconds('meter'), [0, 300]);
  await t.rejects(bench.fleet.readNow('meter', signal), {
    code: 'rate_limited',
    facts: { retryAfterMs: 9_999 },
  });
  await t.rejects(bench.fleet.readNow('closed', signal), { code: 'rate_limited' });
  await t.rejects(bench.fleet.readNow('nobody', signal), {
    code: 'not_found',
    hint: /there are: meter, closed, off/,
  });
  await t.rejects(bench.fleet.readNow('off', signal), { code: 'not_found', message: /switched off/ });
  await t.rejects(bench.fleet.readNow('keyless', signal), { code: 'not_found', message: /has no apiKey/ });
  await bench.clock.advance(55 * minuteMs);
  t.same(bench.askedSeconds('meter'), [0, 300, 3_600], 'its beat stays where it was');
  t.match(
    bench.fleet.notes().map(({ message }) => message),
    ['source closed: 401', 'source keyless is not read: it has no apiKey'],
  );
});

t.test('whoever waits for a reading is told when the gateway stops', async (t) => {
  const bench = await new SourceBench({ id: 'meter', script: says, periodMs: hourMs }).start();
  await bench.clock.advance(minuteMs);
  void bench.scheduler.drain(0);
  const read = bench.fleet.readNow('meter', new AbortController().signal);
  const told = t.rejects(read, { code: 'stopping' });
  bench.fleet.close();
  await told;
});

t.test('an answer without anything in it is no data', async (t) => {
  const empty: Script = () =>
    Promise.resolve({
      values: [{ quantity: 'grid_power_w', value: Number.NaN, quality: 'missing' }],
      texts: [],
    });
  const bench = await new SourceBench({ id: 'meter', script: empty, periodMs: minuteMs }).start();
  await bench.clock.advance(3 * minuteMs - 1);
  t.same(bench.fleet.notes(), []);
  await bench.clock.advance(1);
  t.match(bench.fleet.notes(), [
    { message: 'source meter: no data for 3 periods of 1m: it answers, with nothing in it' },
  ]);
});
