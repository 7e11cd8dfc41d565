import '../../property-seed.ts';
import { setTimeout as passed } from 'node:timers/promises';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { BlenoRadio } from '../../../ble/radio/bleno-radio.ts';
import type { GattLink, GattService } from '../../../ble/radio/radio.ts';
import { processTimer } from '../../../modbus-sim/radio/air-timer.ts';
import { VirtualAir } from '../../../modbus-sim/radio/virtual-air.ts';
import { TestClock } from '../test-clock.ts';
import { adapterFaults, useAir } from './adapter-faults.ts';
import { AttClient } from './att-client.ts';

const serviceUuid = 'e049a0f0-b937-421d-882e-001d9a1c04f0';
const addressOfFirst = [0x01, 0, 0, 0xee, 0xff, 0xc0];
/** bleno's own services have the attributes 1 to 9. */
const attributes = { value: 12, inbox: 14, outbox: 16, outboxSwitch: 17, long: 19 } as const;
/** Of ATT, 3.4. */
const att = {
  read: 0x0a,
  readBlob: 0x0c,
  write: 0x12,
  writeCommand: 0x52,
  prepare: 0x16,
  execute: 0x18,
  mtu: 0x02,
};

interface Scene {
  readonly air: VirtualAir;
  readonly radio: BlenoRadio;
  readonly clock: TestClock;
  readonly written: string[];
  readonly links: GattLink[];
  readonly gone: string[];
  send: ((value: Uint8Array) => void) | undefined;
  phone(): Promise<AttClient>;
}

async function scene(t: Test): Promise<Scene> {
  const air = new VirtualAir(processTimer);
  air.addController();
  useAir(air);
  const clock = new TestClock();
  const radio = new BlenoRadio({ clock, options: { hciDriver: 'virtual', deviceId: 0 } });
  const one: Scene = { air, radio, clock, written: [], links: [], gone: [], send: undefined, phone };
  async function phone(): Promise<AttClient> {
    const client = new AttClient(air.addController());
    await client.connect(addressOfFirst);
    return client;
  }
  const on = new Promise<void>((resolve) => radio.onState((state) => state === 'on' && resolve()));
  await radio.serve([serviceOf(one)]);
  await radio.advertise({ data: Uint8Array.of(2, 1, 6), scanResponse: new Uint8Array() });
  void radio.start();
  // Nothing of the virtual air keeps the process alive, and neither does the clock of the test.
  const alive = setInterval(() => undefined, 1000);
  t.teardown(async () => {
    clearInterval(alive);
    const closed = radio.close();
    await clock.pass(1000);
    await closed;
  });
  await on;
  return one;
}

function serviceOf(one: Scene): GattService {
  let reads = 0;
  return {
    uuid: serviceUuid,
    characteristics: [
      {
        uuid: 'e049a0f1-b937-421d-882e-001d9a1c04f0',
        properties: ['read'],
        read: (link) => {
          one.links.push(link);
          return Uint8Array.of(42);
        },
      },
      {
        uuid: 'e049a0f2-b937-421d-882e-001d9a1c04f0',
        properties: ['write', 'writeWithoutResponse'],
        write: (_link, value) => {
          one.written.push(Buffer.from(value).toString('hex'));
          if (value[0] === 0xee) throw new Error('a handler that throws');
          return undefined;
        },
      },
      {
        uuid: 'e049a0f3-b937-421d-882e-001d9a1c04f0',
        properties: ['notify'],
        subscribed: (link, send) => {
          one.links.push(link);
          one.send = send;
          return () => {
            one.gone.push('unsubscribed');
            one.send = undefined;
          };
        },
      },
      {
        uuid: 'e049a0f4-b937-421d-882e-001d9a1c04f0',
        properties: ['read'],
        read: async () => await Promise.resolve(new Uint8Array(300).fill(++reads)),
      },
    ],
    disconnected: () => one.gone.push('disconnected'),
  };
}

