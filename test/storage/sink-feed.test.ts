import fc from 'fast-check';
import t from 'tap';
import '../property-seed.ts';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import type { SeriesColumns, SinkMark } from '../../gateway/storage/store-calls.ts';
import { batchOf, internSeries, openScratch, packAll, rollUpAll, startMs, type Sample } from './scratch.ts';
import { rewrite, scratchDirectory } from './upkeep/history.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const toMs = Date.UTC(2100, 0, 1);

function rowsOf({ series, atMs, value }: SeriesColumns): readonly (readonly number[])[] {
  return Array.from(series, (id, index) => [id, atMs[index] ?? NaN, value[index] ?? NaN]);
}

/** A commit each, numbered from `first`. */
function append(service: DatabaseService, commits: readonly (readonly Sample[])[], first = 1): void {
  commits.forEach((samples, index) => {
    service.appendReadings({ bootId: 'boot', sequence: first + index }, batchOf(samples));
  });
}

function settle(service: DatabaseService, nowMs: number): void {
  rollUpAll(service, nowMs);
  packAll(service, nowMs);
}

function windows(
  service: DatabaseService,
  fromMs: number,
  readingsMax = 100,
): readonly (readonly number[])[] {
  const rows: (readonly number[])[] = [];
  for (let nextMs: number | undefined = fromMs; nextMs !== undefined;) {
    const page = service.windowColumns({ fromMs: nextMs, toMs: startMs + 30 * dayMs, readingsMax });
    rows.push(...rowsOf(page));
    nextMs = page.nextFromMs;
  }
  return rows;
}

t.test('commits are followed in their order, whole ones, as far as they have their times', (t) => {
  const service = openScratch(t.testdir());
  internSeries(service, 2);
  append(service, [
    [
      [1, startMs, 1],
      [2, startMs, 2],
    ],
    [[1, startMs - 5, 3]],
    [[2, startMs + 9, NaN, 'missing']],
  ]);
  service.appendReadings({ bootId: 'boot', sequence: 4 }, batchOf([[1, 7, 8]]), 'machine');
  append(service, [[[1, startMs + 10, 9]]], 5);
  const first = service.commitsAfter({ after: null, readingsMax: 3 });
  t.same(rowsOf(first), [
    [1, startMs, 1],
    [2, startMs, 2],
    [1, startMs - 5, 3],
  ]);
  t.match(first, { place: { commit: 2 }, remaining: true, isBeyondLog: false, missed: [] });
  const second = service.commitsAfter({ after: first.place, readingsMax: 3 });
  t.same(rowsOf(second), [[2, startMs + 9, NaN]]);
  t.match(second, { place: { commit: 3 }, remaining: false });
  t.same(
    rowsOf(service.commitsAfter({ after: second.place, readingsMax: 3 })),
    [],
    'commit 4 waits for its time',
  );
  service.placeReadings({ timeline: 'machine', offsetMs: startMs }, startMs);
  const third = service.commitsAfter({ after: second.place, readingsMax: 1 });
  t.same(rowsOf(third), [[1, startMs + 7, 8]], 'one commit at least');
  t.match(third, { remaining: true });
  service.close();
  t.end();
});

t.test('a consumer that was away is told which windows hold what left the log', (t) => {
  const service = openScratch(t.testdir());
  internSeries(service, 1);
  append(service, [[[1, startMs, 0]]]);
  const { place } = service.commitsAfter({ after: null, readingsMax: 9 });
  const times = [minuteMs, 2 * hourMs, 2 * hourMs + 5 * minuteMs, 9 * hourMs];
  append(
    service,
    times.map((ms): Sample[] => [[1, startMs + ms, ms]]),
    2,
  );
  settle(service, startMs + 8 * hourMs);
  append(service, [[[1, startMs + 3 * minuteMs, 77]]], 6);
  settle(service, startMs + 9.9 * hourMs);
  settle(service, startMs + 20 * hourMs);
  const answer = service.commitsAfter({ after: place, readingsMax: 9 });
  t.equal(answer.isBeyondLog, true);
  const missed = answer.missed.map(({ startMs: from, endMs }) => [from - startMs, endMs - startMs]);
  t.same(missed, [
    [0, 5 * minuteMs],
    [2 * hourMs, 2 * hourMs + 10 * minuteMs],
    [9 * hourMs, 9 * hourMs + 5 * minuteMs],
  ]);
  t.same(
    windows(service, startMs, 2).map(([, , value]) => value),
    [0, times[0], 77, ...times.slice(1)],
    'by time, packed late or not',
  );
  service.close();
  t.end();
});

t.test('windows are read by time and series, and those of one time are never parted', (t) => {
  const service = openScratch(t.testdir());
  internSeries(service, 3);
  append(service, [
    [
      [3, startMs, 1],
      [1, startMs, 2],
      [2, startMs + 1, 3],
      [1, startMs + 1, 4],
    ],
  ]);
  const page = service.windowColumns({ fromMs: startMs, toMs: startMs + hourMs, readingsMax: 3 });
  t.same(rowsOf(page), [
    [1, startMs, 2],
    [3, startMs, 1],
    [1, startMs + 1, 4],
    [2, startMs + 1, 3],
  ]);
  t.equal(page.nextFromMs, startMs + 5 * minuteMs);
  const cut = service.windowColumns({ fromMs: startMs, toMs: startMs + 1, readingsMax: 1 });
  t.match(cut, { series: { length: 2 }, nextFromMs: undefined });
  service.close();
  t.end();
});

