import type { Characteristic, Noble, Peripheral } from '@stoprocent/noble';
import t, { type Test } from 'tap';
import { ancestorUuids } from '../../ble/ancestor/ancestor-uuids.ts';
import { startBluetoothService } from '../../ble/bluetooth-service.ts';
import { improvUuids } from '../../ble/improv/improv-protocol.ts';
import { BlenoRadio } from '../../ble/radio/bleno-radio.ts';
import { realClock } from '../../ble/real-clock.ts';
import { processTimer } from '../../modbus-sim/radio/air-timer.ts';
import { VirtualAir } from '../../modbus-sim/radio/virtual-air.ts';
import { useVirtualAir } from '../../modbus-sim/radio/virtual-hci-socket.ts';
import { readPart, requestText } from './ancestor/egwttp-client.ts';
import { readResult, wifiPacket } from './improv/improv-client.ts';
import { joiningOf, ScriptedGateway, someNetworks } from './scripted-gateway.ts';

const bare = (uuid: string): string => uuid.replaceAll('-', '');
const never = (): never => {
  throw new Error('nobody asks for a session here');
};

interface Scene {
  readonly gateway: ScriptedGateway;
  readonly noble: Noble;
  /** Until a gateway is heard that advertises this service. */
  hear(service: string): Promise<Peripheral>;
}

/** The Bluetooth service over bleno, and noble, each with an adapter of its own on one air. */
async function scene(t: Test): Promise<Scene> {
  const air = new VirtualAir(processTimer);
  air.addController();
  air.addController();
  useVirtualAir(air);
  const gateway = new ScriptedGateway(realClock);
  const ask = Object.assign(gateway, { hello: never, proof: never, end: () => undefined });
  const radio = new BlenoRadio({ clock: realClock, options: { deviceId: 0 } });
  const log = { say: () => undefined };
  const service = startBluetoothService({ radio, ask, clock: realClock, log, hardware: 'arm64' });
  void radio.start();
  const { withBindings } = await import('@stoprocent/noble');
  const noble = withBindings('default', { deviceId: 1 });
  // Nothing of the virtual air keeps the process alive.
  const alive = setInterval(() => undefined, 1_000);
  t.teardown(async () => {
    clearInterval(alive);
    await service.close();
    await radio.close();
    noble.stop();
  });
  await noble.waitForPoweredOnAsync(5_000);
  gateway.touch();
  await noble.startScanningAsync([], true);
  const hear = async (uuid: string): Promise<Peripheral> =>
    await new Promise((resolve) => {
      const listener = (peripheral: Peripheral): void => {
        if (!peripheral.advertisement.serviceUuids.includes(bare(uuid))) return;
        noble.removeListener('discover', listener);
        resolve(peripheral);
      };
      noble.on('discover', listener);
    });
  return { gateway, noble, hear };
}

/** Characteristics by their UUID, and what those that tell have told. */
async function open(
  peripheral: Peripheral,
  service: string,
): Promise<{ of(uuid: string): Characteristic; told(uuid: string): Promise<Buffer> }> {
  await peripheral.connectAsync();
  const { characteristics } = await peripheral.discoverSomeServicesAndCharacteristicsAsync(
    [bare(service)],
    [],
  );
  const values = new Map<string, Buffer[]>();
  for (const characteristic of characteristics) {
    if (!characteristic.properties.includes('notify') && !characteristic.properties.includes('indicate'))
      continue;
    const told: Buffer[] = [];
    values.set(characteristic.uuid, told);
    characteristic.on('data', (data, isNotification) => {
      if (isNotification) told.push(data);
    });
    await characteristic.subscribeAsync();
  }
  return {
    of: (uuid) => {
      const found = characteristics.find((one) => one.uuid === bare(uuid));
      if (found === undefined) throw new Error(`there is no ${uuid}`);
      return found;
    },
    told: async (uuid) => {
      for (let turn = 0; turn < 500; turn += 1) {
        const value = values.get(bare(uuid))?.shift();
        if (value !== undefined) return value;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(`${uuid} told nothing`);
    },
  };
}

t.test('Improv, from the advertisement to the address of the page', async (t) => {
  const { gateway, hear } = await scene(t);
  const peripheral = await hear(improvUuids.service);
  const [data] = peripheral.advertisement.serviceData;
  t.match(data, { uuid: '4677', data: Buffer.from([2, 0x0f, 0, 0, 0, 0]) });
  const improv = await open(peripheral, improvUuids.service);
  t.strictSame(await improv.of(improvUuids.capabilities).readAsync(), Buffer.from([0x0f]));
  t.strictSame(await improv.of(improvUuids.state).readAsync(), Buffer.from([2]));
  const packet = Buffer.from(wifiPacket('a network with thirty-two bytes!', 'p'.repeat(63)));
  await improv.of(improvUuids.command).writeAsync(packet, false);
  t.strictSame(await improv.told(improvUuids.state), Buffer.from([3]));
  t.match(gateway.askedFor('set-wifi')[0]?.input, { password: 'p'.repeat(63) });
  gateway.tell(joiningOf(1, 'joined'));
  t.strictSame(await improv.told(improvUuids.state), Buffer.from([4]));
  const result = readResult(await improv.told(improvUuids.result));
  t.strictSame(result, { command: 1, texts: ['http://192.168.1.50/'] });
  await peripheral.disconnectAsync();
});

t.test("the ancestor's service, with an answer of many parts", async (t) => {
  const { gateway, hear } = await scene(t);
  const ssids = Array.from({ length: 20 }, (_, index) => `a network with the number ${index}`);
  gateway.answers.set('scan', { networks: ssids.map((ssid) => ({ ...someNetworks[0], ssid })) });
  const peripheral = await hear(ancestorUuids.service);
  const ancestor = await open(peripheral, ancestorUuids.service);
  const got: number[] = [];
  let length = 1;
  while (got.length < length) {
    const request = requestText('GET', '/api/wifi', '', got.length === 0 ? undefined : got.length);
    await ancestor.of(ancestorUuids.request).writeAsync(Buffer.from(request), false);
    const part = readPart(await ancestor.told(ancestorUuids.response));
    t.match(part, { status: '200 OK', offset: got.length });
    length = part.length;
    got.push(...part.body);
  }
  t.strictSame(JSON.parse(Buffer.from(got).toString()), { ssids, connected: 'home' });
  t.equal(gateway.askedFor('status').length, 1);
  // More than the MTU: a long write, in prepared parts.
  const echo = JSON.stringify({ text: 'x'.repeat(400) });
  await ancestor
    .of(ancestorUuids.request)
    .writeAsync(Buffer.from(requestText('POST', '/api/echo', echo)), false);
  await ancestor.told(ancestorUuids.response);
  const whole = await ancestor.of(ancestorUuids.response).readAsync();
  t.equal(whole.length, 512, 'what a notification cuts can be read');
  const services = await ancestor.of(ancestorUuids.wifiServices).readAsync();
  t.ok(services.length > 400, 'a long read');
  await peripheral.disconnectAsync();
});