t.test('it advertises what it is told, and what it is told then, and nothing', async (t) => {
  const { air, radio } = await scene(t);
  const heard: string[] = [];
  air.listen(({ kind, bytes }) => heard.push(`${kind} ${bytes.toString('hex')}`));
  const next = async (what: string): Promise<void> => {
    heard.splice(0);
    for (let turn = 0; turn < 100 && !heard.includes(what); turn++) await passed(10);
    t.ok(heard.includes(what), what);
  };
  await next('advertisement 020106');
  await radio.advertise({ data: Uint8Array.of(2, 1, 6), scanResponse: Uint8Array.of(2, 9, 65) });
  await next('scan-response 020941');
  await radio.advertise(undefined);
  await passed(50);
  heard.splice(0);
  await passed(300);
  t.same(heard, []);
});

t.test('a long write is one write, of 512 bytes at most, from the beginning', async (t) => {
  const { written, phone } = await scene(t);
  const client = await phone();
  const write = async (bytes: readonly number[], first = 0): Promise<string> => {
    for (let at = 0; at < bytes.length; at += 18) {
      const offset = at + first;
      const part = bytes.slice(at, at + 18);
      await client.ask(att.prepare, attributes.inbox, 0, offset & 0xff, offset >> 8, ...part);
    }
    return await client.ask(att.execute, 1);
  };
  const bytes = Array.from({ length: 512 }, (_, index) => index & 0xff);
  t.equal(await write(bytes), '19');
  t.same(written.splice(0), [Buffer.from(bytes).toString('hex')]);
  t.equal(await write([...bytes, 1]), '01180e000d', 'invalid length');
  t.equal(await write([1, 2], 5), '01180e0007', 'invalid offset');
  await client.ask(att.prepare, attributes.inbox, 0, 0, 0, 1, 2);
  t.equal(await client.ask(att.execute, 0), '19', 'called off');
  t.same(written, []);
  client.send(att.writeCommand, attributes.inbox, 0, 7);
  t.equal(await client.ask(att.write, attributes.inbox, 0, 8), '13');
  t.same(written, ['07', '08'], 'with and without an answer, in order');
  t.equal(
    await client.ask(att.write, attributes.inbox, 0, 0xee),
    '01120e000e',
    'a handler that throws ends nothing',
  );
  t.equal(await client.ask(att.write, attributes.value, 0, 1), '01120c0003', 'what cannot be written');
});

t.test('a long read is of one value, whatever it is in the meantime', async (t) => {
  const { phone } = await scene(t);
  const client = await phone();
  let value = (await client.ask(att.read, attributes.long, 0)).slice(2);
  while (value.length < 600) {
    const offset = value.length / 2;
    value += (await client.ask(att.readBlob, attributes.long, 0, offset & 0xff, offset >> 8)).slice(2);
  }
  t.equal(value, '01'.repeat(300));
  t.equal(await client.ask(att.readBlob, attributes.long, 0, 0x2d, 0x01), '010c130007', 'beyond the end');
  t.equal(await client.ask(att.read, attributes.long, 0), `0b${'02'.repeat(22)}`);
});

t.test('notifications come in order, none is lost, and the last come before the link is ended', async (t) => {
  const one = await scene(t);
  const client = await one.phone();
  t.equal(await client.ask(att.mtu, 100, 0), '036400');
  t.equal(await client.ask(att.write, attributes.outboxSwitch, 0, 1, 0), '13');
  const [link] = one.links;
  t.equal(link?.notificationBytesMax, 97);
  // Each packet is a while on its way, so that they pile up before the controller.
  one.air.faults = { packet: () => ({ kind: 'late', ms: 1 }) };
  for (let number = 0; number < 100; number++) one.send?.(new Uint8Array(97).fill(number));
  link?.drop();
  const drops = (async (): Promise<void> => {
    for (let turn = 0; turn < 400; turn++) {
      await one.clock.pass(2);
      await passed(2);
    }
  })();
  for (let number = 0; number < 100; number++) {
    const pdu = await client.next();
    if (pdu.length !== 100 || pdu[3] !== number) t.fail(`${pdu.toString('hex')} where ${number} is expected`);
  }
  t.equal(await client.ended(), 0x13);
  await drops;
  t.same(one.gone, ['unsubscribed', 'disconnected']);
  t.equal(one.send, undefined);
});

