import '../../property-seed.ts';
import fc from 'fast-check';
import t from 'tap';
import { improvUuids as uuids } from '../../../ble/improv/improv-protocol.ts';
import { createImprovService } from '../../../ble/improv/improv-service.ts';
import type { NearbyService } from '../../../ble/nearby-service.ts';
import { TestClock } from '../test-clock.ts';
import { joiningOf, problem, ScriptedGateway, someDescription } from '../scripted-gateway.ts';
import { ScriptedPhone, settle } from '../scripted-phone.ts';
import { improvPacket, lengthFirst, readResult, wifiPacket } from './improv-client.ts';

interface Scene {
  readonly clock: TestClock;
  readonly gateway: ScriptedGateway;
  readonly improv: NearbyService;
  phone(notificationBytesMax?: number): ScriptedPhone;
  /** Writes a packet, and waits until all that does not wait for the gateway is over. */
  send(phone: ScriptedPhone, packet: Uint8Array): Promise<void>;
}

function scene(touched = true): Scene {
  const clock = new TestClock();
  const gateway = new ScriptedGateway(clock);
  const improv = createImprovService({ ask: gateway, clock, hardware: 'arm64' });
  if (touched) gateway.touch();
  return {
    clock,
    gateway,
    improv,
    phone: (max) => new ScriptedPhone(improv.service, max).listen(uuids.state, uuids.error, uuids.result),
    send: async (phone, packet) => {
      await phone.write(uuids.command, packet);
      await settle();
    },
  };
}

const state = async (phone: ScriptedPhone): Promise<number | undefined> => (await phone.read(uuids.state))[0];
const error = async (phone: ScriptedPhone): Promise<number | undefined> => (await phone.read(uuids.error))[0];
const lastResult = (phone: ScriptedPhone): ReturnType<typeof readResult> | undefined => {
  const last = phone.told.get(uuids.result)?.at(-1);
  return last && readResult(last);
};

t.test('a network is joined: states, the address of the page, and the end', async (t) => {
  const { clock, gateway, improv, phone, send } = scene();
  const one = phone();
  t.equal(await state(one), 2);
  await send(one, wifiPacket('home', 'secret12'));
  t.strictSame(gateway.askedFor('set-wifi'), [
    { verb: 'set-wifi', input: { ssid: 'home', password: 'secret12' }, way: 'improv' },
  ]);
  t.strictSame(one.bytesTold(uuids.state), [3]);
  gateway.tell(joiningOf(1, 'address'));
  gateway.tell(joiningOf(1, 'joined'));
  await settle();
  t.strictSame(one.bytesTold(uuids.state), [3, 4]);
  t.strictSame(one.bytesTold(uuids.error), [], 'there never was one');
  t.strictSame(lastResult(one), { command: 1, texts: ['http://192.168.1.50/'] });
  t.match(improv.advertisement()?.data[25], 4, 'the end is shown');
  await clock.pass(6_000);
  t.equal(improv.advertisement(), undefined, 'and then it is over');
  await send(one, wifiPacket('other', 'secret12'));
  t.equal(await error(one), 4);
  gateway.touch();
  t.equal(await state(one), 2, 'until somebody touches the gateway');
  t.ok(improv.advertisement());
});

t.test('an event that comes before the answer counts, and one of another attempt does not', async (t) => {
  const { clock, gateway, phone } = scene();
  const one = phone();
  gateway.answers.set('set-wifi', joiningOf(7, 'associating'));
  await one.write(uuids.command, wifiPacket('home', 'secret12'));
  gateway.tell(joiningOf(6, 'joined'));
  gateway.tell(joiningOf(7, 'failed', 'wifi_password_wrong'));
  await settle();
  t.equal(await error(one), 3);
  t.equal(await state(one), 2);
  t.equal(clock.alarmCount, 1, 'only the end of the authorization is waited for');
  t.equal(gateway.listeners, 1, 'and the door is listened to');
});

