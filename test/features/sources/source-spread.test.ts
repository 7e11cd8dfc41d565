import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { seededRandom } from '../../../gateway/core/random.ts';
import { installationNumber, spreadOffsetMs } from '../../../gateway/features/sources/source-spread.ts';
import { one, SourceBench } from './source-bench.ts';

const minuteMs = 60_000;

interface Kept {
  text?: string;
}

function portsOn(kept: Kept, seed: number): Parameters<typeof installationNumber>[0] {
  const call = (name: string, _key: string, text?: string): Promise<unknown> => {
    if (name === 'putSetting' && text !== undefined) kept.text = text;
    return Promise.resolve(name === 'getSetting' ? kept.text : undefined);
  };
  return { store: { call } as never, random: seededRandom(seed), logger: silentLogger };
}

t.test('an installation draws its number once', async (t) => {
  const kept: Kept = {};
  const drawn = await installationNumber(portsOn(kept, 1));
  t.equal(await installationNumber(portsOn(kept, 2)), drawn);
  t.not(await installationNumber(portsOn({}, 2)), drawn, 'and another draws another');
});

t.test('what is kept and is no number is drawn again', async (t) => {
  for (const text of ['x', '-1', '1.5', 'null', '1e999']) {
    const kept: Kept = { text };
    const drawn = await installationNumber(portsOn(kept, 1));
    t.ok(Number.isSafeInteger(drawn) && drawn >= 0);
    t.equal(await installationNumber(portsOn(kept, 2)), drawn, JSON.stringify(text));
  }
});

t.test('a store that fails keeps nobody from asking', async (t) => {
  const call = (): Promise<never> => Promise.reject(new GatewayError('storage_failed', 'the disk is gone'));
  const ports = { ...portsOn({}, 1), store: { call } as never };
  t.ok((await installationNumber(ports)) >= 0);
});

t.test('offsets fill their window evenly, and never reach its end', (t) => {
  const counts = Array.from({ length: 10 }, () => 0);
  for (let installation = 0; installation < 10_000; installation += 1) {
    const offsetMs = spreadOffsetMs(installation, 'colours', 60_000);
    if (!Number.isInteger(offsetMs) || offsetMs < 0 || offsetMs >= 60_000) t.fail(`${offsetMs}`);
    counts[Math.floor(offsetMs / 6_000)] = (counts[Math.floor(offsetMs / 6_000)] ?? 0) + 1;
  }
  t.ok(Math.min(...counts) > 900 && Math.max(...counts) < 1_100, counts.join(' '));
  t.equal(spreadOffsetMs(1, 'colours', 0), 0);
  t.end();
});

t.test('what all ask at the same beat is asked later by each gateway, always by the same', async (t) => {
  const spreadMs = minuteMs;
  const source = {
    id: 'api',
    script: () => Promise.resolve(one),
    periodMs: 10 * minuteMs,
    pace: { spreadMs },
  };
  const offsetsMs = new Set<number>();
  for (let seed = 1; seed <= 20; seed += 1) {
    const bench = new SourceBench(source, { ...source, id: 'other' }, { ...source, id: 'own', pace: {} });
    const offsets = new Map<string, Set<number>>();
    for (const drawn of [seed, 77]) {
      bench.seed = drawn;
      await bench.start();
      // At a start each is read at once.
      await bench.clock.advance(2 * minuteMs);
      bench.asked.clear();
      await bench.clock.advance(31 * minuteMs);
      for (const [id, times] of bench.asked)
        for (const atMs of times)
          offsets.set(id, (offsets.get(id) ?? new Set()).add(Math.round(atMs % source.periodMs)));
      await bench.stop();
    }
    const [offsetMs = Number.NaN, ...others] = offsets.get('api') ?? [];
    t.same(others, [], `installation ${seed} asks at one offset, before its restart and after it`);
    t.ok(offsetMs >= 0 && offsetMs < spreadMs);
    t.notOk(offsets.get('other')?.has(offsetMs), 'another source at another');
    t.same([...(offsets.get('own') ?? [])], [0], 'and one of the home at its beat');
    offsetsMs.add(offsetMs);
  }
  t.ok(offsetsMs.size >= 19, 'no two installations at the same');
});