t.test('whatever a stranger writes, the radio lives and serves the next', async (t) => {
  const one = await scene(t);
  let client = await one.phone();
  let links = 1;
  const opcodes = [...Object.values(att), 0x01, 0x04, 0x06, 0x08, 0x0e, 0x10, 0x1e, 0xd2, 0x00, 0xff];
  const pdu = fc.tuple(
    fc.constantFrom(...opcodes),
    fc.oneof(
      fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 24 }),
      fc.constantFrom(...Object.values(attributes)).map((attribute) => [attribute, 0]),
    ),
    fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 8 }),
  );
  const isBelow = fc.integer({ min: 0, max: 9 });
  await fc.assert(
    fc.asyncProperty(pdu, isBelow, async ([op, head, tail], below) => {
      const bytes = [op, ...head, ...tail];
      if (below === 0) client.sendRaw(Buffer.from(bytes));
      else if (below === 1) client.sendRaw(Buffer.from([200, 0, 4, 0, ...bytes]), op % 2 === 0);
      else if (below === 2) client.sendRaw(Buffer.from([bytes.length, 0, 6, 0, ...bytes]));
      else client.send(...bytes);
      await new Promise((resolve) => setImmediate(resolve));
    }),
    { numRuns: 1500 },
  );
  for (; links < 3; links++) {
    client = await one.phone();
    t.equal(await client.ask(att.read, attributes.value, 0), '0b2a', `link ${links}`);
  }
});

t.test('a packet that would never end ends its link, and so does a phone that takes nothing', async (t) => {
  const one = await scene(t);
  const endless = await one.phone();
  endless.sendRaw(Buffer.from([0xff, 0xff, 4, 0, 1]));
  t.equal(await endless.ended(), 0x13);
  const deaf = await one.phone();
  one.air.faults = {
    packet: ({ from }) => (from === 'peripheral' ? { kind: 'late', ms: 60_000 } : { kind: 'arrives' }),
  };
  for (let time = 0; time < 1200; time++) deaf.send(att.read, attributes.value, 0);
  t.equal(await deaf.ended(), 0x13);
  one.air.faults = {};
});

t.test('a link whose phone asks nothing for two minutes is ended', async (t) => {
  const { clock, phone, gone } = await scene(t);
  const client = await phone();
  await clock.pass(119_000);
  t.equal(await client.ask(att.read, attributes.value, 0), '0b2a');
  await clock.pass(119_999);
  t.same(gone, []);
  await clock.pass(1);
  t.equal(await client.ended(), 0x13);
  await passed(10);
  t.same(gone, ['disconnected']);
});

t.test('two phones, and each its own link', async (t) => {
  const { clock, links, phone, gone } = await scene(t);
  const [first, second] = [await phone(), await phone()];
  await first.ask(att.mtu, 60, 0);
  await first.ask(att.read, attributes.value, 0);
  await second.ask(att.read, attributes.value, 0);
  t.not(links[0]?.id, links[1]?.id);
  t.same([links[0]?.notificationBytesMax, links[1]?.notificationBytesMax], [57, 20]);
  links[1]?.drop();
  await passed(10);
  await clock.pass(100);
  t.equal(await second.ended(), 0x13);
  t.equal(await first.ask(att.read, attributes.value, 0), '0b2a', 'the other has noticed nothing');
  await passed(10);
  t.same(gone, ['disconnected']);
});

