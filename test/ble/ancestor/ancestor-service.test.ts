import '../../property-seed.ts';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import t from 'tap';
import { createAncestorService } from '../../../ble/ancestor/ancestor-service.ts';
import { ancestorUuids as uuids } from '../../../ble/ancestor/ancestor-uuids.ts';
import type { NearbyService } from '../../../ble/nearby-service.ts';
import { TestClock } from '../test-clock.ts';
import { joiningOf, problem, ScriptedGateway, someDescription, someNetworks } from '../scripted-gateway.ts';
import { ScriptedPhone, settle } from '../scripted-phone.ts';
import { readPart, requestText, type Part } from './egwttp-client.ts';

interface Scene {
  readonly clock: TestClock;
  readonly gateway: ScriptedGateway;
  readonly ancestor: NearbyService;
  phone(notificationBytesMax?: number): ScriptedPhone;
}

function scene(touched = true): Scene {
  const clock = new TestClock();
  const gateway = new ScriptedGateway(clock);
  const ancestor = createAncestorService({ ask: gateway, clock });
  if (touched) gateway.touch();
  return {
    ...{ clock, gateway, ancestor },
    phone: (max) =>
      new ScriptedPhone(ancestor.service, max).listen(
        ...[uuids.response, uuids.connectWifi, uuids.removeWifi, uuids.addGateway],
      ),
  };
}

/** The part that comes of a request; undefined where none came. */
async function ask(phone: ScriptedPhone, text: string | Uint8Array): Promise<Part | undefined> {
  const before = phone.told.get(uuids.response)?.length ?? 0;
  await phone.write(uuids.request, Buffer.from(text));
  await settle();
  const told = phone.told.get(uuids.response) ?? [];
  return told.length > before ? readPart(told.at(-1) ?? new Uint8Array()) : undefined;
}

async function askAll(phone: ScriptedPhone, method: string, path: string, body = ''): Promise<unknown> {
  const first = await ask(phone, requestText(method, path, body));
  if (first === undefined) return undefined;
  const got = [...first.body];
  while (got.length < first.length) {
    const next = await ask(phone, requestText(method, path, body, got.length));
    if (next === undefined || next.offset !== got.length || next.length !== first.length) return 'broken';
    got.push(...next.body);
  }
  return [Number(first.status.split(' ')[0]), JSON.parse(Buffer.from(got).toString())];
}

const { root } = protobuf.parse(`syntax = "proto3";
  message wifi_services_v1 { repeated string services = 1; }
  message diagnostics_v1 { map<string, string> diagnostics = 1; }
  message wifi_connect_v1 { string service = 1; string password = 2; }`);
const encode = (name: string, value: object): Uint8Array =>
  Uint8Array.from(root.lookupType(name).encode(root.lookupType(name).create(value)).finish());
const decode = (name: string, bytes: Uint8Array): unknown => root.lookupType(name).decode(bytes).toJSON();
const textOf = async (phone: ScriptedPhone, uuid: string): Promise<string> =>
  Buffer.from(await phone.read(uuid)).toString();