t.test('what retention has deleted is counted, for each device as it is kept', (t) => {
  const service = openScratch(t.testdir(), 'UTC');
  internSeries(service, 2);
  append(
    service,
    Array.from({ length: 48 }, (_, hour): Sample[] => [
      [1, startMs + hour * hourMs, hour],
      [2, startMs + hour * hourMs + 1, NaN, 'missing'],
    ]),
  );
  const nowMs = startMs + 2 * dayMs + hourMs;
  settle(service, nowMs);
  const retention = { rawMs: dayMs, devices: { 'meter-2': { rawMs: dayMs + 12 * hourMs } } };
  while (service.prune(nowMs, retention).remaining);
  let [rows, pruned] = [0, 0];
  for (let nextMs: number | undefined = startMs; nextMs !== undefined;) {
    const page = service.windowColumns({ fromMs: nextMs, toMs, readingsMax: 5 });
    rows += page.series.length;
    pruned += page.pruned.reduce((sum, { readings }) => sum + readings, 0);
    nextMs = page.nextFromMs !== undefined && page.nextFromMs < nowMs + dayMs ? page.nextFromMs : undefined;
  }
  t.same([rows, pruned], [23 + 35, 25 + 13]);
  service.close();
  t.end();
});

t.test('a consumer of another history begins with what is in the log', (t) => {
  const directory = scratchDirectory(t);
  const service = openScratch(directory, 'UTC');
  internSeries(service, 1);
  append(
    service,
    [0, 1, 2, 3].map((day): Sample[] => [[1, startMs + day * dayMs, day]]),
  );
  settle(service, startMs + 3 * dayMs);
  const { place } = service.commitsAfter({ after: null, readingsMax: 99 });
  rewrite(service, 'rotate', startMs + 3 * dayMs);
  const again = service.commitsAfter({ after: place, readingsMax: 99 });
  t.not(again.place.epoch, place.epoch);
  t.same(rowsOf(again).at(-1), [1, startMs + 3 * dayMs, 3]);
  t.equal(again.isBeyondLog, false);
  const ahead = service.commitsAfter({ after: { ...again.place, commit: 999 }, readingsMax: 99 });
  t.same(rowsOf(ahead), rowsOf(again));
  service.close();
  t.end();
});

t.test('the mark of a sink is kept over a restart, and is checked', (t) => {
  const directory = t.testdir();
  const service = openScratch(directory);
  const mark: SinkMark = {
    live: { epoch: 1, commit: 5 },
    liveToMs: startMs,
    textNumber: 3,
    backlog: [{ fromMs: 1, toMs: 9, nextMs: 4 }],
    written: 7,
    refused: 1,
    lost: 2,
  };
  t.equal(service.getSinkMark('influx'), undefined);
  service.putSinkMark('influx', mark);
  service.close();
  const again = openScratch(directory);
  t.same(again.getSinkMark('influx'), mark);
  t.equal(again.getSinkMark('other'), undefined);
  again.close();
  t.end();
});

const step = fc.oneof(
  fc.record({
    kind: fc.constant('append' as const),
    behindMinutes: fc.nat(90),
    readings: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ kind: fc.constant('settle' as const) }),
  fc.record({ kind: fc.constant('follow' as const), readingsMax: fc.integer({ min: 1, max: 9 }) }),
);

t.test('whoever follows the log and the windows that it missed has every reading', (t) => {
  const everyReadingComes = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const service = openScratch(scratchDirectory(t), 'UTC');
    internSeries(service, 2);
    const [sent, had] = [new Set<string>(), new Set<string>()];
    let [sequence, nowMs] = [0, startMs + dayMs];
    let after: Parameters<DatabaseService['commitsAfter']>[0]['after'] = null;
    const follow = (readingsMax: number): void => {
      const answer = service.commitsAfter({ after, readingsMax });
      after = answer.place;
      for (const row of rowsOf(answer)) had.add(row.join());
      for (const missed of answer.missed) {
        for (let nextMs: number | undefined = missed.startMs; nextMs !== undefined;) {
          const page = service.windowColumns({ fromMs: nextMs, toMs: missed.endMs, readingsMax });
          for (const row of rowsOf(page)) had.add(row.join());
          nextMs = page.nextFromMs;
        }
      }
    };
    for (const todo of steps) {
      nowMs += 7 * minuteMs;
      if (todo.kind === 'settle') settle(service, (nowMs += hourMs));
      if (todo.kind === 'follow') follow(todo.readingsMax);
      if (todo.kind !== 'append') continue;
      sequence += 1;
      const samples = Array.from({ length: todo.readings }, (_, index): Sample => [
        (index % 2) + 1,
        nowMs - todo.behindMinutes * minuteMs + index,
        sequence * 10 + index,
      ]);
      append(service, [samples], sequence);
      for (const [series, atMs, value] of samples) sent.add([series, atMs, value].join());
      if (sequence === 1) follow(9);
    }
    for (let calls = 0; calls <= sequence; calls += 1) follow(1);
    service.close();
    return [...sent].every((row) => had.has(row)) && had.size === sent.size;
  });
  t.doesNotThrow(() => fc.assert(everyReadingComes, { numRuns: 40 }));
  t.end();
});
