import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import modbusSerial from 'modbus-serial';
import t from 'tap';
import type { Test } from 'tap';
import { FaultPlan } from '../../modbus-sim/fault-plan.ts';
import type { FaultWindow } from '../../modbus-sim/fault-plan.ts';
import { startSimulator } from '../../modbus-sim/server.ts';
import type { RunningSimulator, SimulatorOptions } from '../../modbus-sim/server.ts';
import { SimulatorError } from '../../modbus-sim/simulator-error.ts';
import { hex, readRequest } from './modbus-requests.ts';

const ModbusMaster = modbusSerial.default;
type Master = InstanceType<typeof ModbusMaster>;

const startMs = Date.parse('2026-06-21T09:00:00Z');

async function start(t: Test, options: Partial<SimulatorOptions> = {}): Promise<RunningSimulator> {
  // Time all but stands still, so that the truth at the time of a read is the truth at the start.
  const simulator = await startSimulator({ startMs, speed: 0.001, ...options });
  t.teardown(() => simulator.close());
  return simulator;
}

async function master(t: Test, port: number, unitId = 1): Promise<Master> {
  const client = new ModbusMaster();
  await client.connectTCP('127.0.0.1', { port });
  client.setID(unitId);
  t.teardown(() => client.close(() => undefined));
  return client;
}

/** A raw connection, and the chunks it received. */
async function rawConnection(t: Test, port: number): Promise<{ socket: Socket; received: Buffer[] }> {
  const socket = connect(port, '127.0.0.1');
  t.teardown(() => socket.destroy());
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    socket.once('connect', () => resolve());
    socket.once('close', () => resolve());
  });
  return { socket, received };
}

/** Resolves when the connection is over, by whatever end. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

/** The exception code that a read failed with, or 0. */
function exceptionOf(reading: Promise<unknown>): Promise<number | undefined> {
  return reading.then(
    () => 0,
    (error: unknown) => (error as { modbusCode?: number }).modbusCode,
  );
}

const faultsFromNow = (...faults: FaultWindow[]): { faultPlan: FaultPlan } => ({
  faultPlan: new FaultPlan(7, { 'meter-1': faults }),
});
const always = { startMs: startMs - 1, endMs: startMs + 3_600_000 };

t.test('a third party master reads the three devices', async (t) => {
  const { ports, home } = await start(t);
  const truth = home.truth();
  const hybrid = await master(t, ports['inverter-1']);
  const pv1 = await hybrid.readInputRegisters(5016, 2);
  t.equal((pv1.data[1] ?? 0) * 65_536 + (pv1.data[0] ?? 0), truth.pv1W);
  t.ok(truth.pv1W > 500);

  const string = await master(t, ports['inverter-2']);
  const power = await string.readHoldingRegisters(32_080, 2);
  t.equal(power.buffer.readInt32BE(0), truth.pv2W);

  const meter = await master(t, ports['meter-1']);
  const grid = await meter.readInputRegisters(52, 2);
  t.equal(grid.buffer.readFloatBE(0), truth.gridW);
  t.equal(await exceptionOf(meter.readInputRegisters(53, 2)), 2);
  t.equal(await exceptionOf(meter.writeRegister(0, 1)), 1);
});

t.test('one port can serve all devices by unit id', async (t) => {
  const { ports, unitIds, home } = await start(t, { isShared: true });
  t.equal(new Set(Object.values(ports)).size, 1);
  t.same(unitIds, { 'inverter-1': 1, 'inverter-2': 2, 'meter-1': 3 });
  const client = await master(t, ports['meter-1'], 3);
  t.equal((await client.readInputRegisters(52, 2)).buffer.readFloatBE(0), home.truth().gridW);
  client.setID(2);
  t.equal((await client.readHoldingRegisters(32_080, 2)).buffer.readInt32BE(0), home.truth().pv2W);
  client.setID(9);
  t.equal(await exceptionOf(client.readHoldingRegisters(32_080, 2)), 0x0b);
});

t.test('simulated time runs at its speed', async (t) => {
  const { ports, home, nowMs } = await start(t, { speed: 100_000 });
  const client = await master(t, ports['meter-1']);
  while (nowMs() < startMs + 60_000) await client.readInputRegisters(52, 2);
  await client.readInputRegisters(52, 2);
  t.ok(home.atMs >= startMs + 60_000, 'the home lived on');
});