t.test('it is found by its name for three minutes after a touch, and answers then alone', async (t) => {
  const { clock, gateway, ancestor, phone } = scene(false);
  const shown: boolean[] = [];
  ancestor.onAdvertisement(() => shown.push(ancestor.advertisement() !== undefined));
  const one = phone();
  t.equal(ancestor.advertisement(), undefined);
  t.match(await ask(one, requestText('GET', '/api/hello')), { status: '403 Forbidden' });
  for (const uuid of [uuids.onboardingKey, uuids.publicKey, uuids.wifiSsid, uuids.ethernetOnline])
    t.equal(await textOf(one, uuid), 'n/a');
  for (const uuid of [uuids.wifiServices, uuids.diagnostics]) t.equal(await textOf(one, uuid), '');
  await one.write(uuids.connectWifi, encode('wifi_connect_v1', { service: 'home', password: 'secret12' }));
  t.equal(await textOf(one, uuids.connectWifi), 'error');
  t.strictSame(gateway.asked, []);
  gateway.touch();
  const { data, scanResponse } = ancestor.advertisement() ?? {};
  t.equal(
    Buffer.from(data ?? []).toString('hex'),
    '0201061107' + '8d2baa2b68fa f584f24aa244b292da0f'.replace(' ', ''),
  );
  t.equal(Buffer.from(scanResponse ?? []).toString(), '\u0019\tSourceful Gateway 001122');
  t.match(await ask(one, requestText('GET', '/api/hello')), { status: '200 OK' });
  await clock.pass(180_000);
  t.strictSame(shown, [true, false]);
  t.match(await ask(one, requestText('GET', '/api/hello')), { status: '403 Forbidden' });
  gateway.description = { ...someDescription, ancestor: false };
  gateway.touch();
  t.equal(ancestor.advertisement(), undefined, 'not switched on');
  gateway.description = { ...someDescription, macs: { ethernet: null, wifi: null } };
  t.equal(
    Buffer.from(ancestor.advertisement()?.scanResponse ?? [])
      .toString()
      .slice(-6),
    'FFFFFF',
  );
  ancestor.close();
  t.equal(gateway.listeners, 0);
  t.equal(clock.alarmCount, 0);
});

t.test('what can be read', async (t) => {
  const { gateway, phone } = scene();
  const one = phone();
  t.equal(await textOf(one, uuids.onboardingKey), someDescription.compactKey);
  t.equal(await textOf(one, uuids.publicKey), someDescription.compactKey);
  t.equal(await textOf(one, uuids.wifiMac), 'n/a');
  t.equal(await textOf(one, uuids.lights), 'n/a');
  t.equal(await textOf(one, uuids.wifiSsid), 'home');
  t.equal(await textOf(one, uuids.ethernetOnline), 'true');
  t.strictSame(decode('wifi_services_v1', await one.read(uuids.wifiServices)), {
    services: ['home', 'café', 'office', 'odd'],
  });
  await one.read(uuids.wifiServices);
  t.equal(gateway.askedFor('scan').length, 1, 'one look for several reads');
  t.strictSame(decode('diagnostics_v1', await one.read(uuids.diagnostics)), {
    diagnostics: {
      'Name:': 'Attic',
      'Payer: ': '',
      'Payer Addr: ': '',
      'PubKey: ': someDescription.compactKey,
      'Eth IP: ': '192.168.1.50',
      'Eth Mac: ': 'DC:A6:32:00:11:22',
      'WiFi SSID: ': 'home',
      'WiFi IP: ': '192.168.1.51',
      'WiFi Mac: ': 'DC:A6:32:00:11:23',
    },
  });
  gateway.answers.set('status', problem('unavailable'));
  t.equal(await textOf(one, uuids.wifiSsid), 'n/a');
  t.equal(await textOf(one, uuids.diagnostics), '');
  gateway.answers.set('status', {});
  t.equal(await textOf(one, uuids.wifiSsid), '');
  t.equal(await textOf(one, uuids.ethernetOnline), 'false');
});

t.test('a network is joined by its characteristic', async (t) => {
  const { clock, gateway, phone } = scene();
  const one = phone();
  const wish = encode('wifi_connect_v1', { service: 'home', password: 'secret12' });
  await one.write(uuids.connectWifi, wish);
  await settle();
  await one.write(uuids.connectWifi, wish);
  await settle();
  t.strictSame(one.textsTold(uuids.connectWifi), ['connecting']);
  t.strictSame(gateway.asked, [
    { verb: 'set-wifi', input: { ssid: 'home', password: 'secret12' }, way: 'ancestor' },
  ]);
  gateway.tell(joiningOf(1, 'joined'));
  await settle();
  t.strictSame(one.textsTold(uuids.connectWifi), ['connecting', 'connected']);
  t.equal(await textOf(one, uuids.connectWifi), 'connected');
  for (const end of ['failed', 'never', 'refused', 'garbage'] as const) {
    if (end === 'refused') gateway.answers.set('set-wifi', problem('wifi_busy'));
    gateway.touch();
    await one.write(uuids.connectWifi, end === 'garbage' ? Uint8Array.of(0xff) : wish);
    await settle();
    if (end === 'failed') gateway.tell(joiningOf(1, 'failed', 'wifi_password_wrong'));
    if (end === 'never') await clock.pass(100_000);
    await settle();
    t.equal(await textOf(one, uuids.connectWifi), 'error', end);
  }
});

