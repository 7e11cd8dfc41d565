import fc from 'fast-check';
import t from 'tap';
import { SetupClient, type ClientState } from '../../../ble/client/setup-client.ts';
import { parseLabel } from '../../../ble/client/setup-label.ts';
import { FakeGateway, FakeProblem, type FakeGatewayOptions } from './fake-gateway.ts';
import { TestClock } from './test-clock.ts';

interface Made {
  readonly gateway: FakeGateway;
  readonly client: SetupClient;
  readonly clock: TestClock;
  readonly states: ClientState[];
}

function make(
  options: FakeGatewayOptions & { readonly label?: (gateway: FakeGateway) => string } = {},
): Made {
  const { label = (of: FakeGateway): string => of.label, ...rest } = options;
  const gateway: FakeGateway = new FakeGateway({
    ...rest,
    verbs: { info: () => ({ gatewayId: gateway.gatewayId }), ...rest.verbs },
  });
  const clock = new TestClock();
  const states: ClientState[] = [];
  const client = new SetupClient({
    connect: () => gateway.connect(),
    label: parseLabel(label(gateway)),
    clock,
    onState: (state) => states.push(state),
  });
  return { gateway, client, clock, states };
}

const typedCode = (gateway: FakeGateway): string => gateway.code;
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
};
/** Until what is on the way has arrived. */
const settle = async (): Promise<void> => {
  for (let round = 0; round < 5; round += 1) await new Promise((resolve) => setImmediate(resolve));
};

for (const identity of ['ed25519', 'es256', 'none'] as const) {
  t.test(`a session with a gateway whose key is ${identity}`, async (t) => {
    const { gateway, client, states } = make({ identity, label: typedCode });
    t.same(await client.call('info'), { gatewayId: gateway.gatewayId });
    t.same(states, ['connecting', 'proving', 'ready']);
    t.same(client.facts, { gatewayId: gateway.gatewayId, door: 'open', triesLeft: 5 });
    t.equal(client.fingerprint, identity === 'none' ? undefined : gateway.fingerprint);
    t.same(gateway.framesGot.map(({ length }) => length).slice(0, 2), [49, 33], 'the lengths of the page');
    await client.close();
  });
}

t.test('a label that was scanned is proven before anything follows from the code', async (t) => {
  const { gateway, client } = make();
  await client.open();
  t.equal(client.fingerprint, gateway.fingerprint);

  const thief = new FakeGateway({ code: gateway.code });
  // Somebody else answers under the name of the gateway.
  thief.facts = () => gateway.facts();
  const deceived = new SetupClient({
    connect: () => thief.connect(),
    label: parseLabel(gateway.label),
    clock: new TestClock(),
  });
  await t.rejects(deceived.open(), { code: 'another_gateway', hint: /label/ });
  t.same(
    thief.framesGot.map(([type]) => type),
    [1],
    'it got a hello, and no proof',
  );
});

t.test('a key without its signature, or with a wrong one, proves nothing', async (t) => {
  for (const [what, change] of [
    ['wrong', (frame: Buffer) => (frame[0] === 2 ? flipped(frame, frame.length - 1) : frame)],
    ['of another hello', (frame: Buffer) => (frame[0] === 2 ? flipped(frame, 40) : frame)],
    ['missing', (frame: Buffer) => (frame[0] === 2 ? frame.subarray(0, 81) : frame)],
  ] as const) {
    const { gateway, client } = make();
    gateway.change = change;
    await t.rejects(client.open(), { code: /not_proven|another_gateway/ }, what);
    t.same(
      gateway.framesGot.map(([type]) => type),
      [1],
      what,
    );
  }
});

t.test('a gateway of another label is refused by its name, before a session', async (t) => {
  const other = new FakeGateway();
  const { gateway, client } = make({ label: () => other.label });
  await t.rejects(client.open(), { code: 'another_gateway' });
  t.same(gateway.framesGot, []);
});

