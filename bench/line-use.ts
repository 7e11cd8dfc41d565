/**
 * How much of a serial line at 9,600 bit/s is used while its units are polled one after the other: the time that
 * bytes are on the wire, and with the silences that the standard asks for, of all time; our transport next to
 * modbus-serial's own. The simulator answers as late as a wire would. Needs socat.
 * `node dist/bench/line-use.js [--seconds 20]`; the seconds are shared by both.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ModbusRTU } from 'modbus-serial/ModbusRTU.js';
import { waitFor } from '../gateway/engine/time-limit.ts';
import { findDriver } from '../gateway/io/drivers/index.ts';
import { planOptionsOf, planRanges, spansOf } from '../gateway/io/drivers/plan-ranges.ts';
import { findTransport } from '../gateway/io/transports/index.ts';
import { frameSilenceMs, wireTimeMs } from '../gateway/io/transports/line-timing.ts';
import type { RegisterRange } from '../gateway/io/transports/transport.ts';
import { createRealAlarm } from '../gateway/system/real-alarm.ts';
import { realClock } from '../gateway/system/real-clock.ts';
import { createRealNetwork } from '../gateway/system/real-network.ts';
import { createRealSerialLines } from '../gateway/system/real-serial-lines.ts';
import { createResolver } from '../gateway/system/resolver.ts';
import { startLines } from '../modbus-sim/server.ts';
import { numberArgument, print, printAim, sleep } from './measure.ts';
import { openSerialLine } from './plans/serial-line.ts';

/** One request; rejects when it fails. */
interface Reader {
  read(unit: number, range: RegisterRange): Promise<ArrayLike<number>>;
  close(): Promise<void>;
}

interface Use {
  readonly requests: number;
  readonly wireMs: number;
  readonly silenceMs: number;
  readonly totalMs: number;
}

/** The simulator's characters have 11 bits, as the standard's have. */
const settings = { baudRate: 9_600, parity: 'none', stopBits: 2 } as const;
const units = [1, 2, 3, 4, 5];
const requestBytes = 8;
/** Unit, function, byte count, CRC. */
const answerBytes = 5;
const silencesPerRequest = 2;
/** Of the wire's own limit. */
const useAim = 0.8;
const settleMs = 200;

if (existsSync('/usr/bin/socat')) await run(numberArgument('seconds', 20));
else console.log('line_use: skipped, as socat is missing (apt-get install socat)');

async function run(seconds: number): Promise<void> {
  const line = await openSerialLine();
  const [ours, theirs] = line.ends;
  const simulator = await startLines({
    startMs: Date.UTC(2025, 5, 21, 11),
    seed: 7,
    lines: [
      {
        framing: 'rtu',
        path: theirs,
        baudRate: settings.baudRate,
        units: units.map((unitId) => ({ id: `meter-${unitId}`, kind: 'sdm630', unitId, count: unitId - 1 })),
      },
    ],
  });
  const gateway = await useOf(ourReader(ours), (seconds * 1_000) / 2);
  await sleep(settleMs);
  const peer = await useOf(await modbusSerialReader(ours), (seconds * 1_000) / 2);
  await simulator.close();
  line.close();
  report(gateway, peer);
}

/** Polls the plan of every unit, without a pause. */
async function useOf(reader: Reader, forMs: number): Promise<Use> {
  const driver = findDriver('eastron-sdm630');
  if (driver === undefined) throw new Error('there is a driver for the meter');
  const plan = planRanges(spansOf(driver.fields), planOptionsOf(driver)).map(({ range }) => range);
  const use = { requests: 0, wireMs: 0, silenceMs: 0, totalMs: 0 };
  const startMs = performance.now();
  while (use.totalMs < forMs) {
    for (const unit of units) {
      for (const range of plan) {
        const words = await reader.read(unit, range);
        if (words.length !== range.count) throw new Error(`unit ${unit} answered ${words.length} words`);
        use.requests += 1;
        use.wireMs += wireTimeMs(requestBytes + answerBytes + 2 * range.count, settings);
        use.silenceMs += silencesPerRequest * frameSilenceMs(settings);
      }
    }
    use.totalMs = performance.now() - startMs;
  }
  await reader.close();
  return use;
}

function ourReader(path: string): Reader {
  const clock = realClock;
  const alarm = createRealAlarm(clock);
  const transport = findTransport('modbus-rtu')?.create(
    { endpoint: { path, ...settings }, connectDelayMs: 0, requestGapMs: 0 },
    {
      network: createRealNetwork({ resolver: createResolver({ clock }), refuseAddress: () => undefined }),
      serial: createRealSerialLines(),
      clock,
      wait: async (forMs, signal) => await waitFor({ clock, alarm }, forMs, signal),
    },
  );
  if (transport === undefined) throw new Error('there is a transport modbus-rtu');
  const { signal } = new AbortController();
  return {
    read: async (unit, range) => await transport.readRegisters(unit, range, signal),
    close: () => {
      transport.close();
      return Promise.resolve();
    },
  };
}

async function modbusSerialReader(path: string): Promise<Reader> {
  const ModbusSerial = createRequire(import.meta.url)('modbus-serial') as new () => ModbusRTU;
  const client = new ModbusSerial();
  await client.connectRTUBuffered(path, settings);
  client.setTimeout(2_000);
  return {
    read: async (unit, { table, address, count }) => {
      client.setID(unit);
      const reply =
        table === 'holding'
          ? await client.readHoldingRegisters(address, count)
          : await client.readInputRegisters(address, count);
      return reply.data;
    },
    close: async () => {
      await new Promise<void>((resolve) => client.close(() => resolve()));
    },
  };
}

function report(gateway: Use, peer: Use): void {
  const ofLimit = ({ wireMs, silenceMs, totalMs }: Use): number => (wireMs + silenceMs) / totalMs;
  print('line_use.gateway.requests', gateway.requests, 'requests');
  print('line_use.gateway.request', gateway.totalMs / gateway.requests, 'ms');
  print('line_use.gateway.on_the_wire', (100 * gateway.wireMs) / gateway.totalMs, '%');
  printAim('line_use.gateway.of_the_limit', 100 * ofLimit(gateway), '%', ofLimit(gateway) >= useAim);
  print('line_use.modbus_serial.request', peer.totalMs / peer.requests, 'ms');
  print('line_use.modbus_serial.on_the_wire', (100 * peer.wireMs) / peer.totalMs, '%');
  print('line_use.modbus_serial.of_the_limit', 100 * ofLimit(peer), '%');
  print('line_use.request_ratio', gateway.totalMs / gateway.requests / (peer.totalMs / peer.requests), 'x');
}