t.test('a network is left by its characteristic, and no gateway is added', async (t) => {
  const { gateway, phone } = scene();
  const one = phone();
  const remove = async (service: string): Promise<string> => {
    await one.write(uuids.removeWifi, encode('wifi_connect_v1', { service }));
    await settle();
    return await textOf(one, uuids.removeWifi);
  };
  t.equal(await remove('other'), 'error');
  t.equal(gateway.askedFor('disconnect-wifi').length, 0);
  t.equal(await remove('home'), 'done');
  t.equal(gateway.askedFor('disconnect-wifi').length, 1);
  gateway.answers.set('disconnect-wifi', problem('wifi_busy'));
  t.equal(await remove('home'), 'error');
  await one.write(uuids.addGateway, Uint8Array.of(1, 2, 3));
  t.strictSame(one.textsTold(uuids.addGateway), ['not supported']);
});

t.test('all requests that there are', async (t) => {
  const { gateway, phone } = scene();
  const one = phone();
  const network = {
    ...{ ip: '192.168.1.50', eth0_mac: 'DC:A6:32:00:11:22', wlan0_mac: 'DC:A6:32:00:11:23' },
    interfaces: { eth0: '192.168.1.50', wlan0: '192.168.1.51' },
    ...{ wifi_connected: true, ethernet_connected: true, internet_connection: true, wifi_ssid: 'home' },
  };
  const crypto = {
    ...{ deviceName: 'ATECC608', serialNumber: someDescription.serial, publicKey: someDescription.publicKey },
    ...{ compactKey: someDescription.compactKey, chipDeathCount: '0' },
  };
  const ssids = ['home', 'café', 'office', 'odd'];
  const rows: readonly [string, string, string, unknown][] = [
    ['GET', '/api/hello', '', [200, { message: 'hello world from srcful!' }]],
    ['GET', '/api/version', '', [200, { version: '1.2.3' }]],
    ['GET', '/api/name', '', [200, { name: 'Attic' }]],
    ['GET', '/api/crypto', '', [200, crypto]],
    ['GET', '/api/network', '', [200, network]],
    ['GET', '/api/network/address', '', [200, network]],
    ['GET', '/api/wifi', '', [200, { ssids, connected: 'home' }]],
    ['GET', '/api/wifi/scan', '', [200, { ssids }]],
    ['POST', '/api/echo', '{"a": [1, "é\\r\\n\\r\\n"]}', [200, { echo: { a: [1, 'é\r\n\r\n'] } }]],
    ['DELETE', '/api/wifi', '', [200, { status: 'Success', message: 'Disconnected from WiFi' }]],
  ];
  for (const [method, path, body, answer] of rows)
    t.strictSame(await askAll(one, method, path, body), answer, `${method} ${path}`);
  const refused: readonly [string, string, string, number][] = [
    ['GET', '/api/settings', '', 404],
    ['GET', '/api/hello/', '', 404],
    ['GET', '/api/hello?x=1', '', 404],
    ['GET', '/constructor', '', 404],
    ['GET', '//api/hello', '', 404],
    ['GET', '/api/../api/hello', '', 404],
    ['POST', '/api/device', '{}', 404],
    ['POST', '/api/hello', '', 405],
    ['TO', '/api/hello', '', 405],
    ['POST', '/api/echo', '[]', 400],
    ['POST', '/api/echo', '{', 400],
    ['POST', '/api/wifi', '{}', 422],
    ['POST', '/api/wifi', '{"ssid": "", "psk": "x"}', 422],
    ['POST', '/api/wifi', '{"ssid": "home"}', 422],
    ['POST', '/api/wifi', 'ssid=home', 422],
  ];
  for (const [method, path, body, status] of refused)
    t.match(await askAll(one, method, path, body), [status, { status: 'error' }], `${method} ${path}`);
  t.match(await ask(one, 'nonsense'), { status: '400 Bad Request' });
  t.match(await ask(one, 'x'.repeat(512)), { status: '400 Bad Request' });
  gateway.answers.set('scan', { networks: [] });
  const other = scene();
  other.gateway.answers.set('scan', { networks: [] });
  t.strictSame(await askAll(other.phone(), 'GET', '/api/wifi/scan'), [
    500,
    { error: 'Failed to initiate scan' },
  ]);
});