t.test('who cannot prove to know the code is told nothing', async (t) => {
  const { gateway, client } = make({ label: typedCode });
  gateway.change = (frame) => (frame[0] === 4 ? flipped(frame, 20) : frame);
  await t.rejects(client.call('info'), { code: 'not_proven' });
  t.same(gateway.verbsAsked, []);
});

t.test('a public key that gives nothing to share is refused', async (t) => {
  const { gateway, client } = make({ identity: 'none', label: typedCode });
  gateway.change = (frame) =>
    frame[0] === 2 ? Buffer.concat([Buffer.of(2), Buffer.alloc(32), frame.subarray(33)]) : frame;
  await t.rejects(client.open(), { code: 'not_proven' });
  t.same(
    gateway.framesGot.map(([type]) => type),
    [1],
  );
});

t.test('a wrong code, and what the door says, are told with what to do', async (t) => {
  const wrong = make({ label: () => '0000-0000-0000-0000' });
  await t.rejects(wrong.client.open(), { code: 'code_wrong', waitSeconds: 1, hint: /label/ });
  wrong.gateway.waitSeconds = 300;
  await t.rejects(wrong.client.open(), { code: 'wait', waitSeconds: 300 });
  t.equal(wrong.gateway.linksMade, 1, 'the link is good');

  for (const [door, code] of [
    [0, 'closed'],
    [3, 'barred'],
  ] as const) {
    const { gateway, client } = make();
    gateway.door = door;
    await t.rejects(client.open(), { code, hint: /button/ });
    t.same(gateway.framesGot, []);
  }
  const busy = make();
  busy.gateway.isBusy = true;
  await t.rejects(busy.client.open(), { code: 'busy', waitSeconds: 30 });
  busy.gateway.isBusy = false;
  await busy.client.open();
  t.equal(busy.states.at(-1), 'ready', 'and it can be tried again');
});

t.test('facts of a later protocol, and of anything else, are not taken for ours', async (t) => {
  for (const facts of [
    Buffer.of(2),
    Buffer.alloc(0),
    Buffer.alloc(20, 4),
    Buffer.concat([Buffer.of(2), Buffer.alloc(19)]),
  ]) {
    const { gateway, client } = make();
    gateway.facts = () => facts;
    await t.rejects(client.open(), { code: 'protocol_unknown' });
  }
});

t.test('problems of the gateway come with their code and words; the session goes on', async (t) => {
  const problem = { code: 'wifi_busy', message: '“Home” is being joined', hint: 'wait', retryable: true };
  const { gateway, client } = make({
    verbs: {
      'set-wifi': () => {
        throw new FakeProblem(problem);
      },
    },
  });
  await t.rejects(client.call('set-wifi'), {
    name: 'SetupError',
    code: 'wifi_busy',
    message: problem.message,
    hint: 'wait',
    isRetryable: true,
  });
  await client.call('info');
  t.equal(gateway.linksMade, 1);
  t.equal(gateway.framesGot.filter(([type]) => type === 1).length, 1);
});

t.test('calls at the same time are answered each with its own', async (t) => {
  const { client } = make({ verbs: { identify: ({ number }) => ({ number }) } });
  const answers = await Promise.all([1, 2, 3, 4].map((number) => client.call('identify', { number })));
  t.same(
    answers,
    [1, 2, 3, 4].map((number) => ({ number })),
  );
});

t.test('what is too long is refused here, and the session goes on', async (t) => {
  const { client } = make();
  await t.rejects(client.call('set-wifi', { ssid: 'x'.repeat(4_100) }), { code: 'request_too_long' });
  await client.call('info');
});

