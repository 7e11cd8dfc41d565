import t from 'tap';
import { GatewayProblem } from '../../../ble/gateway-link/ask-gateway.ts';
import type { NearbyService } from '../../../ble/nearby-service.ts';
import { frameTypes } from '../../../ble/protocol/frames.ts';
import { createSetupService } from '../../../ble/setup/setup-service.ts';
import { TestClock, settled } from '../test-clock.ts';
import { FakeAsk, refused } from './fake-ask.ts';
import { FakePhone } from './fake-phone.ts';

interface Scene {
  readonly ask: FakeAsk;
  readonly clock: TestClock;
  readonly setup: NearbyService;
  readonly said: string[];
  phone(id?: string, notificationBytesMax?: number): FakePhone;
}

function scene(): Scene {
  const [ask, clock, said] = [new FakeAsk(), new TestClock(), [] as string[]];
  const log = { say: (level: string, message: string): number => said.push(`${level}: ${message}`) };
  const setup = createSetupService({ ask, clock, log });
  return { ask, clock, setup, said, phone: (id = 'a', max) => new FakePhone(id, setup.service, max) };
}

t.test('a session, from hello to the answers of verbs, on links of every width', async (t) => {
  for (const width of [20, 23, 182, 244, 509]) {
    const { ask, phone } = scene();
    const one = phone('a', width);
    one.subscribe();
    await one.hello();
    t.equal(one.messages.shift()?.[0], frameTypes.gatewayHello);
    await one.begin();
    await one.call('set-wifi', { ssid: 'Home', password: 'secret-secret' });
    t.same(one.payload(), { id: 1, answer: { ssid: 'Home', password: 'secret-secret' } });
    t.match(ask.asked[0], { verb: 'set-wifi', way: 'session', session: 's3' });
    ask.tellJoining({ attempt: 1, stage: 'address' });
    t.same(one.payload(), { event: 'joining', joining: { attempt: 1, stage: 'address' } });
    await one.call('status');
    t.same(one.payload(), { id: 2, answer: {} });
    one.leave();
    t.same(ask.ended, [{ handshake: 'h1' }, { session: 's3' }]);
  }
});

t.test('facts: version, id, state, codes that are left', async (t) => {
  const { ask, phone } = scene();
  const one = phone();
  const expected = (state: number, tries: number): number[] => [
    1,
    ...new TextEncoder().encode('bk3cp7ggr25dv2ea'),
    ...[state, tries, 0],
  ];
  t.same([...((await one.facts()) as Uint8Array)], expected(1, 5));
  await one.begin();
  t.same([...((await one.facts()) as Uint8Array)], expected(2, 5));
  one.leave();
  ask.setDoor({ state: 'barred', improvUntilMs: null, ancestorUntilMs: null, triesLeft: 0 });
  t.same([...((await one.facts()) as Uint8Array)], expected(3, 0));
  ask.setDoor({ state: 'closed', improvUntilMs: null, ancestorUntilMs: null, triesLeft: 3 });
  t.same([...((await one.facts()) as Uint8Array)], expected(0, 3));
  ask.setDoor(undefined);
  t.same([...((await one.facts()) as Uint8Array)], expected(0, 0));
  ask.description = undefined;
  t.equal(await one.facts(), 'unlikely-error');
});

t.test('it is on the air while the door is not closed', (t) => {
  const { ask, setup } = scene();
  let told = 0;
  setup.onAdvertisement(() => (told += 1));
  const hex = (): string => Buffer.from(setup.advertisement()?.data ?? []).toString('hex');
  t.equal(hex(), '0201061107f0041c9a1d002e881d4237b925a049e0');
  t.equal(Buffer.from(setup.advertisement()?.scanResponse ?? []).toString('latin1'), '\x0d\x09eGW BK3CP7GG');
  ask.setDoor({ state: 'barred', improvUntilMs: null, ancestorUntilMs: null, triesLeft: 0 });
  t.not(hex(), '');
  ask.setDoor({ state: 'closed', improvUntilMs: null, ancestorUntilMs: null, triesLeft: 5 });
  t.equal(hex(), '');
  ask.setDoor(undefined);
  t.equal(hex(), '');
  t.equal(told, 3);
  setup.close();
  t.equal(ask.listenerCount, 0);
  t.end();
});

