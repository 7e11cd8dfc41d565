import fc from 'fast-check';
import t from 'tap';
import { readSpotPrices } from '../../../gateway/features/grid/read-spot-prices.ts';

const minuteMs = 60_000;

t.test('rows of a quarter and of an hour are as long as they say by the next', (t) => {
  const { slots, problems } = readSpotPrices(
    ['start;EUR/kWh', '2026-10-25T00:00Z;0,10', '2026-10-25T00:15Z;0,11', '2026-10-25T00:30Z;-0,005'].join(
      '\r\n',
    ),
  );
  t.same(
    slots.map((slot) => [(slot.endMs - slot.startMs) / minuteMs, slot.microEurosPerKwh]),
    [
      [15, 100_000],
      [15, 110_000],
      [15, -5_000],
    ],
  );
  t.same(problems, []);
  t.end();
});

t.test('days of 23 and 25 hours are whole, by the distance from UTC', (t) => {
  const rows = (starts: readonly string[]): string =>
    ['time,EUR/MWh', ...starts.map((at) => `${at},1`)].join('\n');
  const autumn = readSpotPrices(
    rows([
      '2026-10-25T01:00+02:00',
      '2026-10-25T02:00+02:00',
      '2026-10-25T02:00+01:00',
      '2026-10-25T03:00+01:00',
    ]),
  );
  const spring = readSpotPrices(rows(['2026-03-29T01:00+01:00', '2026-03-29T03:00+02:00']));
  for (const { slots } of [autumn, spring])
    t.ok(slots.every((slot, index) => index === 0 || slot.startMs === slots[index - 1]?.endMs));
  t.equal(autumn.slots.length, 4);
  t.end();
});

t.test('a missing price is a gap, and no other stands in for it', (t) => {
  const quarters = readSpotPrices(
    ['t,EUR/MWh', '2026-01-01T00:00Z,1', '2026-01-01T00:15Z,2', '2026-01-01T00:45Z,3'].join('\n'),
  );
  t.same(
    quarters.slots.map(({ startMs, endMs }) => (endMs - startMs) / minuteMs),
    [15, 15, 15],
  );
  t.end();
});

t.test('rows that cannot be used are named by their line, and the others are used', (t) => {
  const { slots, problems, badRows } = readSpotPrices(
    [
      'time,EUR/MWh',
      '2026-01-01T00:00Z,10',
      '2026-01-01T01:00,20',
      '2026-01-01T02:00Z,cheap',
      '2026-01-01T03:07Z,30',
      '2026-01-01T00:00Z,11',
      '2026-01-01T05:00Z,999999999',
      '',
      '2026-01-01T06:00Z,60',
    ].join('\n'),
  );
  t.same(
    slots.map(({ microEurosPerKwh }) => microEurosPerKwh),
    [10_000, 60_000],
  );
  t.equal(badRows, 5);
  t.match(problems, [
    /^line 3: .*distance from UTC/,
    /^line 4: "cheap"/,
    /^line 5:/,
    /^line 6: .*already/,
    /^line 7: .*100 euros/,
  ]);
  t.end();
});

t.test('a file whose heading names no unit is not guessed at', (t) => {
  for (const text of ['', 'time,price\n2026-01-01T00:00Z,1', '2026-01-01T00:00Z,1'])
    t.match(readSpotPrices(text), { slots: [], problems: [/EUR\/MWh/] });
  t.equal(readSpotPrices('time_utc,eur_per_mwh\n2026-01-01T00:00Z,1').slots.length, 1);
  t.end();
});

t.test('whatever stands in the file, slots ascend and do not overlap', (t) => {
  const time = fc
    .integer({ min: 0, max: 400 })
    .map((quarter) => new Date(Date.UTC(2026, 0, 1) + quarter * 15 * minuteMs).toISOString());
  const line = fc.oneof(
    fc
      .tuple(time, fc.double({ min: -500, max: 5_000, noNaN: true }))
      .map(([at, price]) => `${at},${price.toFixed(2)}`),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
      let toMs = -Infinity;
      return readSpotPrices(['t,EUR/MWh', ...lines].join('\n')).slots.every((slot) => {
        const isNext = slot.startMs >= toMs && slot.endMs > slot.startMs;
        toMs = slot.endMs;
        return isNext;
      });
    }),
    { numRuns: 100 },
  );
  t.end();
});

t.test('a decimal comma between commas is refused, not cut off', (t) => {
  const { slots, problems } = readSpotPrices('time,EUR/MWh\n2026-11-23T00:00Z,41,20\n2026-11-23T01:00Z,42\n');
  t.same(
    slots.map(({ microEurosPerKwh }) => microEurosPerKwh),
    [42_000],
  );
  t.match(problems, [/^line 2: it has more columns than the heading/]);
  const wider = readSpotPrices('time,EUR/MWh,from\n2026-11-23T00:00Z,41.2,EPEX\n');
  t.equal(wider.slots.length, 1, 'other columns are passed over');
  t.end();
});

t.test('days that there are not are refused', (t) => {
  const { slots, problems } = readSpotPrices(
    'time,EUR/MWh\n2026-02-29T00:00Z,1\n2026-04-31T00:00Z,2\n2028-02-29T00:00Z,3',
  );
  t.same(
    slots.map(({ startMs }) => startMs),
    [Date.UTC(2028, 1, 29)],
  );
  t.equal(problems.length, 2);
  t.end();
});

t.test('any ends of lines will do, and the sign of the euro', (t) => {
  for (const end of ['\n', '\r\n', '\r']) {
    const text = ['\uFEFFtime,€/kWh', '2026-11-23T00:00+01:00,0.2', '2026-11-23T01:00+01:00,-0.1', ''].join(
      end,
    );
    const { slots, problems } = readSpotPrices(text);
    t.equal(slots.length, 2, JSON.stringify(end));
    t.same(problems, []);
  }
  t.end();
});