t.test('an adapter goes and comes: links are gone, and it is on the air again', async (t) => {
  const one = await scene(t);
  const states: string[] = [];
  one.radio.onState((state) => states.push(state));
  const client = await one.phone();
  await client.ask(att.read, attributes.value, 0);
  adapterFaults.isUnplugged = true;
  // bleno looks each second.
  for (let turn = 0; turn < 300 && one.radio.state === 'on'; turn++) await passed(10);
  t.equal(one.radio.state, 'off');
  t.match(one.radio.why, /adapter is off/);
  t.same(one.gone, ['disconnected']);
  adapterFaults.isUnplugged = false;
  for (let turn = 0; turn < 300 && states.at(-1) !== 'on'; turn++) await passed(10);
  const next = await one.phone();
  t.equal(await next.ask(att.read, attributes.value, 0), '0b2a');
  t.same(states, ['off', 'on']);
});

t.test('a link is served whatever its number', async (t) => {
  adapterFaults.isLinkSix = true;
  t.teardown(() => (adapterFaults.isLinkSix = false));
  const one = await scene(t);
  const client = await one.phone();
  t.equal(await client.ask(att.read, attributes.value, 0), '0b2a');
});

t.test('who has found services that are there no more is sent away', async (t) => {
  const one = await scene(t);
  const client = await one.phone();
  await client.ask(att.read, attributes.value, 0);
  await one.radio.serve([]);
  await one.clock.pass(100);
  t.same(one.gone, ['disconnected']);
  await client.ended();
  await one.radio.serve([serviceOf(one)]);
  const next = await one.phone();
  t.equal(await next.ask(att.read, attributes.value, 0), '0b2a');
});

t.test('an adapter that another program has is shared with it, and that is said', async (t) => {
  process.env['HCI_CHANNEL_USER'] = '1';
  t.teardown(() => {
    delete process.env['HCI_CHANNEL_USER'];
    adapterFaults.isHeld = false;
  });
  adapterFaults.isHeld = true;
  const one = await scene(t);
  t.match(one.radio.why, /bluetoothd/);
  const client = await one.phone();
  t.equal(await client.ask(att.read, attributes.value, 0), '0b2a');
});

t.test('an adapter that falls silent is opened anew', async (t) => {
  const one = await scene(t);
  const states: string[] = [];
  one.radio.onState((state) => states.push(state));
  for (let minute = 0; minute < 3; minute++) {
    await one.clock.pass(60_000);
    await passed(10);
  }
  t.same(states, [], 'it answers what it is asked each minute');
  one.air.controller(0)?.detachHost();
  await one.clock.pass(60_000);
  await passed(10);
  t.same(states, []);
  await one.clock.pass(60_000);
  for (let turn = 0; turn < 100 && states.at(-1) !== 'on'; turn++) await passed(10);
  t.same(states, ['off', 'on']);
  const client = await one.phone();
  t.equal(await client.ask(att.read, attributes.value, 0), '0b2a');
});

t.test('an adapter that is not there is looked for each minute', async (t) => {
  const air = new VirtualAir(processTimer);
  useAir(air);
  const clock = new TestClock();
  const radio = new BlenoRadio({ clock, options: { hciDriver: 'virtual', deviceId: 0 } });
  await radio.advertise({ data: Uint8Array.of(2, 1, 6), scanResponse: new Uint8Array() });
  await radio.start();
  t.equal(radio.state, 'starting', 'it may still say why');
  await clock.pass(2_000);
  t.equal(radio.state, 'off');
  await clock.pass(60_000);
  t.equal(radio.state, 'off');
  air.addController();
  await clock.pass(60_000);
  for (let turn = 0; turn < 100 && (radio.state as string) !== 'on'; turn++) await passed(10);
  t.equal(radio.state, 'on');
  const client = new AttClient(air.addController());
  await client.connect(addressOfFirst);
  const closing = radio.close();
  await clock.pass(1000);
  await closing;
  t.equal(clock.alarmCount, 0);
});