t.test('what the gateway refuses', async (t) => {
  const rows: readonly [Error, number][] = [
    [problem('refused'), 403],
    [problem('unavailable'), 503],
    [problem('wifi_missing'), 500],
    [problem('input_invalid'), 422],
    [new Error('a fault of the program'), 500],
  ];
  for (const [error, status] of rows) {
    const { gateway, phone } = scene();
    const one = phone();
    gateway.answers.set('status', error);
    t.match(await askAll(one, 'GET', '/api/network'), [status, { status: 'error' }]);
    gateway.answers.set('disconnect-wifi', error);
    t.match(await askAll(one, 'DELETE', '/api/wifi'), [status === 403 ? 403 : 500, {}]);
    gateway.answers.set('set-wifi', error);
    const body = '{"ssid": "home", "psk": "secret12"}';
    t.match(await askAll(one, 'POST', '/api/wifi', body), [status === 403 ? 403 : 503, { status: 'error' }]);
  }
});

t.test('POST wifi answers when the network is joined, or has failed, or the time is over', async (t) => {
  const { clock, gateway, phone } = scene();
  const one = phone();
  const begin = async (body: object): Promise<unknown> =>
    await ask(one, requestText('POST', '/api/wifi', JSON.stringify(body)));
  const last = (): unknown => {
    const part = readPart(one.told.get(uuids.response)?.at(-1) ?? new Uint8Array());
    return [part.status, JSON.parse(Buffer.from(part.body).toString())];
  };
  t.equal(await begin({ ssid: 'home', psk: 'secret12', timeout: 10 }), undefined, 'not at once');
  t.equal(
    await begin({ ssid: 'home', psk: 'secret12', timeout: 10 }),
    undefined,
    'the same again: one answer',
  );
  t.match(await ask(one, requestText('GET', '/api/hello')), { status: '503 Service Unavailable' });
  gateway.tell(joiningOf(1, 'joined'));
  await settle();
  t.strictSame(last(), ['200 OK', { status: 'ok', message: 'Successfully connected to WiFi' }]);
  t.equal(gateway.askedFor('set-wifi').length, 1);
  await begin({ ssid: 'home', psk: 'secret12' });
  gateway.tell(joiningOf(1, 'failed', 'wifi_password_wrong'));
  await settle();
  const failed = 'Failed to connect to WiFi: The password is wrong.';
  t.strictSame(last(), ['503 Service Unavailable', { status: 'error', message: failed }]);
  await begin({ ssid: 'open', psk: '', timeout: 10 });
  t.strictSame(gateway.askedFor('set-wifi').at(-1)?.input, { ssid: 'open' });
  await clock.pass(9_999);
  await settle();
  t.equal(one.told.get(uuids.response)?.length, 3);
  await clock.pass(1);
  await settle();
  t.match(last(), ['503 Service Unavailable', {}]);
});

