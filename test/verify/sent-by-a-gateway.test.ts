import t from 'tap';
import { TelemetryBench } from '../features/telemetry/telemetry-bench.ts';
import { scratchDirectory } from '../storage/upkeep/history.ts';
import { hasPython } from './has-python.ts';
import { judgedByPython } from './judged-by-python.ts';
import { judged, printed } from './judged.ts';

t.test(
  'all that a gateway sends through restarts, crashes and outages is verified, by both verifiers',
  async (t) => {
    const bench = new TelemetryBench(scratchDirectory(t));
    t.teardown(async () => await bench.close());
    await bench.beat();
    for (const how of ['stop', 'crash', 'stop'] as const) {
      await bench.beats(4, () => bench.append(3));
      bench.road = 'cut';
      await bench.beats(8, () => bench.append(2));
      await bench.restart(how);
      bench.road = 'deaf';
      await bench.beats(2, () => bench.append(1));
      bench.road = 'open';
      await bench.beats(6, () => bench.append(1));
    }
    const lines = bench.sent.map(({ body }) => Buffer.from(body).toString());
    const key = ['--key', Buffer.from(bench.identity.publicKey).toString('base64url')];
    const { epoch = '', sequence = 0, head = '' } = bench.status.place ?? {};
    const words = [...key, `--expect=${epoch}:${sequence}:${head}`];
    const verdict = judged(words, lines);
    const says = printed(verdict);
    t.equal(verdict.isVerified, true, says.join(' | '));
    t.equal(
      verdict.chains.reduce((sum, { readings }) => sum + readings, 0),
      bench.appended.length,
    );
    t.match(printed(judged(['--trust-first'], lines))[0], `gateway ${bench.gateway}: TRUSTED ON FIRST SIGHT`);
    if (!hasPython()) return;
    t.same(judgedByPython([{ arguments: key, lines }]), [{ exitCode: 0, says }]);
  },
);