t.test('two phones at once: the second is told, and comes in when the first has left', async (t) => {
  const { ask, phone } = scene();
  const [first, second] = [phone('a'), phone('b')];
  await first.begin();
  second.subscribe();
  await second.hello();
  t.equal(second.refusal(), 'busy');
  await first.call('status');
  t.same(first.payload(), { id: 1, answer: {} }, 'the first has noticed nothing');
  ask.tellJoining({ attempt: 7 });
  t.match(first.payload(), { event: 'joining' });
  t.same(second.messages, [], 'whoever has no session is told nothing');
  first.leave();
  await second.begin();
  await second.call('info');
  t.same(second.payload(), { id: 1, answer: {} });
});

t.test('a handshake that is not proved ends after fifteen seconds', async (t) => {
  const { ask, clock, phone } = scene();
  const first = phone('a');
  first.subscribe();
  await first.hello();
  first.messages.splice(0);
  await clock.pass(14_999);
  t.same(first.messages, []);
  await clock.pass(1);
  t.equal(first.refusal(), 'idle');
  t.same(ask.ended, [{ handshake: 'h1' }]);
});

t.test('a handshake that is not proved keeps others out for three seconds', async (t) => {
  const { ask, clock, phone } = scene();
  const [first, second] = [phone('a'), phone('b')];
  first.subscribe();
  second.subscribe();
  await first.hello();
  first.messages.splice(0);
  await clock.pass(2_000);
  await first.hello();
  first.messages.splice(0);
  await second.hello();
  t.equal(second.refusal(), 'busy');
  await clock.pass(1_000);
  await second.hello();
  t.equal(first.refusal(), 'busy', 'beginning anew has not won it more time');
  t.equal(second.messages.shift()?.[0], frameTypes.gatewayHello);
  await first.hello();
  t.equal(first.refusal(), 'busy', 'the second has its three seconds');
  await second.proof();
  await clock.pass(10_000);
  await first.hello();
  t.equal(first.refusal(), 'busy', 'nobody comes into a session');
  second.messages.shift();
  await second.call('info');
  t.same(second.payload(), { id: 1, answer: {} });
  t.same(ask.ended, [{ handshake: 'h1' }, { handshake: 'h2' }]);
});

t.test('a proof that is under way is not overtaken by another phone', async (t) => {
  const { ask, clock, phone } = scene();
  const [first, second] = [phone('a'), phone('b')];
  first.subscribe();
  second.subscribe();
  await first.hello();
  first.messages.splice(0);
  const gate = Promise.withResolvers<undefined>();
  ask.meanwhile = async () => {
    await gate.promise;
  };
  await first.proof();
  await clock.pass(5_000);
  await second.hello();
  t.equal(second.refusal(), 'busy');
  gate.resolve(undefined);
  await settled();
  t.equal(first.messages.shift()?.[0], frameTypes.gatewayProof);
});

t.test('who begins one handshake after the other and proves none loses the link', async (t) => {
  const { phone } = scene();
  const one = phone();
  one.subscribe();
  for (let time = 0; time < 8; time++) {
    await one.hello();
    t.equal(one.isDropped, false, `hello ${time}`);
  }
  await one.hello();
  t.equal(one.isDropped, true);
});

t.test('a session ends sixty seconds after its last record, either way', async (t) => {
  const { ask, clock, phone } = scene();
  const one = phone();
  await one.begin();
  await clock.pass(59_000);
  await one.call('status');
  one.payload();
  await clock.pass(59_000);
  ask.tellJoining({ attempt: 1 });
  one.payload();
  await clock.pass(59_999);
  t.same(one.messages, []);
  await clock.pass(1);
  t.equal(one.refusal(), 'idle');
  t.same(ask.ended, [{ session: 's2' }]);
  await one.call('status');
  t.equal(one.refusal(), 'idle', 'a record of a session that has ended');
  t.equal(clock.alarmCount, 0);
});