t.test('what the gateway says of a network is told as Improv has it', async (t) => {
  const rows: readonly [string, number][] = [
    ['wifi_password_wrong', 3],
    ['wifi_network_not_found', 3],
    ['wifi_no_address', 3],
    ['wifi_security_unsupported', 3],
    ['wifi_timeout', 3],
    ['wifi_lost', 3],
    ['wifi_failed', 3],
  ];
  for (const [failure, told] of rows) {
    const { gateway, phone, send } = scene();
    const one = phone();
    await send(one, wifiPacket('home', 'secret12'));
    gateway.tell(joiningOf(1, 'failed', failure));
    await settle();
    t.strictSame(one.bytesTold(uuids.state), [3, 2], failure);
    t.strictSame(one.bytesTold(uuids.error), [told], failure);
    t.equal(lastResult(one), undefined);
  }
  const refusals: readonly [string, number][] = [
    ['wifi_busy', 3],
    ['wifi_missing', 3],
    ['input_invalid', 3],
    ['refused', 4],
    ['rate_limited', 0xff],
    ['unavailable', 0xff],
  ];
  for (const [code, told] of refusals) {
    const { gateway, phone, send } = scene();
    const one = phone();
    gateway.answers.set('set-wifi', problem(code));
    await send(one, wifiPacket('home', 'secret12'));
    t.equal(await error(one), told, code);
    t.equal(await state(one), 2, code);
  }
});

t.test('a gateway that goes away, or says nothing, ends the joining', async (t) => {
  const { clock, gateway, phone, send } = scene();
  const one = phone();
  await send(one, wifiPacket('home', 'secret12'));
  gateway.setDoor(undefined);
  await settle();
  t.equal(await error(one), 0xff);
  t.equal(await state(one), 1);
  gateway.touch();
  await send(one, wifiPacket('home', 'secret12'));
  await clock.pass(100_000);
  await settle();
  t.equal(await error(one), 3);
  t.equal(await state(one), 1, 'and the time is over');
});

t.test('a link that is lost does not end the joining; the next phone sees how it stands', async (t) => {
  const { gateway, phone, send } = scene();
  const one = phone();
  await send(one, wifiPacket('home', 'secret12'));
  one.lose();
  const other = phone();
  t.equal(await state(other), 3);
  await send(other, wifiPacket('third', 'secret12'));
  t.equal(await error(other), 4, 'one network at a time');
  t.equal(gateway.askedFor('set-wifi').length, 1);
  gateway.tell(joiningOf(1, 'failed', 'wifi_timeout'));
  await settle();
  t.equal(await state(other), 2);
  t.equal(await error(other), 4, 'of its own');
  t.equal(lastResult(one), undefined);
});

t.test('only whoever touched it is obeyed, and for a minute', async (t) => {
  const { clock, gateway, phone, send } = scene(false);
  const one = phone();
  t.equal(await state(one), 1);
  for (const command of [1, 4, 5, 6, 7]) {
    await send(one, command === 1 ? wifiPacket('home', 'secret12') : improvPacket(command));
    t.equal(await error(one), 4, `command ${command}`);
  }
  t.strictSame(gateway.asked, [], 'the gateway was not even asked');
  await send(one, improvPacket(2));
  t.equal(await error(one), 4, 'it may be asked to identify, which this gateway refuses');
  await send(one, improvPacket(3));
  t.strictSame(lastResult(one), { command: 3, texts: ['eGW', '1.2.3', 'arm64', 'Attic'] });
  t.equal(await error(one), 0);
  gateway.touch();
  t.strictSame(one.bytesTold(uuids.state), [2]);
  await clock.pass(59_999);
  t.strictSame(one.bytesTold(uuids.state), [2]);
  await clock.pass(1);
  t.strictSame(one.bytesTold(uuids.state), [2, 1], 'revoked by itself');
});