t.test('a gateway that says nothing is given up; the next call begins anew', async (t) => {
  const { gateway, client, clock } = make();
  gateway.change = (frame) => (frame[0] === 6 ? undefined : frame);
  const asked = t.rejects(client.call('pair-key'), { code: 'no_answer' });
  await until(() => gateway.verbsAsked.length === 1);
  clock.pass(25_000);
  await asked;
  gateway.change = (frame) => frame;
  await client.call('info');
  t.equal(gateway.linksMade, 2);

  const silent = make();
  silent.gateway.change = () => undefined;
  const opening = t.rejects(silent.client.open(), { code: 'no_answer' });
  await until(() => silent.gateway.framesGot.length === 1);
  silent.clock.pass(15_000);
  await opening;
});

t.test('a session that has ended for idleness comes back with the next call, on the same link', async (t) => {
  const { gateway, client, states } = make();
  await client.open();
  gateway.refuse('idle');
  await settle();
  t.equal(states.at(-1), 'lost');
  await client.call('info');
  t.equal(gateway.linksMade, 1);
  await client.close();
  await t.rejects(client.call('info'), { code: 'link_lost' });
});

t.test('records that are not the next, changed or made up end the session', async (t) => {
  for (const [what, bend] of [
    ['changed', (frame: Buffer) => flipped(frame, frame.length - 1)],
    ['of a counter that was', (frame: Buffer) => flipped(frame, 8)],
    ['cut', (frame: Buffer) => frame.subarray(0, 20)],
    ['of no known type', (frame: Buffer) => Buffer.concat([Buffer.of(9), frame.subarray(1)])],
  ] as const) {
    const { gateway, client } = make();
    await client.open();
    gateway.change = (frame) => (frame[0] === 6 ? bend(frame) : frame);
    await t.rejects(client.call('pair-key'), { code: 'malformed' }, what);
    gateway.change = (frame) => frame;
    await client.call('info');
  }
});

t.test(
  'the link is lost after each fragment: a clear error, or a call that was repeated; then all is well',
  async (t) => {
    // So many cross the link until the second call is answered.
    const all = 60;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: all }),
        fc.constantFrom(20, 24, 182, 512),
        fc.constantFrom('info', 'pair-key'),
        async (lostAfter, fragmentBytesMax, verb) => {
          const { gateway, client } = make({
            fragmentBytesMax,
            verbs: { 'pair-key': () => ({ token: 'x'.repeat(64) }) },
          });
          gateway.fragmentsLeft = lostAfter;
          try {
            await client.call(verb, {});
          } catch (error) {
            t.match(error, { name: 'SetupError', code: 'link_lost' });
          }
          t.same(await client.call('info'), { gatewayId: gateway.gatewayId });
          await client.close();
        },
      ),
      { numRuns: 120 },
    );
  },
);

t.test('whatever comes over the air, the client ends cleanly and can begin anew', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 600 }), { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      async (fragments, isInSession) => {
        const { gateway, client, clock } = make();
        if (isInSession) await client.open();
        gateway.change = () => undefined;
        const before = gateway.framesGot.length;
        const asked = client.call('pair-key').then(
          () => t.fail('it cannot have been answered'),
          (error: unknown) => t.match(error, { name: 'SetupError' }),
        );
        await until(() => gateway.framesGot.length > before);
        for (const fragment of fragments) gateway.notify(Buffer.from(fragment));
        await settle();
        clock.pass(25_000);
        await asked;
        gateway.change = (frame) => frame;
        t.same(await client.call('info'), { gatewayId: gateway.gatewayId });
      },
    ),
    { numRuns: 25 },
  );
});

t.test('no two sessions have a key, a nonce or a record in common', async (t) => {
  const { gateway, client } = make();
  await client.call('info');
  gateway.loseLink();
  await settle();
  await client.call('info');
  const hellos = gateway.framesGot.filter(([type]) => type === 1);
  const records = gateway.framesGot.filter(([type]) => type === 6);
  t.equal(hellos.length, 2);
  t.notSame(hellos[0], hellos[1]);
  t.notSame(records[0], records[1], 'the same question, and the same counter');
});

function flipped(frame: Buffer, at: number): Buffer {
  const other = Buffer.from(frame);
  other[at] = (other[at] ?? 0) ^ 1;
  return other;
}