t.test('what the gateway refuses, the phone is told with its wait', async (t) => {
  const { ask, said, phone } = scene();
  const one = phone();
  one.subscribe();
  for (const [problem, told] of [
    [refused('barred'), 'barred'],
    [refused('closed'), 'closed'],
    [refused('wait', 16), 'wait, 16'],
    [refused('malformed'), 'malformed'],
    [refused('something new'), 'unavailable'],
    [new GatewayProblem({ code: 'signer_unavailable', message: 'no key' }), 'unavailable'],
    [new GatewayProblem({ code: 'unavailable', message: 'gone' }), 'unavailable'],
  ] as const) {
    ask.problem = problem;
    await one.hello();
    t.equal(one.refusal(), told);
  }
  await one.hello();
  one.messages.shift();
  await one.proof(0);
  t.equal(one.refusal(), 'code_wrong, 2');
  await one.proof(1);
  t.equal(one.refusal(), 'malformed', 'a handshake is good for one proof');
  await one.begin();
  ask.problem = new GatewayProblem({
    ...{ code: 'wifi_busy', message: 'one at a time', hint: 'wait', retryable: true, facts: { by: 'you' } },
  });
  await one.call('set-wifi');
  const problem = { code: 'wifi_busy', message: 'one at a time', hint: 'wait', retryable: true };
  t.same(one.payload(), { id: 1, problem }, 'a problem of a verb ends nothing');
  ask.problem = refused('idle');
  await one.call('status');
  t.equal(one.refusal(), 'idle', 'the gateway has ended the session');
  t.notMatch(said.join('\n'), 'secret');
});

t.test('the gateway goes: whoever is in a handshake or a session is told, and begins anew', async (t) => {
  for (const step of ['hello', 'handshake', 'session', 'verb']) {
    const { ask, phone } = scene();
    const one = phone();
    const goAway = (): void => {
      const { door } = ask;
      ask.meanwhile = () => undefined;
      ask.problem = new GatewayProblem({ code: 'unavailable', message: 'gone' });
      ask.setDoor(undefined);
      ask.door = door;
    };
    one.subscribe();
    if (step === 'hello') ask.meanwhile = goAway;
    await one.hello();
    if (step === 'handshake') ask.meanwhile = goAway;
    if (step !== 'hello') await one.proof();
    if (step === 'session') goAway();
    if (step === 'verb') {
      one.messages.splice(0);
      ask.meanwhile = goAway;
      await one.write(one.sealed({ id: 1, verb: 'status' }));
    }
    const last = one.messages.splice(0).at(-1);
    t.same(last, Uint8Array.of(5, 7, 0, 0), step);
    ask.problem = undefined;
    await one.begin();
    await one.call('info');
    t.same(one.payload(), { id: 1, answer: {} }, `after ${step}`);
  }
});

t.test('the link is lost at every step: nothing stays, and the next phone comes in', async (t) => {
  const steps = ['fragment', 'hello', 'handshake', 'proof', 'session', 'verb'] as const;
  for (const step of steps) {
    const { ask, clock, phone } = scene();
    const one = phone('a');
    one.subscribe();
    if (step === 'fragment') await one.writeFragment(Uint8Array.of(0, 1, 2, 3));
    else {
      if (step === 'hello') ask.meanwhile = () => one.leave();
      await one.hello();
      if (step === 'proof') ask.meanwhile = () => one.leave();
      if (step !== 'hello' && step !== 'handshake') await one.proof();
      if (step === 'verb') {
        ask.meanwhile = () => one.leave();
        await one.write(one.sealed({ id: 1, verb: 'status' }));
      }
    }
    if (!['hello', 'proof', 'verb'].includes(step)) one.leave();
    await settled();
    ask.meanwhile = () => undefined;
    t.equal(clock.alarmCount, 0, `no alarm after ${step}`);
    const opened = { fragment: 0, hello: 1, handshake: 1, proof: 1, session: 1, verb: 1 }[step];
    t.equal(ask.ended.length, opened, `all that was opened is ended after ${step}`);
    const next = phone('b');
    await next.begin();
    await next.call('info');
    t.same(next.payload(), { id: 1, answer: {} }, `after ${step}`);
  }
});