t.test('connections over the cap are reset, and a place freed can be taken', async (t) => {
  const { ports } = await start(t, { connectionsMax: 1 });
  const first = await rawConnection(t, ports['meter-1']);
  first.socket.write(readRequest({ functionCode: 4, address: 52, words: 2 }));
  await once(first.socket, 'data');
  const second = await rawConnection(t, ports['meter-1']);
  await closed(second.socket);
  t.equal(first.socket.destroyed, false);

  first.socket.end();
  await closed(first.socket);
  const third = await rawConnection(t, ports['meter-1']);
  third.socket.write(readRequest({ functionCode: 4, address: 52, words: 2 }));
  await once(third.socket, 'data');
  t.equal(third.received.length, 1);
});

t.test('refused connections are reset', async (t) => {
  const { ports } = await start(t, faultsFromNow({ kind: 'refuse', ...always }));
  const { socket, received } = await rawConnection(t, ports['meter-1']);
  await closed(socket);
  t.same(received, []);
  const healthy = await master(t, ports['inverter-2']);
  t.equal((await healthy.readHoldingRegisters(30_071, 1)).data[0], 2, 'the other devices answer');
});

t.test('a reboot hangs up on an idle connection', async (t) => {
  const reboot: FaultWindow = { kind: 'reboot', startMs: startMs + 100, endMs: startMs + 3_600_000 };
  const { ports } = await start(t, { speed: 1, ...faultsFromNow(reboot) });
  const { socket } = await rawConnection(t, ports['meter-1']);
  await closed(socket);
  t.pass('closed without a request');
});

t.test('a slow answer is the right one, and delays keep their order', async (t) => {
  const { ports } = await start(t, {
    latencyMs: 5,
    ...faultsFromNow({ kind: 'slow', delayMs: 40, ...always }),
  });
  const client = await master(t, ports['meter-1']);
  const answers = await Promise.all([client.readInputRegisters(70, 2), client.readInputRegisters(0, 2)]);
  t.ok(Math.abs((answers[0].buffer.readFloatBE(0) || 0) - 50) < 0.1);
  t.ok(Math.abs((answers[1].buffer.readFloatBE(0) || 0) - 230) < 15);
});

t.test('a split answer comes in more than one write, and whole', async (t) => {
  const { ports } = await start(t, faultsFromNow({ kind: 'garbage', garbage: 'split', ...always }));
  const { socket, received } = await rawConnection(t, ports['meter-1']);
  socket.write(readRequest({ functionCode: 4, address: 70, words: 2, transactionId: 0x77 }));
  while (Buffer.concat(received).length < 13) await once(socket, 'data');
  t.match(hex(Buffer.concat(received)), /^007700000007010404/);
  t.equal(Buffer.concat(received).length, 13);
});

t.test('a stream that is not Modbus is hung up on', async (t) => {
  const { ports } = await start(t);
  const { socket, received } = await rawConnection(t, ports['meter-1']);
  socket.write('GET / HTTP/1.1\r\n\r\n');
  await closed(socket);
  t.same(received, []);
});

t.test('a port in use is a SimulatorError of one line, and leaves no port open', async (t) => {
  const { ports } = await start(t);
  await t.rejects(startSimulator({ startMs, portBase: ports['meter-1'] }), SimulatorError);
  await t.rejects(startSimulator({ startMs, portBase: ports['meter-1'] - 1 }), {
    message: /^cannot listen on 127\.0\.0\.1 port \d+: .*EADDRINUSE[^\n]*$/,
  });
});

t.test('closing hangs up and frees the ports, once or twice', async (t) => {
  const simulator = await startSimulator({ startMs });
  const { socket } = await rawConnection(t, simulator.ports['meter-1']);
  await Promise.all([closed(socket), simulator.close(), simulator.close()]);
  const again = await startSimulator({ startMs, portBase: 0 });
  await again.close();
  const late = connect(simulator.ports['meter-1'], '127.0.0.1');
  const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
  t.equal(error.code, 'ECONNREFUSED');
});
