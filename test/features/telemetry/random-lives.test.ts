import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TelemetryBench } from './telemetry-bench.ts';

type Deed = (bench: TelemetryBench) => unknown;

const road =
  (where: TelemetryBench['road']): Deed =>
  (bench) =>
    (bench.road = where);
const sync =
  (isSyncing: boolean): Deed =>
  ({ backend }) =>
    (backend.manners.isSyncing = isSyncing);

/** What may happen, some of it more often. */
const deeds: Readonly<Record<string, { readonly weight: number; readonly perform: Deed }>> = {
  append: { weight: 3, perform: (bench) => bench.append(3) },
  beat: { weight: 3, perform: async (bench) => await bench.beat() },
  cut: { weight: 1, perform: road('cut') },
  deaf: { weight: 1, perform: road('deaf') },
  slow: { weight: 1, perform: road('slow') },
  open: { weight: 2, perform: road('open') },
  answer: { weight: 1, perform: (bench) => bench.answerLate() },
  stop: { weight: 1, perform: async (bench) => await bench.restart('stop') },
  crash: { weight: 1, perform: async (bench) => await bench.restart('crash') },
  unsynced: { weight: 1, perform: sync(false) },
  synced: { weight: 1, perform: sync(true) },
  'backend-crash': { weight: 1, perform: ({ backend }) => backend.crash() },
  backup: {
    weight: 1,
    perform: ({ shelf, sealer }) => shelf.forgetAfter(Math.floor((sealer.place?.sequence ?? 0) / 2)),
  },
  replay: {
    weight: 1,
    perform: (bench) => bench.say(bench.backend.said[Math.floor(bench.backend.said.length / 2)] ?? {}),
  },
};

const names = Object.entries(deeds).flatMap(([name, { weight }]) => Array<string>(weight).fill(name));
const runs = 6;

t.test('whatever happens on the way, in the end everything is there once', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...names), { minLength: 10, maxLength: 60 }), async (life) => {
      const directory = mkdtempSync(join(tmpdir(), 'egw-lives-'));
      const bench = new TelemetryBench(directory);
      try {
        for (const name of life) await deeds[name]?.perform(bench);
        bench.road = 'open';
        bench.backend.manners.isSyncing = true;
        // Past the time after which what has no word is lost, and the longest silence before the backend is asked.
        for (let beat = 0; beat < 10; beat += 1) {
          bench.append(1);
          bench.time.pass(120_000);
          bench.answerLate();
          await bench.beat();
        }
        const mark = bench.sender.deliveries.present?.book.mark;
        assert.deepEqual(bench.shelf.readings.toSorted(), bench.appended.toSorted());
        assert.deepEqual(bench.backend.problems, []);
        assert.equal(mark?.readings, bench.appended.length, 'readings that count as arrived');
        // Old ones are said again on purpose; after a backup they may be too far back.
        const told = bench.security.filter(({ kind }) => kind !== 'ack.replayed');
        assert.deepEqual(told, []);
      } finally {
        await bench.close();
        rmSync(directory, { recursive: true, force: true });
      }
    }),
    { numRuns: runs, interruptAfterTimeLimit: 60_000 },
  );
  t.pass(`${runs} lives`);
});
