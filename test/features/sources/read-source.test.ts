import t from 'tap';
import { hangs, SourceBench } from './source-bench.ts';

t.test('one that does not answer says what to do about it, as its kind knows best', async (t) => {
  const bench = await new SourceBench(
    { id: 'plug', script: hangs, periodMs: 30_000, lateHint: 'check the setting topic' },
    { id: 'meter', script: hangs, periodMs: 30_000 },
  ).start();
  await bench.clock.advance(21_000);
  t.match(
    bench.fleet.sources().map(({ error }) => [error?.code, error?.hint]),
    [
      ['deadline_exceeded', 'check the setting topic'],
      ['deadline_exceeded', /address/],
    ],
  );
  await bench.stop();
});
