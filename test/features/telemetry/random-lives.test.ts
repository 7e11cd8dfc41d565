import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TelemetryBench } from './telemetry-bench.ts';

const deeds = [
  'append',
  'append',
  'append',
  'beat',
  'beat',
  'beat',
  'cut',
  'deaf',
  'slow',
  'open',
  'open',
  'answer',
  'stop',
  'crash',
  'unsynced',
  'synced',
  'backend-crash',
  'backup',
  'replay',
] as const;

type Deed = (typeof deeds)[number];

const runs = 6;

async function perform(bench: TelemetryBench, deed: Deed): Promise<void> {
  const { backend } = bench;
  switch (deed) {
    case 'append':
      return bench.append(3);
    case 'beat':
      return void (await bench.beat());
    case 'cut':
    case 'deaf':
    case 'slow':
    case 'open':
      bench.road = deed;
      return;
    case 'answer':
      return bench.answerLate();
    case 'stop':
    case 'crash':
      return await bench.restart(deed);
    case 'unsynced':
    case 'synced':
      backend.manners.isSyncing = deed === 'synced';
      return;
    case 'backend-crash':
      return backend.crash();
    case 'backup':
      return bench.shelf.forgetAfter(Math.floor((bench.sealer.place?.sequence ?? 0) / 2));
    case 'replay':
      return bench.say(backend.said[Math.floor(backend.said.length / 2)] ?? {});
  }
}

t.test('whatever happens on the way, in the end everything is there once', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...deeds), { minLength: 10, maxLength: 60 }), async (life) => {
      const directory = mkdtempSync(join(tmpdir(), 'egw-lives-'));
      const bench = new TelemetryBench(directory);
      try {
        for (const deed of life) await perform(bench, deed);
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
