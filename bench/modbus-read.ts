/**
 * Reading 125 registers over one connection: our transport, with and without the gateway's time limit on each
 * request, next to bare modbus-serial and to a raw socket with the least codec. The slave is a process of its
 * own. `node bench/modbus-read.ts [--seconds 20]`; the seconds are shared by all contenders and rounds.
 */
import { noSerialLines } from '../gateway/core/serial-lines.ts';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import type { ModbusRTU } from 'modbus-serial/ModbusRTU.js';
import { createModbusTcpTransport } from '../gateway/io/transports/modbus-tcp.ts';
import { timeLimited } from '../gateway/io/transports/time-limited.ts';
import type { RegisterTransport } from '../gateway/io/transports/transport.ts';
import { waitFor } from '../gateway/engine/time-limit.ts';
import { createRealAlarm } from '../gateway/system/real-alarm.ts';
import { realClock } from '../gateway/system/real-clock.ts';
import { createRealNetwork } from '../gateway/system/real-network.ts';
import { createResolver } from '../gateway/system/resolver.ts';
import { cpuMs, median, numberArgument, percentile, print, printAim } from './measure.ts';
import { startSlave } from './slave/slave.ts';

/** One read at a time of 125 holding registers. */
interface Reader {
  read(): Promise<unknown>;
  close(): void;
}

interface Round {
  readonly readsPerSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly cpuUs: number;
}

const registers = 125;
const timeoutMs = 1_000;
const rounds = 8;
const clock = realClock;
const alarm = createRealAlarm(clock);

const contenders: Readonly<Record<string, (port: number) => Promise<Reader>>> = {
  transport: async (port) => await ourReader(port, (transport) => transport),
  transport_limited: async (port) =>
    await ourReader(port, (transport) =>
      timeLimited(transport, { requestTimeoutMs: timeoutMs, connectDelayMs: 0 }, { clock, alarm }),
    ),
  modbus_serial: async (port) => await modbusSerialReader(port, undefined),
  modbus_serial_timeout: async (port) => await modbusSerialReader(port, timeoutMs),
  raw_socket: rawReader,
};

const seconds = numberArgument('seconds', 20);
const slave = await startSlave(1);
const results = await compare(slave.ports[0] ?? 0, (seconds * 1_000) / rounds / 5);
await slave.stop();
report(results);

async function compare(port: number, roundMs: number): Promise<ReadonlyMap<string, readonly Round[]>> {
  const readers = new Map<string, Reader>();
  for (const [name, create] of Object.entries(contenders)) readers.set(name, await create(port));
  const results = new Map<string, Round[]>([...readers.keys()].map((name) => [name, []]));
  for (const reader of readers.values()) await measure(reader, roundMs);
  for (let round = 1; round < rounds; round += 1) {
    for (const [name, reader] of readers) results.get(name)?.push(await measure(reader, roundMs));
  }
  for (const reader of readers.values()) reader.close();
  return results;
}

async function measure(reader: Reader, forMs: number): Promise<Round> {
  const latenciesUs: number[] = [];
  const startMs = performance.now();
  const startCpuMs = cpuMs();
  let nowMs = startMs;
  while (nowMs - startMs < forMs) {
    await reader.read();
    const endMs = performance.now();
    latenciesUs.push((endMs - nowMs) * 1_000);
    nowMs = endMs;
  }
  return {
    readsPerSecond: (latenciesUs.length * 1_000) / (nowMs - startMs),
    p50Us: percentile(latenciesUs, 0.5),
    p99Us: percentile(latenciesUs, 0.99),
    cpuUs: ((cpuMs() - startCpuMs) * 1_000) / latenciesUs.length,
  };
}

function report(results: ReadonlyMap<string, readonly Round[]>): void {
  const of = (name: string, figure: keyof Round): number =>
    median((results.get(name) ?? []).map((round) => round[figure]));
  for (const name of results.keys()) {
    print(`modbus_read.${name}.rate`, of(name, 'readsPerSecond'), 'reads/s');
    print(`modbus_read.${name}.p50`, of(name, 'p50Us'), 'us');
    print(`modbus_read.${name}.p99`, of(name, 'p99Us'), 'us');
    print(`modbus_read.${name}.cpu`, of(name, 'cpuUs'), 'us/read');
  }
  const ratio = (figure: keyof Round, ours: string, peer: string): number =>
    of(ours, figure) / of(peer, figure);
  const toBare = ratio('cpuUs', 'transport', 'modbus_serial');
  printAim('modbus_read.cpu_ratio_to_modbus_serial', toBare, 'x', toBare <= 1.25);
  const toLimited = ratio('cpuUs', 'transport_limited', 'modbus_serial_timeout');
  printAim('modbus_read.cpu_ratio_with_timeouts', toLimited, 'x', toLimited <= 1.25);
  print('modbus_read.cpu_ratio_to_raw_socket', ratio('cpuUs', 'transport', 'raw_socket'), 'x');
  print(
    'modbus_read.rate_ratio_to_modbus_serial',
    ratio('readsPerSecond', 'transport', 'modbus_serial'),
    'x',
  );
}

async function ourReader(
  port: number,
  wrap: (transport: RegisterTransport) => RegisterTransport,
): Promise<Reader> {
  const network = createRealNetwork({ resolver: createResolver({ clock }), refuseAddress: () => undefined });
  const transport = createModbusTcpTransport(
    { endpoint: { host: '127.0.0.1', port }, connectDelayMs: 0, requestGapMs: 0 },
    {
      network,
      serial: noSerialLines,
      clock,
      wait: async (forMs, signal) => await waitFor({ clock, alarm }, forMs, signal),
    },
  );
  const limited = wrap(transport);
  const { signal } = new AbortController();
  const range = { table: 'holding', address: 0, count: registers } as const;
  await limited.readRegisters(1, range, signal);
  return { read: () => limited.readRegisters(1, range, signal), close: () => transport.close() };
}

async function modbusSerialReader(port: number, limitMs: number | undefined): Promise<Reader> {
  const ModbusSerial = createRequire(import.meta.url)('modbus-serial') as new () => ModbusRTU;
  const client = new ModbusSerial();
  await client.connectTCP('127.0.0.1', { port });
  client.setID(1);
  if (limitMs !== undefined) client.setTimeout(limitMs);
  return { read: () => client.readHoldingRegisters(0, registers), close: () => client.close() };
}

/** What can be left out is left out: frames come whole, nothing is checked, nothing times out. */
async function rawReader(port: number): Promise<Reader> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  const answerBytes = 9 + 2 * registers;
  let transactionId = 0;
  let received = 0;
  let settle: ((words: Uint16Array) => void) | undefined;
  socket.on('data', (bytes) => {
    received += bytes.length;
    if (received < answerBytes) return;
    received = 0;
    const words = new Uint16Array(registers);
    for (let index = 0; index < registers; index += 1) words[index] = bytes.readUInt16BE(9 + 2 * index);
    settle?.(words);
  });
  return {
    read: () =>
      new Promise<Uint16Array>((resolve) => {
        settle = resolve;
        transactionId = (transactionId + 1) & 0xffff;
        const request = Buffer.from([0, 0, 0, 0, 0, 6, 1, 3, 0, 0, 0, registers]);
        request.writeUInt16BE(transactionId, 0);
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}
