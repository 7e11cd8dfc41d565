import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { CloudBench, ops, ulid } from './cloud-bench.ts';

t.test(
  'a command runs once as its issuer with the scope that was sent, and its result is said again',
  async (t) => {
    const bench = await CloudBench.started();
    const command = bench.command();
    await bench.hear(command);
    t.same(bench.ran, ['thing.set a by cloud:ops-1 control']);
    t.match(bench.sent, [
      { v: 1, kind: 'result', issuer: 'ops-1', cmdId: ulid(1), status: 'done', answer: { said: /a by/ } },
    ]);
    bench.time.pass(23 * 3_600_000);
    await bench.hear(command, command);
    t.equal(bench.ran.length, 1);
    t.same(bench.sent[1], bench.sent[0], 'byte for byte, long after it has ended');
    t.same(bench.sent[2], bench.sent[0]);
    t.same(
      bench.store.audit.map(({ principal, action, outcome }) => `${principal} ${action} ${outcome}`),
      ['cloud:root cloud.delegation ok', 'cloud:ops-1 thing.set ok'],
    );
  },
);

t.test(
  'commands begin in the order in which they came, and the rest does not wait for a slow one',
  async (t) => {
    const bench = await CloudBench.started();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    bench.onSet = async (name) => {
      if (name.startsWith('slow')) await promise;
    };
    const names = ['slow', 'b', 'c'];
    const commands = names.map((name, index) =>
      bench.command({
        cmdId: ulid(index + 1),
        seq: index + 1,
        body: { command: 'thing.set', input: { name } },
      }),
    );
    const heard = bench.hear(...commands, ...commands);
    while (bench.sent.length < 2) await new Promise(setImmediate);
    t.match(bench.ran, [/slow/, / b /, / c /]);
    t.notMatch(
      bench.sent.map(({ cmdId }) => cmdId),
      [ulid(1)],
    );
    resolve(undefined);
    await heard;
    t.equal(bench.ran.length, 3);
    t.same(new Set(bench.sent.map(({ cmdId }) => cmdId)), new Set([ulid(1), ulid(2), ulid(3)]));
  },
);

t.test('reading is not kept, and may be done again', async (t) => {
  const bench = await CloudBench.started();
  const read = bench.command({ scope: 'read', body: { command: 'thing.show', input: { name: 'a' } } });
  await bench.hear(read, bench.command({ cmdId: ulid(2) }));
  await bench.hear(read);
  t.same(bench.outcomes, ['done', 'done', 'done']);
  t.equal(bench.ran.length, 3);
  t.equal(bench.store.commands.size, 1);
  bench.time.pass(60_000);
  await bench.hear(read);
  t.equal(bench.outcomes[3], 'refused signature_invalid', 'while it is in time');
});

t.test('what a command throws is its result, and no more is said than to anybody else', async (t) => {
  const table = [
    [
      new GatewayError('device_busy', 'not now', { hint: 'wait', cause: new Error('secret') }),
      'failed device_busy',
    ],
    [new GatewayError('control_refused', 'too soon'), 'refused control_refused'],
    [new TypeError('secret'), 'failed internal_error'],
  ] as const;
  for (const [error, wanted] of table) {
    const bench = await CloudBench.started();
    bench.onSet = () => Promise.reject(error);
    await bench.hear(bench.command());
    t.same(bench.outcomes, [wanted]);
    t.notMatch(JSON.stringify(bench.sent), 'secret');
    bench.onSet = () => Promise.resolve();
    await bench.hear(bench.command());
    t.equal(bench.ran.length, 1, 'it is not tried again');
    t.same(bench.sent[1], bench.sent[0]);
  }
});

t.test('an answer that is too long is left out, and said to be', async (t) => {
  const bench = await CloudBench.started();
  await bench.hear(bench.command({ body: { command: 'thing.set', input: { name: 'x'.repeat(50_000) } } }));
  t.match(bench.sent, [{ status: 'done', answer: undefined, problem: { code: 'limit_reached' } }]);
});

t.test(
  'a command that takes too long is told to end, and so are those that run when the gateway stops',
  async (t) => {
    const table: readonly (readonly [string, (bench: CloudBench) => unknown])[] = [
      ['failed deadline_exceeded', (bench) => bench.time.pass(30_000)],
      ['failed stopping', async (bench) => await bench.cloud.control.stop()],
    ];
    for (const [wanted, end] of table) {
      const bench = await CloudBench.started();
      const begun = Promise.withResolvers<undefined>();
      bench.onSet = async (_name, signal) => {
        begun.resolve(undefined);
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      };
      const heard = bench.hear(bench.command());
      await begun.promise;
      await Promise.all([heard, end(bench)]);
      t.same(bench.outcomes, [wanted]);
      t.equal(bench.time.waiting, 0, 'no alarm is left');
    }
  },
);