t.test('a door that is closed, and a gateway that does not answer, answer nobody', async (t) => {
  for (const door of [
    undefined,
    { state: 'closed', improvUntilMs: null, ancestorUntilMs: null, triesLeft: 5 },
  ]) {
    const { gateway, improv, phone, send } = scene();
    gateway.setDoor(door as ScriptedGateway['door']);
    const one = phone();
    for (const command of [2, 3, 4, 5, 6, 7]) {
      await send(one, improvPacket(command));
      t.equal(await error(one), 4);
    }
    t.equal(lastResult(one), undefined);
    t.equal(improv.advertisement(), undefined);
  }
});

t.test('the commands, and how each may be asked wrongly', async (t) => {
  const { gateway, phone, send } = scene();
  const one = phone();
  const ask = async (packet: Uint8Array): Promise<unknown> => {
    const before = one.told.get(uuids.result)?.length ?? 0;
    await send(one, packet);
    return (one.told.get(uuids.result)?.length ?? 0) > before ? lastResult(one)?.texts : await error(one);
  };
  t.strictSame(await ask(improvPacket(4)), [
    ...['home', '-60', 'WPA2/WPA3'],
    ...['café', '-80', 'NO'],
    ...['office', '-90', 'WPA2 EAP'],
  ]);
  t.equal(await ask(improvPacket(2)), 0, 'no result');
  t.equal(gateway.askedFor('identify').length, 1);
  t.strictSame(await ask(improvPacket(5)), ['attic']);
  t.strictSame(await ask(improvPacket(6)), ['Attic']);
  t.strictSame(await ask(improvPacket(5, 'cellar')), ['cellar'], 'bare');
  t.strictSame(await ask(improvPacket(5, lengthFirst('cellar'))), ['cellar'], 'with its length');
  t.strictSame(await ask(improvPacket(6, 'Küche')), ['Küche']);
  t.strictSame(
    gateway.askedFor('set-name').map(({ input }) => input),
    [{ hostName: 'cellar' }, { hostName: 'cellar' }, { deviceName: 'Küche' }],
  );
  t.equal(await ask(improvPacket(5, 'not_one')), 5);
  t.equal(await ask(improvPacket(6, '\n')), 1);
  gateway.answers.set('set-name', problem('input_invalid'));
  t.equal(await ask(improvPacket(5, 'cellar')), 5);
  t.equal(await ask(improvPacket(6, 'Cellar')), 1);
  gateway.answers.set('set-name', problem('host_forbidden'));
  t.equal(await ask(improvPacket(5, 'cellar')), 0xff);
  t.strictSame(await ask(improvPacket(7)), ['7', 'http://192.168.1.50/', 'http://attic.local/']);
  gateway.answers.set('status', { internet: 'none', wireless: { radio: 'missing', joined: null } });
  t.strictSame(await ask(improvPacket(7)), ['4'], 'offline, with Ethernet alone');
  for (const unknown of [0, 8, 9, 255]) t.equal(await ask(improvPacket(unknown)), 2);
  for (const bare of [2, 3, 4, 7]) t.equal(await ask(improvPacket(bare, 'x')), 1, 'data where there is none');
  const wrong = improvPacket(4);
  wrong[2] = 0x55;
  t.equal(await ask(wrong), 1, 'a wrong sum');
  const wishes = [
    improvPacket(1),
    improvPacket(1, lengthFirst('home')),
    improvPacket(1, Buffer.concat([lengthFirst('home'), lengthFirst('a'), lengthFirst('b')])),
    improvPacket(1, Uint8Array.of(9, 1)),
    wifiPacket('', 'secret12'),
    wifiPacket('x'.repeat(33), 'secret12'),
    wifiPacket('home', 'x'.repeat(65)),
    improvPacket(1, Uint8Array.of(1, 0xff, 0)),
  ];
  for (const wish of wishes) t.equal(await ask(wish), 1);
  t.equal(gateway.askedFor('set-wifi').length, 0);
  gateway.answers.set('scan', { networks: [] });
  t.strictSame(await ask(improvPacket(4)), []);
  gateway.answers.set('scan', new Error('a fault of the program'));
  t.equal(await ask(improvPacket(4)), 0xff);
});