t.test('a request is run once, however many parts are fetched', async (t) => {
  const { clock, gateway, phone } = scene();
  const names = Array.from({ length: 20 }, (_, index) => `a network with the number ${index} é`);
  gateway.answers.set('scan', {
    networks: names.map((ssid) => ({ ...someNetworks[0], ssid })),
  });
  const one = phone();
  const first = await ask(one, requestText('GET', '/api/wifi'));
  t.match(first, { status: '200 OK', offset: 0, location: '/api/wifi' });
  const status = gateway.askedFor('status').length;
  t.strictSame(await askAll(one, 'GET', '/api/wifi'), [200, { ssids: names, connected: 'home' }]);
  t.equal(gateway.askedFor('status').length, status + 1, 'without an offset it is asked anew');
  gateway.answers.set('status', {});
  const next = await ask(one, requestText('GET', '/api/wifi', '', 100));
  t.match(next, { status: '200 OK', offset: 100, length: first?.length });
  t.match(
    await ask(one, requestText('GET', '/api/wifi', '', first?.length)),
    { status: '200 OK' },
    'the end',
  );
  const beyond = await ask(one, requestText('GET', '/api/wifi', '', (first?.length ?? 0) + 1));
  t.match(beyond, { status: '416 Range Not Satisfiable', offset: 0 });
  t.match(await ask(one, requestText('GET', '/api/network', '', 5)), { status: '410 Gone' });
  t.match(
    await ask(phone(), requestText('GET', '/api/wifi', '', 5)),
    { status: '410 Gone' },
    'of another link',
  );
  await clock.pass(60_000);
  t.match(await ask(one, requestText('GET', '/api/wifi', '', 5)), { status: '410 Gone' });
  await ask(one, requestText('GET', '/api/version'));
  one.lose();
  one.listen(uuids.response);
  t.match(
    await ask(one, requestText('GET', '/api/version', '', 5)),
    { status: '410 Gone' },
    'gone with the link',
  );
});

t.test('the newest four answers are kept, and none when the time is over', async (t) => {
  const { clock, gateway, phone } = scene();
  const one = phone();
  const paths = ['/api/hello', '/api/version', '/api/name', '/api/crypto', '/api/network'];
  for (const path of paths) await ask(one, requestText('GET', path));
  const statuses: unknown[] = [];
  for (const path of paths) statuses.push((await ask(one, requestText('GET', path, '', 5)))?.status);
  t.strictSame(statuses, ['410 Gone', ...Array<string>(4).fill('200 OK')]);
  gateway.setDoor({ state: 'open', improvUntilMs: null, ancestorUntilMs: null, triesLeft: 5 });
  t.match(await ask(one, requestText('GET', '/api/name', '', 5)), { status: '403 Forbidden' });
  await clock.pass(1);
});

t.test('a short notification is the beginning of what can be read', async (t) => {
  const { phone } = scene();
  const one = phone(60);
  await one.write(uuids.request, Buffer.from(requestText('GET', '/api/hello')));
  await settle();
  const whole = await one.read(uuids.response);
  t.strictSame(one.told.get(uuids.response), [whole.subarray(0, 60)]);
  t.equal(readPart(whole).length, 39);
});

t.test('any writes leave a service that still answers', async () => {
  const bytes = fc.uint8Array({ maxLength: 512, size: 'max' });
  const request = fc
    .tuple(
      fc.constantFrom('GET', 'POST', 'DELETE', 'PUT'),
      fc.constantFrom('/api/hello', '/api/wifi', '/api/wifi/scan', '/api/echo', '/api/network', '/x'),
      fc.constantFrom('', '{}', '{"ssid":"a","psk":"bcdefghi"}'),
      fc.option(fc.nat(600), { nil: undefined }),
    )
    .map(([method, path, body, offset]) => Buffer.from(requestText(method, path, body, offset)));
  const writable = [uuids.request, uuids.connectWifi, uuids.removeWifi, uuids.addGateway];
  const writes = fc.array(fc.tuple(fc.constantFrom(...writable), fc.oneof(bytes, request)), {
    maxLength: 10,
  });
  await fc.assert(
    fc.asyncProperty(writes, async (written) => {
      const { clock, gateway, phone } = scene();
      gateway.answers.set('set-wifi', joiningOf(1, 'failed', 'wifi_failed'));
      const one = phone();
      for (const [uuid, value] of written) await one.write(uuid, value);
      await settle();
      await clock.pass(100_000);
      await settle();
      for (const part of one.told.get(uuids.response) ?? []) if (readPart(part).length < 0) return false;
      gateway.touch();
      return (await ask(one, requestText('GET', '/api/hello')))?.status === '200 OK';
    }),
    { numRuns: 60 },
  );
});
