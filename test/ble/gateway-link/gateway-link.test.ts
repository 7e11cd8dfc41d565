import t, { type Test } from 'tap';
import { GatewayProblem, type Joining } from '../../../ble/gateway-link/ask-gateway.ts';
import { GatewayLink } from '../../../ble/gateway-link/gateway-link.ts';
import { TestClock } from '../test-clock.ts';
import { SocketGateway, description } from './socket-gateway.ts';

interface Scene {
  readonly gateway: SocketGateway;
  readonly link: GatewayLink;
  readonly clock: TestClock;
  readonly said: string[];
  /** Resolves at the next change of the door. */
  door(): Promise<void>;
}

async function scene(t: Test, isOpen = true): Promise<Scene> {
  const gateway = new SocketGateway();
  gateway.answers = { describe: () => ({ answer: description }) };
  if (isOpen) await gateway.open();
  const [clock, said] = [new TestClock(), [] as string[]];
  const log = { say: (level: string, message: string): number => said.push(`${level} ${message}`) };
  const link = new GatewayLink({ path: gateway.path, clock, log });
  const door = async (): Promise<void> =>
    await new Promise((resolve) => {
      const stop = link.onDoor(() => {
        stop();
        resolve();
      });
    });
  t.teardown(async () => {
    link.close();
    await gateway.close();
  });
  const first = door();
  link.start();
  await first;
  return { gateway, link, clock, said, door };
}

async function problemOf(asked: Promise<unknown>): Promise<GatewayProblem> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof GatewayProblem) return error;
    throw error;
  }
  throw new Error('it was answered');
}

t.test('who the gateway is, and its door on the clock of the radio', async (t) => {
  const { gateway, link, clock, door, said } = await scene(t);
  t.match(link.description, { gatewayId: 'bk3cp7ggr25dv2ea', can: ['scan'], improv: true, ancestor: false });
  t.equal(link.description?.can.length, 1, 'what it does not know is left out');
  const open = { state: 'open', improvUntilMs: clock.nowMs() + 60_000, ancestorUntilMs: null, triesLeft: 5 };
  t.same(link.door, open);
  const changed = door();
  gateway.say({
    event: 'door',
    door: { state: 'barred', improvUntilMs: null, ancestorUntilMs: 1, triesLeft: 0 },
  });
  await changed;
  t.match(link.door, { state: 'barred', ancestorUntilMs: clock.nowMs() + 1, triesLeft: 0 });
  t.same(said, ['info connected to gateway bk3cp7ggr25dv2ea']);
});

t.test('hello, proof, verbs and the end, each with its answer', async (t) => {
  const { gateway, link } = await scene(t);
  const key = Buffer.alloc(32, 7).toString('base64');
  gateway.answers = {
    hello: ({ frame }) => ({ answer: { handshake: 'h1', frame } }),
    proof: ({ handshake, frame }) => ({
      answer: { session: `of ${String(handshake)}`, frame, toDevice: key, toClient: key },
    }),
    verb: ({ verb, input, way, session }) => ({ answer: { verb, input, way, session } }),
  };
  t.same(await link.hello(Uint8Array.of(1, 2)), { handshake: 'h1', frame: Uint8Array.of(1, 2) });
  const proof = await link.proof('h1', Uint8Array.of(3));
  t.same([proof.session, proof.frame, proof.toClient.length], ['of h1', Uint8Array.of(3), 32]);
  const request = { verb: 'scan', input: {}, way: 'session', session: 's1' } as const;
  t.same(await link.verb(request), request);
  link.end({ session: 's1' });
  await link.verb(request);
  t.match(gateway.asked.at(-2), { ask: 'end', session: 's1' });
});

t.test('answers find their asks in any order, and what the gateway refuses is told as it is', async (t) => {
  const { gateway, link } = await scene(t);
  const slow = link.verb({ verb: 'scan', way: 'improv' });
  gateway.answers = {
    verb: ({ verb }) =>
      verb !== 'bad'
        ? undefined
        : {
            problem: {
              ...{ code: 'wifi_busy', message: 'one at a time', hint: 'wait', retryable: true },
              facts: { reason: 'x' },
            },
          },
  };
  const problem = await problemOf(link.verb({ verb: 'bad', way: 'improv' }));
  t.match(problem, { code: 'wifi_busy', message: 'one at a time', hint: 'wait', retryable: true });
  t.same(problem.facts, { reason: 'x' });
  const { id } = gateway.asked[1] ?? {};
  gateway.say({ id, answer: { networks: [] } });
  t.same(await slow, { networks: [] });
});

