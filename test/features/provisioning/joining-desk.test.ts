import t from 'tap';
import type { WirelessNetworks } from '../../../gateway/core/wireless.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { silentLogger, type Logger } from '../../../gateway/core/logger.ts';
import { JoiningDesk, type Joining } from '../../../gateway/features/provisioning/joining-desk.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';
import { SimulatedWireless, type SimulatedNetwork } from '../../../sim/simulated-wireless.ts';

const password = 'right-password';
const around: readonly SimulatedNetwork[] = [
  { ssid: 'home', password },
  { ssid: 'next', password },
  { ssid: 'mute', password, treatment: 'silent' },
  { ssid: 'hotel', password, treatment: 'captive-portal' },
  { ssid: 'cellar', password, treatment: 'offline' },
  { ssid: Uint8Array.from([0xff, 0x41]), password },
];

interface Bench {
  readonly clock: SimulatedClock;
  readonly desk: JoiningDesk;
  readonly wireless: WirelessNetworks;
  readonly told: Joining[];
  readonly logged: string[];
}

function bench(wireless?: WirelessNetworks): Bench {
  const clock = new SimulatedClock(1_795_336_200_000);
  const given = wireless ?? new SimulatedWireless({ clock, alarm: clock, networks: around });
  const logged: string[] = [];
  const note = (facts: unknown, message: string): void =>
    void logged.push(`${message} ${JSON.stringify(facts)}`);
  const logger: Logger = { ...silentLogger, info: note, warn: note, error: note };
  const desk = new JoiningDesk({ wireless: given, clock, alarm: clock, logger });
  const told: Joining[] = [];
  desk.onChange((joining) => told.push(joining));
  return { clock, desk, wireless: given, told, logged };
}

const never = new AbortController().signal;

t.test('an attempt is answered at once, and told step by step to its end', async (t) => {
  const { clock, desk, told, logged } = bench();
  t.equal(desk.last, undefined);
  const begun = desk.begin({ ssid: 'home', password });
  t.same(begun, {
    ...{ attempt: 1, ssid: 'home', stage: 'associating' },
    ...{ failure: null, message: null, hint: null, rolledBackTo: null },
  });
  t.equal(desk.isBusy, true);
  await clock.advance(10_000);
  t.same(
    told.map(({ stage }) => stage),
    ['associating', 'authenticating', 'address', 'checking', 'joined'],
  );
  t.same(desk.last, told.at(-1));
  t.equal(desk.isBusy, false);
  t.equal(logged.length, 1);
  t.notMatch(logged.join(), /right-password/);
});

t.test('the end is told to whoever asks later, with words for people and the way back', async (t) => {
  const { clock, desk, logged } = bench();
  desk.begin({ ssid: 'home', password });
  await clock.advance(10_000);
  desk.begin({ ssid: 'next', password: 'wrong-password' });
  await clock.advance(10_000);
  t.same(desk.last, {
    ...{ attempt: 2, ssid: 'next', stage: 'failed', failure: 'wifi_password_wrong', rolledBackTo: 'home' },
    message: '"next" does not take the password',
    hint: 'type it again: capitals and spaces count',
  });
  t.notMatch(logged.join(), /wrong-password/);
});

t.test('the same wish again is the same attempt; another one is refused until it has ended', async (t) => {
  const { clock, desk } = bench();
  const wish = { ssid: 'home', password };
  const first = desk.begin(wish);
  await clock.advance(500);
  t.match(desk.begin(wish), { attempt: first.attempt, stage: 'authenticating' });
  for (const other of [
    { ssid: 'next', password },
    { ssid: 'home', password: 'other-password' },
    { ...wish, isHidden: true },
  ])
    t.throws(() => desk.begin(other), { code: 'wifi_busy', facts: { attempt: 1 } });
  t.throws(() => desk.refuseWhileBusy(), { code: 'wifi_busy' });
  await clock.advance(10_000);
  desk.refuseWhileBusy();
  t.equal(desk.begin(wish).attempt, 2);
});

t.test('whoever hears of an end may ask for the next at once', async (t) => {
  const { clock, desk } = bench();
  let again: Joining | undefined;
  desk.onChange(({ stage }) => {
    if (stage === 'failed') again = desk.begin({ ssid: 'home', password });
  });
  desk.begin({ ssid: 'home', password: 'wrong-password' });
  await clock.advance(20_000);
  t.match(again, { attempt: 2, stage: 'associating' });
  t.match(desk.last, { attempt: 2, stage: 'joined' });
});

t.test('a minute is enough', async (t) => {
  const { clock, desk } = bench();
  desk.begin({ ssid: 'home', password });
  await clock.advance(10_000);
  desk.begin({ ssid: 'mute', password });
  await clock.advance(59_000);
  t.equal(desk.isBusy, true);
  await clock.advance(2_000);
  t.match(desk.last, { stage: 'failed', failure: 'wifi_timeout', rolledBackTo: 'home' });
});