t.test('without a listener at the outbox nothing is taken, and when it goes the session does', async (t) => {
  const { ask, phone } = scene();
  const one = phone();
  t.equal(await one.writeFragment(Uint8Array.of(0x80, 1)), 'unlikely-error');
  await one.begin();
  one.unsubscribe();
  t.same(ask.ended, [{ session: 's2' }]);
  t.equal(await one.writeFragment(Uint8Array.of(0x80, 1)), 'unlikely-error');
  await one.begin();
  one.subscribe();
  await one.call('info');
  t.equal(one.messages.length, 1, 'who listens anew is in the session that there is');
});

t.test('what breaks the protocol ends the session, and whoever goes on with it loses the link', async (t) => {
  const bad: readonly ((one: FakePhone) => Promise<unknown>)[] = [
    async (one) => await one.writeFragment(Uint8Array.of(5, 1)),
    async (one) => await one.writeFragment(Uint8Array.of(0x80)),
    async (one) => await one.write(Uint8Array.of(9)),
    async (one) => await one.write(Uint8Array.of(2, ...new Uint8Array(144))),
    async (one) => await one.write(Uint8Array.of(1, 2, 3)),
    async (one) => await one.proof(),
    async (one) => await one.write(one.sealed('no object')),
    async (one) => await one.write(one.sealed({ id: 0, verb: 'info' })),
    async (one) => await one.write(one.sealed({ id: 1.5, verb: 'info' })),
    async (one) => await one.write(one.sealed({ id: 1, verb: 7 })),
    async (one) => await one.write(one.sealed({ id: 1, verb: 'info', input: [] })),
    async (one) => {
      const record = one.sealed({ id: 1, verb: 'info' });
      await one.write(record);
      one.messages.shift();
      await one.write(record);
    },
    async (one) => {
      one.sealed('left out');
      await one.write(one.sealed({ id: 1, verb: 'info' }));
    },
  ];
  for (const [index, break_] of bad.entries()) {
    const { ask, phone } = scene();
    const one = phone();
    await one.begin();
    await break_(one);
    t.equal(one.refusal(), 'malformed', `way ${index}`);
    t.same(ask.ended, [{ session: 's2' }]);
    await one.begin();
    await one.call('info');
    t.same(one.payload(), { id: 1, answer: {} }, `way ${index}: both begin anew`);
    for (let time = 1; time < 8; time++) {
      t.equal(one.isDropped, false);
      await one.write(Uint8Array.of(9));
    }
    t.equal(one.isDropped, true);
  }
});

t.test('records that come faster than they are answered are answered in order, eight at most', async (t) => {
  const { ask, phone } = scene();
  const one = phone('a', 509);
  await one.begin();
  const gate = Promise.withResolvers<undefined>();
  ask.meanwhile = async () => {
    await gate.promise;
  };
  for (let number = 1; number <= 9; number++) await one.call('status', { number });
  gate.resolve(undefined);
  await settled();
  for (let number = 1; number <= 9; number++) t.same(one.payload(), { id: number, answer: { number } });
  ask.meanwhile = async () => await new Promise<undefined>(() => undefined);
  for (let number = 1; number <= 10; number++) await one.call('status');
  t.equal(one.refusal(), 'malformed');
});

t.test('an answer that no record holds loses its weakest networks, or is a problem', async (t) => {
  const { ask, phone } = scene();
  const one = phone('a', 509);
  await one.begin();
  const networks = Array.from({ length: 20 }, (_, index) => ({
    ssid: '\u0001'.repeat(32),
    signalPct: 100 - index,
  }));
  ask.answer = () => ({ networks });
  await one.call('scan');
  const { answer } = one.payload() as { answer: { networks: { signalPct: number }[] } };
  t.ok(answer.networks.length > 10 && answer.networks.length < 20, `${answer.networks.length} networks`);
  t.equal(answer.networks[0]?.signalPct, 100);
  ask.answer = () => ({ text: 'x'.repeat(5000) });
  await one.call('info');
  t.match(one.payload(), { id: 2, problem: { code: 'answer_invalid' } });
});