t.test('events of joining come in order', async (t) => {
  const { gateway, link } = await scene(t);
  const stages: string[] = [];
  const done = new Promise<void>((resolve) => {
    link.onJoining(({ stage }: Joining) => {
      stages.push(stage);
      if (stage === 'joined') resolve();
    });
  });
  // In pieces, as a stream has them.
  const text = ['associating', 'address', 'joined']
    .map((stage) => `${JSON.stringify({ event: 'joining', joining: { attempt: 1, ssid: 'Höme', stage } })}\n`)
    .join('');
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 7) gateway.write(bytes.subarray(at, at + 7));
  await done;
  t.same(stages, ['associating', 'address', 'joined']);
});

t.test('an ask that is not answered in time is unavailable, and its late answer is nobody’s', async (t) => {
  const { gateway, link, clock } = await scene(t);
  const asked = problemOf(link.verb({ verb: 'scan', way: 'improv' }));
  await clock.pass(20_000);
  t.match(await asked, { code: 'unavailable', retryable: true });
  gateway.say({ id: gateway.asked.at(-1)?.['id'], answer: {} });
  gateway.answers = { verb: () => ({ answer: { ok: true } }) };
  t.same(await link.verb({ verb: 'info', way: 'improv' }), { ok: true }, 'and all goes on');
});

t.test('the gateway goes and comes: asks fail at once, it is told once, and looked for again', async (t) => {
  const { gateway, link, clock, door, said } = await scene(t);
  const asked = problemOf(link.verb({ verb: 'scan', way: 'improv' }));
  await clock.pass(20);
  const lost = door();
  await gateway.kill();
  await lost;
  t.equal((await asked).code, 'unavailable');
  t.equal(link.door, undefined);
  t.equal(link.description?.gatewayId, 'bk3cp7ggr25dv2ea', 'who it was is known');
  t.equal((await problemOf(link.hello(Uint8Array.of(1)))).code, 'unavailable');
  for (let time = 0; time < 5; time++) {
    const tried = door();
    await clock.pass(5_000);
    await tried;
  }
  t.equal(said.filter((line) => line.startsWith('warn')).length, 2, said.join('\n'));
  await gateway.open();
  const back = door();
  await clock.pass(5_000);
  await back;
  t.match(link.door, { state: 'open' });
  t.equal(gateway.connections, 2);
});

t.test('a gateway that is not there yet is waited for', async (t) => {
  const { gateway, link, clock, door } = await scene(t, false);
  t.equal(link.description, undefined);
  t.equal((await problemOf(link.verb({ verb: 'info', way: 'improv' }))).code, 'unavailable');
  await gateway.open();
  const opened = door();
  await clock.pass(1_000);
  await opened;
  t.match(link.door, { state: 'open' });
});

t.test('where no socket can be, it is said what to do', async (t) => {
  const said: string[] = [];
  const link = new GatewayLink({
    path: `/tmp/${'x'.repeat(200)}`,
    clock: new TestClock(),
    log: { say: (level, message) => said.push(`${level}: ${message}`) },
  });
  t.teardown(() => link.close());
  const lost = new Promise<void>((resolve) => link.onDoor(resolve));
  link.start();
  await lost;
  t.match(said[0], /^warn: .* \(EINVAL\): the path is longer .*provisioning.socket/);
});

t.test('a gateway that cannot be understood is left, and tried again', async (t) => {
  const { gateway, door, link, clock } = await scene(t);
  const nonsense = [
    'no json\n',
    '[]\n',
    'x'.repeat(17_000),
    '{"answer":{}}\n',
    '{"event":"door","door":{"state":"ajar"}}\n',
    '{"event":"joining","joining":7}\n',
  ];
  for (const text of nonsense) {
    const lost = door();
    gateway.write(text);
    await lost;
    t.equal(link.door, undefined, text.slice(0, 20));
    const back = door();
    await clock.pass(5_000);
    await back;
    t.match(link.door, { state: 'open' });
  }
  gateway.answers = { describe: () => ({ answer: { ...description, gatewayId: 'nobody' } }) };
  const lost = door();
  gateway.write('\n');
  await lost;
  const again = door();
  await clock.pass(5_000);
  await again;
  t.equal(link.door, undefined);
});

t.test('what is too long for a line is refused here', async (t) => {
  const { link } = await scene(t);
  const problem = await problemOf(
    link.verb({ verb: 'set-wifi', way: 'improv', input: { ssid: 'x'.repeat(17_000) } }),
  );
  t.equal(problem.code, 'request_too_large');
});