t.test('a network behind which a person has something to do is joined, and that is said', async (t) => {
  const { clock, desk } = bench();
  desk.begin({ ssid: 'hotel', password });
  await clock.advance(10_000);
  t.match(desk.last, { stage: 'joined', failure: null, message: /sign in/, hint: /sign the gateway in/ });
  desk.begin({ ssid: 'cellar', password });
  await clock.advance(10_000);
  t.match(desk.last, { stage: 'joined', message: /does not reach the internet/ });
});

t.test('it can be waited for, and given up waiting for', async (t) => {
  const { clock, desk } = bench();
  t.equal(await desk.waitForEnd(1_000, never), undefined);
  desk.begin({ ssid: 'home', password });
  const early = desk.waitForEnd(500, never);
  const late = desk.waitForEnd(60_000, never);
  const gone = new AbortController();
  const left = desk.waitForEnd(60_000, gone.signal);
  gone.abort(new GatewayError('connection_closed', 'the caller has gone'));
  await t.rejects(left, { code: 'connection_closed' });
  await clock.advance(20_000);
  t.match(await early, { stage: 'authenticating' });
  t.match(await late, { stage: 'joined' });
  t.match(desk.last, { stage: 'joined' }, 'that somebody has gone ends nothing');
});

t.test('a name that is no text is asked for as it was shown', async (t) => {
  const { clock, desk } = bench();
  const scanning = desk.scan(never);
  await clock.advance(5_000);
  t.ok((await scanning).some(({ ssid }) => ssid === '\u{fffd}A'));
  desk.begin({ ssid: '\u{fffd}A', password });
  await clock.advance(10_000);
  t.match(desk.last, { stage: 'joined', ssid: '\u{fffd}A' });
});

t.test('what can be neither name nor password is refused, and never repeated', (t) => {
  const { desk } = bench();
  const wishes = [
    { ssid: '' },
    { ssid: 'x'.repeat(33) },
    { ssid: '☕'.repeat(11) },
    { ssid: 'home', password: 'short77' },
    { ssid: 'home', password: 'x'.repeat(64) },
    { ssid: 'home', password: 'é'.repeat(32) },
    { ssid: 'home', password: 'line\nbreak' },
  ];
  for (const wish of wishes) {
    try {
      desk.begin(wish);
      t.fail(JSON.stringify(wish));
    } catch (error) {
      t.match(error, { code: 'input_invalid' });
      const { message, hint } = error as GatewayError;
      if (wish.password !== undefined) t.notOk(`${message} ${hint ?? ''}`.includes(wish.password));
    }
  }
  t.equal(desk.last, undefined);
  for (const good of ['8 charsx', 'x'.repeat(63), 'A'.repeat(64), '0'.repeat(64)])
    t.doesNotThrow(() => bench().desk.begin({ ssid: 'home', password: good }));
  t.end();
});

t.test('a radio that refuses everybody says why, and one that breaks is logged', async (t) => {
  const refusing = (error: Error): WirelessNetworks => ({
    ...bench().wireless,
    join: () => Promise.reject(error),
  });
  const missing = bench(
    refusing(new GatewayError('wifi_missing', 'there is no adapter', { hint: 'plug one in' })),
  );
  missing.desk.begin({ ssid: 'home', password });
  await missing.clock.settle();
  t.match(missing.desk.last, {
    ...{ stage: 'failed', failure: 'wifi_failed', message: 'there is no adapter', hint: 'plug one in' },
  });
  const broken = bench(refusing(new TypeError('undefined is not a function')));
  broken.desk.begin({ ssid: 'home', password });
  await broken.clock.settle();
  t.match(broken.desk.last, { stage: 'failed', message: 'something went wrong inside the gateway' });
  t.match(broken.logged[0], /undefined is not a function/);
  t.equal(broken.desk.isBusy, false);
});

t.test('a stop ends an attempt in good order, and nothing begins after it', async (t) => {
  const { clock, desk, wireless } = bench();
  desk.begin({ ssid: 'home', password });
  await clock.advance(10_000);
  desk.begin({ ssid: 'mute', password });
  await clock.advance(1_000);
  await desk.close();
  t.match(await wireless.state(), { joined: { ssid: 'home' } });
  t.throws(() => desk.begin({ ssid: 'home', password }), { code: 'stopping' });
});

t.test('a radio that never comes back holds up no stop', async (t) => {
  const { clock, desk } = bench({ ...bench().wireless, join: () => new Promise(() => undefined) });
  desk.begin({ ssid: 'home', password });
  let isClosed = false;
  const closing = desk.close().then(() => (isClosed = true));
  await clock.advance(1_000);
  t.equal(isClosed, false);
  await clock.advance(1_000);
  t.equal(isClosed, true);
  await closing;
});
