import t from 'tap';
import { improvAdvertisement } from '../../../ble/improv/improv-advertisement.ts';
import { ImprovMachine } from '../../../ble/improv/improv-machine.ts';
import { isDeviceName, isHostName, readName } from '../../../ble/improv/improv-names.ts';
import { networkTriples } from '../../../ble/improv/improv-networks.ts';
import { someNetworks } from '../scripted-gateway.ts';
import { lengthFirst } from './improv-client.ts';

const touchedMs = 1_000;
const untilMs = touchedMs + 60_000;

/** What leads to each state, and what each input then makes of it, a second later. */
const ways: Readonly<Record<string, (machine: ImprovMachine) => void>> = {
  'not authorized': () => undefined,
  authorized: (machine) => machine.authorize(untilMs),
  joining: (machine) => {
    machine.authorize(untilMs);
    machine.joiningBegins();
  },
  provisioned: (machine) => {
    machine.authorize(untilMs);
    machine.joiningBegins();
    machine.joiningSucceeds();
  },
};
const inputs: Readonly<Record<string, (machine: ImprovMachine) => void>> = {
  nothing: () => undefined,
  revoked: (machine) => machine.authorize(null),
  'the same time told again': (machine) => machine.authorize(untilMs + 20),
  'touched again': (machine) => machine.authorize(untilMs + 5_000),
  'the joining failed': (machine) => machine.joiningFails(),
  'the door closed': (machine) => {
    machine.authorize(null);
    machine.beginAnew();
  },
};
const table: Readonly<Record<string, readonly number[]>> = {
  //                 nothing revoked same touched failed closed
  'not authorized': [1, 1, 2, 2, 1, 1],
  authorized: [2, 1, 2, 2, 2, 1],
  joining: [3, 3, 3, 3, 2, 3],
  provisioned: [4, 4, 4, 2, 4, 1],
};

t.test('each state with each input', (t) => {
  for (const [state, lead] of Object.entries(ways))
    for (const [index, [input, send]] of Object.entries(inputs).entries()) {
      const machine = new ImprovMachine();
      lead(machine);
      send(machine);
      t.equal(machine.stateAt(touchedMs + 1_000), table[state]?.[index], `${state}, ${input}`);
    }
  t.end();
});

t.test('what was authorized is revoked by itself, but for a network that is being joined', (t) => {
  const machine = new ImprovMachine();
  machine.authorize(untilMs);
  t.equal(machine.stateAt(untilMs - 1), 2);
  t.equal(machine.stateAt(untilMs), 1);
  machine.joiningBegins();
  t.equal(machine.stateAt(untilMs), 3);
  machine.joiningFails();
  t.equal(machine.stateAt(untilMs), 1);
  machine.joiningSucceeds();
  machine.authorize(null);
  t.equal(machine.stateAt(untilMs + 1), 4);
  machine.authorize(untilMs + 60_000);
  t.equal(machine.stateAt(untilMs + 1), 2, 'a touch after the end begins it anew');
  t.end();
});

t.test('the advertisement has 31 bytes, with state and capabilities', (t) => {
  const bytes = improvAdvertisement(2, 7);
  t.equal(bytes.length, 31);
  t.equal(
    Buffer.from(bytes).toString('hex'),
    '020106' + '110700802678742763467222286268774600' + '0916774602070000' + '0000',
  );
  t.end();
});

t.test('networks: strongest first, one for a name, and no more than there is room for', (t) => {
  t.strictSame(networkTriples(someNetworks, 512), [
    ...['home', '-60', 'WPA2/WPA3'],
    ...['café', '-80', 'NO'],
    ...['office', '-90', 'WPA2 EAP'],
  ]);
  t.strictSame(networkTriples(someNetworks, 37), ['home', '-60', 'WPA2/WPA3', 'café', '-80', 'NO']);
  t.strictSame(networkTriples(someNetworks, 20), ['café', '-80', 'NO'], 'a weaker one may fit');
  t.strictSame(networkTriples(someNetworks, 8), []);
  for (const strange of [undefined, null, 7, [null, 1, {}, { ssid: '', signalPct: 1, security: 'open' }]])
    t.strictSame(networkTriples(strange, 512), []);
  const many = Array.from({ length: 60 }, (_, index) => ({
    ...{ ssid: `network ${index}`, signalPct: 100 - index, security: 'wpa-psk' },
  }));
  t.equal(networkTriples(many, 512).length % 3, 0);
  t.end();
});

t.test('names come bare or with their length', (t) => {
  const rows: readonly [Uint8Array, string | undefined][] = [
    [Buffer.from('attic'), 'attic'],
    [lengthFirst('attic'), 'attic'],
    [lengthFirst(''), ''],
    [Buffer.from('Küche'), 'Küche'],
    [Uint8Array.of(0xff, 0xfe, 0x41), undefined],
  ];
  for (const [bytes, name] of rows) t.equal(readName(bytes), name);
  for (const name of ['a', 'attic', 'A-1', 'a'.repeat(63)]) t.ok(isHostName(name), name);
  for (const name of ['', '-a', 'a-', 'a.b', 'a_b', 'é', 'a b', 'a'.repeat(64)])
    t.notOk(isHostName(name), name);
  for (const name of ['Attic', 'Küche 2']) t.ok(isDeviceName(name), name);
  for (const name of ['', '  ', 'a\nb', 'a'.repeat(65)]) t.notOk(isDeviceName(name), name);
  t.end();
});