t.test('what stops in the middle is unknown after the next start, said so, and not run again', async (t) => {
  const bench = await CloudBench.started();
  bench.store.onCall = (name, when) => {
    if (name === 'endCloudCommand' && when === 'before') throw new Error('no disk');
  };
  await bench.hear(bench.command());
  t.same(bench.outcomes, ['done'], 'it is done all the same');
  await bench.hear(bench.command());
  t.same(bench.sent[1], bench.sent[0], 'and known as long as the gateway runs');
  const { time, store } = bench;
  store.onCall = () => undefined;
  const next = new CloudBench({ time, store });
  await next.cloud.control.start();
  t.same(next.outcomes, ['unknown command_interrupted']);
  await next.hear(next.command());
  t.same(next.sent[1], next.sent[0]);
  t.same(next.ran, []);
});

t.test('what cannot be put on disk is not run, and may come again', async (t) => {
  const bench = await CloudBench.started();
  bench.store.onCall = (name) => {
    if (name === 'beginCloudCommand') throw new GatewayError('storage_failed', 'full');
  };
  await bench.hear(bench.command());
  t.same([bench.ran, bench.sent], [[], []]);
  bench.store.onCall = () => undefined;
  await bench.hear(bench.command());
  t.same(bench.outcomes, ['done']);
});

t.test(
  'what its owner has switched off stays off over restarts, and a pinned switch is not turned',
  async (t) => {
    const bench = await CloudBench.started();
    t.equal(bench.cloud.facts.isOn, true);
    await bench.cloud.facts.turnOff();
    const { time, store } = bench;
    const next = new CloudBench({ time, store });
    t.equal(next.cloud.facts.isOn, false, 'nothing is let in before it is known');
    await next.cloud.control.start();
    t.equal(next.cloud.facts.isOn, false);
    await next.cloud.facts.turnOn();
    const pinned = new CloudBench({ time, store, isOff: true });
    await pinned.cloud.control.start();
    t.equal(pinned.cloud.facts.isOn, false);
    await t.rejects(pinned.cloud.facts.turnOn(), { code: 'config_pinned' });
  },
);

t.test(
  'off is off at once, also for what is on its way to its turn, and though it cannot be kept',
  async (t) => {
    const bench = await CloudBench.started();
    let off: Promise<unknown> | undefined;
    bench.store.onCall = (name, when) => {
      if (name === 'putSetting') throw new Error('no disk');
      if (name === 'beginCloudCommand' && when === 'after') off = t.rejects(bench.cloud.facts.turnOff());
    };
    await bench.hear(bench.command());
    await off;
    t.same(bench.outcomes, ['refused cloud_control_off']);
    t.same(bench.ran, []);
  },
);

t.test('an issuer acts as long as its delegation holds, and its key is known that long', async (t) => {
  const bench = await CloudBench.started();
  t.equal(bench.cloud.issuerKey('ops-1', 'ack')?.text, ops.publicKey);
  bench.time.pass(30 * 86_400_000);
  t.equal(bench.cloud.issuerKey('ops-1', 'ack'), undefined);
  await bench.hear(bench.command());
  t.same(bench.outcomes, ['refused forbidden']);
  await bench.hear(bench.delegation({ number: 2 }), bench.command({ cmdId: ulid(2), seq: 2 }));
  t.equal(bench.outcomes[1], 'done');
  await bench.hear(bench.revocation(), bench.command({ cmdId: ulid(3), seq: 3 }));
  t.equal(bench.outcomes.length, 2, 'nobody is answered who was revoked');
});

t.test('what is older than a day is forgotten, and its number is not', async (t) => {
  const bench = await CloudBench.started();
  await bench.hear(bench.command({ seq: 5 }));
  bench.time.pass(86_400_001);
  const prune = bench.cloud.tasks.find(({ name }) => name === 'prune:cloud-commands');
  await prune?.run(undefined as never);
  t.equal(bench.store.commands.size, 0);
  await bench.hear(bench.command({ seq: 5 }));
  t.match(bench.outcomes, ['done', 'refused signature_invalid']);
});
