import assert from 'node:assert';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import modbusSerial from 'modbus-serial';
import t from 'tap';
import type { Test } from 'tap';
import { startLines } from '../../modbus-sim/server.ts';
import type { PlacedLine, RunningLines } from '../../modbus-sim/server.ts';
import { SimulatorError } from '../../modbus-sim/simulator-error.ts';
import { bytes, hex } from './modbus-requests.ts';

const startMs = Date.parse('2026-06-21T09:00:00Z');
const meters = [
  { id: 'meter-1', kind: 'sdm630', unitId: 1 },
  { id: 'meter-2', kind: 'sdm630', unitId: 2, count: 1 },
] as const;

async function start(t: Test, ...lines: PlacedLine[]): Promise<RunningLines> {
  const running = await startLines({ seed: 7, startMs, speed: 0.001, lines });
  t.teardown(() => running.close());
  return running;
}

/** Sends a frame and gives what has come back once there are so many bytes. */
async function exchange(t: Test, port: number, frame: string, answerBytes: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  t.teardown(() => socket.destroy());
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  await once(socket, 'connect');
  socket.write(bytes(frame));
  while (Buffer.concat(received).length < answerBytes) await once(socket, 'data');
  return hex(Buffer.concat(received));
}

t.test('RTU over TCP: a third party master reads two units', async (t) => {
  const { ports, unitIds, home } = await start(t, { framing: 'rtu-over-tcp', units: meters });
  t.equal(ports['meter-1'], ports['meter-2']);
  t.same(unitIds, { 'meter-1': 1, 'meter-2': 2 });
  const client = new modbusSerial.default();
  t.teardown(() => client.close(() => undefined));
  // Its other port of that kind, connectTcpRTUBuffered, speaks Modbus TCP.
  await client.connectTelnet('127.0.0.1', { port: ports['meter-1'] ?? 0 });
  for (const unitId of [1, 2]) {
    client.setID(unitId);
    t.equal((await client.readInputRegisters(52, 2)).buffer.readFloatBE(0), home.truth().gridW);
    const serial = (await client.readHoldingRegisters(0xfc00, 2)).buffer.readUInt32BE(0);
    t.equal(serial, 20_481_233 + unitId);
  }
});

t.test('Solarman V5: a request in its wrapping is answered in it, and a third client is reset', async (t) => {
  const { ports } = await start(t, { framing: 'solarman-v5', units: meters.slice(0, 1) });
  const port = ports['meter-1'] ?? 0;
  // The worked example: 5 registers from 3, which a meter of two-word values refuses with exception 2.
  const frame = 'a5170010452a0001f1536502' + '00'.repeat(14) + '01030003000575c98c15';
  t.match(await exchange(t, port, frame, 32), /^a5130010152a0101f153650201.{24}018302c0f1..15$/);
  await exchange(t, port, frame, 32);
  const third = connect(port, '127.0.0.1').on('error', () => undefined);
  await new Promise((resolve) => third.once('close', resolve));
  t.pass('reset');
});

t.test('several lines are one home', async (t) => {
  const { ports, home } = await start(
    t,
    { framing: 'tcp', units: [{ id: 'inverter-1', kind: 'sungrow-hybrid', unitId: 1 }] },
    { framing: 'tcp', units: [{ id: 'inverter-2', kind: 'sunspec-hybrid', unitId: 1 }] },
  );
  const client = new modbusSerial.default();
  t.teardown(() => client.close(() => undefined));
  await client.connectTCP('127.0.0.1', { port: ports['inverter-1'] ?? 0 });
  client.setID(1);
  await client.writeRegisters(13049, [2, 0xaa, 3000]);
  t.same((await client.readHoldingRegisters(13049, 3)).data, [2, 0xaa, 3000]);
  await client.writeRegister(13050, 0xcc);
  t.same((await client.readHoldingRegisters(13050, 1)).data, [0xcc]);
  home.advanceTo(home.atMs + 11_000);
  t.equal(home.truth().batteryW, 0);
});

t.test('a path that is no terminal is a SimulatorError of one line', async (t) => {
  for (const path of ['/nowhere/tty', '/dev/null']) {
    const opening = startLines({ seed: 7, startMs, lines: [{ framing: 'rtu', path, units: meters }] });
    await t.rejects(opening, SimulatorError);
    await t.rejects(startLines({ seed: 7, startMs, lines: [{ framing: 'rtu', path, units: meters }] }), {
      message: new RegExp(`^cannot open the serial line ${path}: [^\\n]+$`),
    });
  }
});

/** The exception code that a request failed with, or 0. */
function exceptionOf(request: Promise<unknown>): Promise<number | undefined> {
  return request.then(
    () => 0,
    (error: unknown) => (error as { modbusCode?: number }).modbusCode,
  );
}

const hasSocat = spawnSync('socat', ['-V']).status === 0;

/** Two pseudo-terminals joined by socat. */
async function linePair(t: Test): Promise<{ ours: string; theirs: string }> {
  const directory = t.testdir();
  const [ours, theirs] = [join(directory, 'ours'), join(directory, 'theirs')];
  const seen = new Promise<void>((resolve) => {
    const look = (): void => {
      if (!existsSync(ours) || !existsSync(theirs)) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(directory, look);
  });
  const socat = spawn('socat', [`PTY,link=${ours},raw,echo=0`, `PTY,link=${theirs},raw,echo=0`]);
  t.teardown(() => socat.kill());
  await seen;
  return { ours, theirs };
}

t.test(
  'a serial line: a third party master reads, and writes to, several units',
  { skip: hasSocat ? false : 'socat is not installed' },
  async (t) => {
    const { ours, theirs } = await linePair(t);
    const hybrid = { id: 'inverter-1', kind: 'sungrow-hybrid', unitId: 9 } as const;
    const { paths, home } = await start(t, {
      framing: 'rtu',
      path: theirs,
      units: [...meters, hybrid],
      baudRate: 115_200,
    });
    t.same(paths, { 'meter-1': theirs, 'meter-2': theirs, 'inverter-1': theirs });
    const client = new modbusSerial.default();
    t.teardown(() => new Promise<void>((resolve) => client.close(() => resolve())));
    await client.connectRTUBuffered(ours, { baudRate: 115_200 });
    client.setTimeout(5000);
    client.setID(2);
    t.equal((await client.readInputRegisters(52, 2)).buffer.readFloatBE(0), home.truth().gridW);
    t.equal(
      (await client.readInputRegisters(0, 2)).buffer.readFloatBE(0),
      Math.fround(home.truth().phaseVoltageV[0]),
    );
    client.setID(9);
    await client.writeRegisters(13049, [2, 0xbb, 1000]);
    t.same((await client.readHoldingRegisters(13049, 3)).data, [2, 0xbb, 1000]);
    t.equal(await exceptionOf(client.writeRegister(13049, 9)), 3);
    t.equal(await exceptionOf(client.readCoils(0, 1)), 1);
    const { data } = await client.readInputRegisters(13000, 11);
    assert(data.length === 11);
    t.equal(
      ((data[10] ?? 0) << 16) | (data[9] ?? 0),
      0 - home.truth().gridW,
      'words that look like control characters pass',
    );
  },
);
