import t from 'tap';
import { startBluetoothService, type BluetoothService } from '../../ble/bluetooth-service.ts';
import type { Door } from '../../ble/gateway-link/ask-gateway.ts';
import { ancestorUuids } from '../../ble/ancestor/ancestor-uuids.ts';
import { improvUuids } from '../../ble/improv/improv-protocol.ts';
import { setupService } from '../../ble/protocol/uuids.ts';
import { FakeAsk } from './setup/fake-ask.ts';
import { FakeRadio } from './fake-radio.ts';
import { TestClock, settled } from './test-clock.ts';

interface Scene {
  readonly radio: FakeRadio;
  readonly ask: FakeAsk;
  readonly clock: TestClock;
  readonly said: string[];
  readonly service: BluetoothService;
}

const setupOnAir = '0201061107f0041c9a1d002e881d4237b925a049e0 0d09654757204b';
const open: Door = { state: 'open', improvUntilMs: null, ancestorUntilMs: null, triesLeft: 5 };

function scene(ways: { readonly improv?: boolean; readonly ancestor?: boolean } = {}): Scene {
  const [radio, ask, clock, said] = [new FakeRadio(), new FakeAsk(), new TestClock(), [] as string[]];
  if (ask.description !== undefined) ask.description = { ...ask.description, ...ways };
  const log = { say: (level: string, message: string): number => said.push(`${level} ${message}`) };
  const service = startBluetoothService({ radio, ask, clock, log, hardware: 'test' });
  return { radio, ask, clock, said, service };
}

/** Which service, by the end of its UUID in the advertisement. */
function kindOf(advertised: string | undefined): string {
  if (advertised === undefined || advertised === '') return 'nothing';
  if (advertised.startsWith(setupOnAir.slice(0, 40))) return 'setup';
  return advertised.includes('167746') ? 'improv' : 'ancestor';
}

t.test('our own service alone: it is served, it is on the air, and nothing ticks', async (t) => {
  const { radio, clock } = scene();
  radio.become('on');
  t.same(radio.served, [[setupService]]);
  t.same(radio.advertised.map(kindOf), ['setup']);
  t.equal(clock.alarmCount, 0);
  await clock.pass(3_600_000);
  t.equal(radio.advertised.length, 1);
});

t.test('nothing is served or advertised before the gateway has said who it is', async (t) => {
  const ask = new FakeAsk();
  const { description, door } = ask;
  ask.description = undefined;
  ask.setDoor(undefined);
  const [radio, clock] = [new FakeRadio(), new TestClock()];
  startBluetoothService({ radio, ask, clock, log: { say: () => undefined }, hardware: 'test' });
  radio.become('on');
  t.same([radio.served, radio.advertised], [[], []]);
  ask.description = description;
  ask.setDoor(door);
  await settled();
  t.same(radio.served, [[setupService]]);
  t.same(radio.advertised.map(kindOf), ['setup']);
});

t.test('services that are on the air take turns of a second', async (t) => {
  const { radio, ask, clock } = scene({ improv: true, ancestor: true });
  t.same(radio.served, [[setupService, improvUuids.service, ancestorUuids.service]]);
  ask.setDoor({ ...open, improvUntilMs: clock.nowMs() + 60_000, ancestorUntilMs: clock.nowMs() + 180_000 });
  radio.become('on');
  radio.advertised.splice(0);
  await clock.pass(6_000);
  const kinds = radio.advertised.map(kindOf);
  t.equal(kinds.length, 6);
  t.equal(new Set(kinds.slice(0, 3)).size, 3, kinds.join(' '));
  t.same(kinds.slice(0, 3), kinds.slice(3));
  ask.setDoor({ ...open, state: 'closed' });
  t.equal(radio.advertised.at(-1), '');
  t.equal(clock.alarmCount, 0, 'nothing ticks while nothing is on the air');
});

t.test('what the gateway switches on or off is served anew', async (t) => {
  const { radio, ask } = scene();
  if (ask.description !== undefined) ask.description = { ...ask.description, improv: true };
  ask.setDoor(open);
  await settled();
  ask.setDoor(open);
  await settled();
  t.same(radio.served, [[setupService], [setupService, improvUuids.service]]);
});

t.test('the gateway goes: off the air; it comes: on it again', (t) => {
  const { radio, ask } = scene();
  radio.become('on');
  ask.setDoor(undefined);
  ask.setDoor(open);
  t.same(radio.advertised.map(kindOf), ['setup', 'nothing', 'setup']);
  t.end();
});

t.test('without an adapter there is one line, however often it is looked for', (t) => {
  const { radio, said } = scene();
  for (let time = 0; time < 5; time++) radio.become('missing', 'there is none');
  t.same(said, ['warn no setting up by Bluetooth: there is none; the gateway goes on without it']);
  radio.become('starting');
  radio.become('on');
  t.equal(said.at(-1), 'info the Bluetooth adapter is on');
  t.end();
});

t.test('what the radio refuses is told, and tried again at the next change', async (t) => {
  const { radio, ask, said } = scene();
  radio.failure = new Error('command disallowed');
  ask.setDoor({ ...open, state: 'closed' });
  await settled();
  t.match(said.at(-1), /could not be changed: .*command disallowed/);
  ask.setDoor({ ...open, state: 'closed' });
  t.equal(radio.advertised.at(-1), '');
  t.equal(radio.advertised.length, 3);
});

t.test('when it ends, it is off the air and hears nothing more', async (t) => {
  const { radio, ask, clock, service } = scene({ improv: true, ancestor: true });
  radio.become('on');
  await service.close();
  t.equal(radio.advertised.at(-1), '');
  t.equal(ask.listenerCount, 0);
  t.equal(clock.alarmCount, 0);
});
