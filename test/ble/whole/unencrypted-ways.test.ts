import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { BenchGateway, touch } from '../../../bench/provisioning/bench-gateway.ts';
import { createAncestorService } from '../../../ble/ancestor/ancestor-service.ts';
import { ancestorUuids } from '../../../ble/ancestor/ancestor-uuids.ts';
import { GatewayLink } from '../../../ble/gateway-link/gateway-link.ts';
import { improvUuids } from '../../../ble/improv/improv-protocol.ts';
import { createImprovService } from '../../../ble/improv/improv-service.ts';
import { realClock } from '../../../ble/real-clock.ts';
import { readPart, requestText } from '../ancestor/egwttp-client.ts';
import { improvPacket, readResult, wifiPacket } from '../improv/improv-client.ts';
import { ScriptedPhone } from '../scripted-phone.ts';

interface Scene {
  readonly gateway: BenchGateway;
  readonly ask: GatewayLink;
}

async function scene(t: Test): Promise<Scene> {
  const directory = mkdtempSync(join(tmpdir(), 'egw-ways-'));
  const gateway = await BenchGateway.start(directory);
  const log = { say: () => undefined };
  const ask = new GatewayLink({ path: join(directory, 'provision.sock'), clock: realClock, log });
  ask.start();
  t.teardown(async () => {
    ask.close();
    await gateway.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  await until(() => ask.door !== undefined);
  return { gateway, ask };
}

/** What is not there in ten seconds does not come. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 1_000 && !(await isSo()); turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
}

t.test('Improv puts a gateway into a network, once somebody has touched it', async (t) => {
  const { gateway, ask } = await scene(t);
  const improv = createImprovService({ ask, clock: realClock, hardware: 'arm64' });
  t.teardown(() => improv.close());
  const { state, error, command, result } = improvUuids;
  const phone = new ScriptedPhone(improv.service).listen(state, error, result);
  const send = async (packet: Uint8Array, isOver: () => boolean): Promise<void> => {
    await phone.write(command, packet);
    await until(isOver);
  };
  const results = (): number => phone.told.get(result)?.length ?? 0;
  t.equal(improv.advertisement()?.data[25], 1, 'it is found, and wants to be touched');
  await send(wifiPacket('Home', 'the right password'), () => phone.bytesTold(error).length > 0);
  t.strictSame(phone.bytesTold(error), [4]);
  await t.rejects(ask.verb({ verb: 'set-wifi', input: { ssid: 'Home' }, way: 'improv' }), {
    code: 'refused',
  });

  await touch(gateway.owner);
  await until(() => phone.bytesTold(state).includes(2));
  await send(improvPacket(3), () => results() === 1);
  t.match(readResult(phone.told.get(result)?.at(-1) ?? new Uint8Array()).texts, ['eGW', /./, 'arm64', /./]);
  await send(improvPacket(4), () => results() === 2);
  const triples = readResult(phone.told.get(result)?.at(-1) ?? new Uint8Array()).texts;
  t.strictSame(triples.slice(0, 3), ['Home', '-60', 'WPA2']);
  t.equal(triples.length, 12);

  phone.told.forEach((told) => told.splice(0));
  await send(wifiPacket('Home', 'a wrong password'), () => phone.bytesTold(error).includes(3));
  t.strictSame(phone.bytesTold(error), [3]);
  t.strictSame(phone.bytesTold(state), [3, 2]);
  await send(wifiPacket('Home', 'the right password'), () => results() === 1);
  t.strictSame(phone.bytesTold(state), [3, 2, 3, 4]);
  t.match(readResult(phone.told.get(result)?.at(-1) ?? new Uint8Array()), { command: 1 });
  t.match(await gateway.wireless.state(), { joined: { ssid: 'Home' } });
});

t.test("the ancestor's service scans, joins and leaves", async (t) => {
  const { gateway, ask } = await scene(t);
  const ancestor = createAncestorService({ ask, clock: realClock });
  t.teardown(() => ancestor.close());
  const { request, response, connectWifi } = ancestorUuids;
  const phone = new ScriptedPhone(ancestor.service).listen(response, connectWifi);
  const answer = async (method: string, path: string, body?: object): Promise<unknown> => {
    const before = phone.told.get(response)?.length ?? 0;
    const text = requestText(method, path, body === undefined ? '' : JSON.stringify(body));
    await phone.write(request, Buffer.from(text));
    await until(() => (phone.told.get(response)?.length ?? 0) > before);
    const part = readPart(phone.told.get(response)?.at(-1) ?? new Uint8Array());
    return [Number(part.status.slice(0, 3)), JSON.parse(Buffer.from(part.body).toString())];
  };
  t.match(await answer('GET', '/api/wifi/scan'), [403, {}]);
  await touch(gateway.owner);
  await until(() => ancestor.advertisement() !== undefined);
  const ssids = ['Home', 'Cellar', 'Gone', 'Café'];
  t.strictSame(await answer('GET', '/api/wifi'), [200, { ssids, connected: null }]);
  t.match(await answer('GET', '/api/crypto'), [
    200,
    { serialNumber: /^[0-9a-f]+$/, publicKey: /^[0-9a-f]{64}$/ },
  ]);
  const wrong = await answer('POST', '/api/wifi', { ssid: 'Home', psk: 'a wrong password' });
  t.match(wrong, [503, { status: 'error', message: /^Failed to connect to WiFi: / }]);
  const right = await answer('POST', '/api/wifi', { ssid: 'Home', psk: 'the right password' });
  t.strictSame(right, [200, { status: 'ok', message: 'Successfully connected to WiFi' }]);
  t.match(await answer('GET', '/api/network'), [200, { wifi_connected: true, wifi_ssid: 'Home' }]);
  t.match(await answer('DELETE', '/api/wifi'), [200, { status: 'Success' }]);
  t.match(await gateway.wireless.state(), { joined: null });
  const wish = Buffer.concat([Uint8Array.of(0x0a, 5), Buffer.from('Café')]);
  await phone.write(connectWifi, wish);
  await until(() => phone.textsTold(connectWifi).length === 2);
  t.strictSame(phone.textsTold(connectWifi), ['connecting', 'connected'], 'an open network');
});
