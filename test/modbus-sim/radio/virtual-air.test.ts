import fc from 'fast-check';
import t from 'tap';
import { loseLinkAt } from '../../../modbus-sim/radio/air-faults.ts';
import { processTimer } from '../../../modbus-sim/radio/air-timer.ts';
import { opcode, status } from '../../../modbus-sim/radio/hci-packets.ts';
import { VirtualAir, type Overheard } from '../../../modbus-sim/radio/virtual-air.ts';
import { VirtualHost } from './virtual-host.ts';

// Nothing of an air keeps the process alive.
const alive = setInterval(() => undefined, 1000);
t.teardown(() => {
  clearInterval(alive);
});

const addressOfFirst = [0x01, 0, 0, 0xee, 0xff, 0xc0];

/** Two hosts on one air, linked; the handles are those of each side. */
async function linkedPair(): Promise<{
  air: VirtualAir;
  peripheral: VirtualHost;
  central: VirtualHost;
  handles: { peripheral: number; central: number };
}> {
  const air = new VirtualAir(processTimer);
  const peripheral = new VirtualHost(air.addController());
  const central = new VirtualHost(air.addController());
  peripheral.command(opcode.leSetAdvertising, 1);
  central.command(opcode.leConnect, 0, 0, 0, 0, 0, 0, ...addressOfFirst, ...new Array<number>(13).fill(0));
  const handles = { peripheral: await peripheral.linked(), central: await central.linked() };
  return { air, peripheral, central, handles };
}

t.test('who scans hears the advertisement and its scan response', async (t) => {
  const air = new VirtualAir(processTimer);
  const peripheral = new VirtualHost(air.addController());
  const central = new VirtualHost(air.addController());
  peripheral.command(opcode.leSetAdvertisingData, 3, 2, 1, 6, ...new Array<number>(28).fill(0));
  peripheral.command(opcode.leSetScanResponse, 2, 1, 9, ...new Array<number>(29).fill(0));
  central.command(opcode.leSetScanning, 1, 1);
  peripheral.command(opcode.leSetAdvertising, 1);
  const isReport = (packet: Buffer): boolean => packet[0] === 4 && packet[1] === 0x3e && packet[3] === 2;
  const advertisement = await central.next(isReport);
  t.equal(advertisement.readUInt8(5), 0x00);
  t.same([...advertisement.subarray(7, 13)], addressOfFirst);
  t.same([...advertisement.subarray(13, 17)], [3, 2, 1, 6]);
  const response = await central.next(isReport);
  t.equal(response.readUInt8(5), 0x04);
  t.same([...response.subarray(13, 16)], [2, 1, 9]);
  peripheral.command(opcode.leSetAdvertising, 0);
});

t.test('a command that is not there is unknown, and what is no packet is nothing', async (t) => {
  const air = new VirtualAir(processTimer);
  const controller = air.addController();
  const host = new VirtualHost(controller);
  for (const bytes of ['', '01', '01030c05', '02', '0240000900', 'ff00']) {
    controller.write(Buffer.from(bytes, 'hex'));
  }
  host.command(0xfc01);
  const answer = await host.next(() => true);
  t.equal(answer.toString('hex'), '040e040101fc01', 'the first answer of all');
});

t.test('data goes both ways in order, in parts as long as the link layer has them', async (t) => {
  const { air, peripheral, central, handles } = await linkedPair();
  const heard: Overheard[] = [];
  air.listen((one) => heard.push(one));
  const bytes = Buffer.from(Array.from({ length: 60 }, (_, index) => index));
  central.data(handles.central, bytes);
  const parts = [await peripheral.received(), await peripheral.received(), await peripheral.received()];
  t.same(
    parts.map((part) => [part.starts, part.bytes.length]),
    [
      [true, 27],
      [false, 27],
      [false, 6],
    ],
  );
  t.same(Buffer.concat(parts.map((part) => part.bytes)), bytes);
  const completed = await central.next((one) => one[0] === 4 && one[1] === 0x13);
  t.equal(completed.readUInt16LE(6), 1, 'a packet of the host, however many parts it had');
  t.same(Buffer.concat(heard.filter((one) => one.kind === 'data').map((one) => one.bytes)), bytes);
  central.command(opcode.leSetDataLength, handles.central & 0xff, 0, 251, 0, 0x48, 0x08);
  await peripheral.next((one) => one[0] === 4 && one[1] === 0x3e && one[3] === 0x07);
  peripheral.data(handles.peripheral, bytes);
  t.equal((await central.received()).bytes.length, 60, 'long ones once the length was negotiated');
});

t.test('a link that one side ends is ended for both, and the reason says who', async (t) => {
  const { air, peripheral, central, handles } = await linkedPair();
  central.command(opcode.disconnect, handles.central & 0xff, handles.central >> 8, status.userEnded);
  t.equal(await peripheral.unlinked(), status.userEnded);
  t.equal(await central.unlinked(), status.endedHere);
  t.equal(air.linkCount, 0);
});

t.test('a host that dies or resets loses its links', async (t) => {
  const { air, peripheral, central } = await linkedPair();
  air.controller(0)?.detachHost();
  t.equal(await central.unlinked(), status.connectionTimeout);
  t.same(
    peripheral.packets.filter((one) => one[1] === 0x05),
    [],
    'the dead hear nothing',
  );
});

t.test('faults: a link is lost at a packet, a byte is another, what is late holds up the rest', async (t) => {
  const lost = await linkedPair();
  lost.air.faults = loseLinkAt(1);
  lost.central.data(lost.handles.central, Buffer.from([1]));
  lost.central.data(lost.handles.central, Buffer.from([2]));
  t.same([...(await lost.peripheral.received()).bytes], [1]);
  t.equal(await lost.peripheral.unlinked(), status.connectionTimeout);
  t.equal(await lost.central.unlinked(), status.connectionTimeout);

  const other = await linkedPair();
  other.air.faults = {
    packet: ({ index }) =>
      index === 0 ? { kind: 'late', ms: 5 } : { kind: 'corrupt', atByte: 0, mask: 0x80 },
  };
  other.central.data(other.handles.central, Buffer.from([1]));
  other.central.data(other.handles.central, Buffer.from([2]));
  t.same([...(await other.peripheral.received()).bytes], [1]);
  t.same([...(await other.peripheral.received()).bytes], [0x82]);

  const stalled = await linkedPair();
  stalled.air.faults = { packet: () => ({ kind: 'stall', ms: 5 }) };
  stalled.central.data(stalled.handles.central, Buffer.from([1]));
  t.equal(await stalled.central.unlinked(), status.connectionTimeout);
  t.same(
    stalled.peripheral.packets.filter((one) => one[0] === 2),
    [],
  );
});

t.test('whatever a host writes, its controller goes on', async (t) => {
  const air = new VirtualAir(processTimer);
  const controller = air.addController();
  const host = new VirtualHost(controller);
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(opcode)),
      fc.uint8Array({ maxLength: 40 }),
      (code, bytes) => {
        host.command(code, ...bytes);
      },
    ),
    { numRuns: 500 },
  );
  host.command(opcode.reset);
  await host.next((packet) => packet.toString('hex') === '040e0401030c00');
  t.equal(controller.isAdvertising, false);
});