t.test('a network without a password, and one that is joined at once', async (t) => {
  const { gateway, phone, send } = scene();
  gateway.answers.set('set-wifi', joiningOf(3, 'joined'));
  gateway.answers.set('status', problem('refused'));
  const one = phone();
  await send(one, wifiPacket('café', ''));
  t.strictSame(gateway.askedFor('set-wifi')[0]?.input, { ssid: 'café' });
  t.strictSame(lastResult(one), { command: 1, texts: [] }, 'joined all the same');
  t.equal(await state(one), 4);
});

t.test('capabilities are those of the machine, and what it cannot do is no command', async (t) => {
  const { clock, gateway, improv, phone, send } = scene();
  t.strictSame(await phone().read(uuids.capabilities), Uint8Array.of(0x0f));
  gateway.description = { ...someDescription, can: ['scan'] };
  t.strictSame(await phone().read(uuids.capabilities), Uint8Array.of(0x06));
  t.equal(improv.advertisement()?.data[26], 0x06);
  const one = phone();
  for (const command of [2, 5, 6]) {
    await send(one, improvPacket(command));
    t.equal(await error(one), 2);
  }
  gateway.description = undefined;
  t.strictSame(await phone().read(uuids.capabilities), Uint8Array.of(0x02));
  t.equal(improv.advertisement(), undefined);
  gateway.description = { ...someDescription, improv: false };
  t.equal(improv.advertisement(), undefined, 'not switched on');
  improv.close();
  t.equal(gateway.listeners, 0);
  t.equal(clock.alarmCount, 0);
});

t.test('whoever advertises it hears of each change', async (t) => {
  const { clock, gateway, improv } = scene(false);
  const shown: (number | undefined)[] = [];
  improv.onAdvertisement(() => shown.push(improv.advertisement()?.data[25]));
  gateway.touch();
  await clock.pass(60_000);
  gateway.setDoor({ state: 'closed', improvUntilMs: null, ancestorUntilMs: null, triesLeft: 5 });
  t.strictSame(shown, [2, 1, undefined]);
  t.equal(Buffer.from(improv.advertisement()?.scanResponse ?? []).toString(), '');
  gateway.touch();
  t.equal(Buffer.from(improv.advertisement()?.scanResponse ?? []).toString(), '\r\teGW ABCDEFGH');
});

t.test('a result goes into one notification where it can, and can be read whole', async (t) => {
  const { phone, send } = scene();
  const short = phone(20);
  await send(short, improvPacket(4));
  t.strictSame(lastResult(short)?.texts, ['café', '-80', 'NO'], 'as many networks as fit');
  await send(short, improvPacket(3));
  t.equal(short.told.get(uuids.result)?.at(-1)?.length, 20, 'its beginning');
  t.strictSame(readResult(await short.read(uuids.result)).texts, ['eGW', '1.2.3', 'arm64', 'Attic']);
});

t.test('a second command while one is under way is refused, and the first goes on', async (t) => {
  const { gateway, phone, send } = scene();
  gateway.answers.delete('identify');
  const one = phone();
  await send(one, improvPacket(2));
  await send(one, improvPacket(3));
  t.equal(await error(one), 0xff);
  const other = phone();
  await send(other, improvPacket(3));
  t.equal(lastResult(other)?.command, 3, 'another phone is not kept waiting');
});

t.test('any writes leave a service that still joins a network', async () => {
  const bytes = fc.uint8Array({ maxLength: 512, size: 'max' });
  const packet = fc
    .tuple(fc.nat(9), fc.uint8Array({ maxLength: 80 }))
    .map(([command, data]) => improvPacket(command, data));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(bytes, packet), { maxLength: 12 }), async (writes) => {
      const { clock, gateway, phone, send } = scene();
      gateway.answers.set('set-wifi', joiningOf(1, 'failed', 'wifi_failed'));
      const one = phone();
      for (const written of writes) await send(one, written);
      await clock.pass(6_000);
      gateway.touch();
      gateway.answers.set('set-wifi', joiningOf(2, 'joined'));
      await send(one, wifiPacket('home', 'secret12'));
      return (await state(one)) === 4;
    }),
    { numRuns: 60 },
  );
});
