/**
 * One bad reply of each of eleven kinds, then good ones: how many requests it costs, and how long until the next
 * good value; our transport next to modbus-serial's own TCP port, each on a connection of its own to a slave on
 * the loopback. Both give a request up after the same time. `node dist/bench/bad-replies.js [--rounds 5] [--seed 1]`
 */
import { createRequire } from 'node:module';
import type { ModbusRTU } from 'modbus-serial/ModbusRTU.js';
import { noSerialLines } from '../gateway/core/serial-lines.ts';
import { waitFor } from '../gateway/engine/time-limit.ts';
import { createModbusTcpTransport } from '../gateway/io/transports/modbus-tcp.ts';
import { timeLimited } from '../gateway/io/transports/time-limited.ts';
import { createRealAlarm } from '../gateway/system/real-alarm.ts';
import { realClock } from '../gateway/system/real-clock.ts';
import { createRealNetwork } from '../gateway/system/real-network.ts';
import { createResolver } from '../gateway/system/resolver.ts';
import { SeededRandom } from '../modbus-sim/random.ts';
import { badReplies, type BadReply } from './frames/bad-replies.ts';
import { numberArgument, print, printAim } from './measure.ts';
import { BadReplySlave, registerAt } from './slave/bad-reply-slave.ts';

/** Reads holding registers of unit 1; rejects when that fails. */
interface Reader {
  read(address: number, count: number): Promise<ArrayLike<number>>;
  close(): void;
}

/** The worst of all rounds. */
interface Damage {
  readonly requestsLost: number;
  /** Answers that were believed and were not the slave's registers. */
  readonly wrongValues: number;
  /** From the request that got the bad reply to the next good value; infinite when none came. */
  readonly nextGoodMs: number;
}

const timeoutMs = 500;
const registers = 10;
/** Good ones after the bad one. */
const requestsAfter = 5;
const lostAim = 1;
const nextGoodAimMs = 1_000;
const connectDelayMs = 0;

const rounds = numberArgument('rounds', 5);
const seed = numberArgument('seed', 1);
const contenders = { ours: ourReader, modbus_serial: modbusSerialReader };
const damages = new Map<string, Record<keyof typeof contenders, Damage>>();
// Most of the time is spent waiting for answers that never come, so the kinds run side by side.
await Promise.all(
  Object.entries(badReplies).map(async ([kind, badReply]) => {
    const ours = await worstOf(contenders.ours, badReply, kind);
    damages.set(kind, { ours, modbus_serial: await worstOf(contenders.modbus_serial, badReply, kind) });
  }),
);
report();

async function worstOf(
  connect: (port: number) => Promise<Reader>,
  badReply: BadReply,
  kind: string,
): Promise<Damage> {
  const random = new SeededRandom(`bad replies ${seed} ${kind}`);
  let worst: Damage = { requestsLost: 0, wrongValues: 0, nextGoodMs: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const slave = new BadReplySlave();
    const reader = await connect(await slave.listen());
    const damage = await damageOf(reader, () => {
      slave.spoil = (honest) => badReply(honest, random);
    });
    reader.close();
    await slave.close();
    worst = {
      requestsLost: Math.max(worst.requestsLost, damage.requestsLost),
      wrongValues: Math.max(worst.wrongValues, damage.wrongValues),
      nextGoodMs: Math.max(worst.nextGoodMs, damage.nextGoodMs),
    };
  }
  return worst;
}

async function damageOf(reader: Reader, spoilNext: () => void): Promise<Damage> {
  if ((await outcomeOf(reader, 0)) !== 'good') throw new Error('the slave is honest at first');
  spoilNext();
  const startMs = performance.now();
  const damage = { requestsLost: 0, wrongValues: 0, nextGoodMs: Infinity };
  for (let request = 1; request <= 1 + requestsAfter; request += 1) {
    const outcome = await outcomeOf(reader, request);
    if (outcome === 'good') damage.nextGoodMs = Math.min(damage.nextGoodMs, performance.now() - startMs);
    else damage.requestsLost += 1;
    if (outcome === 'wrong') damage.wrongValues += 1;
  }
  return damage;
}

async function outcomeOf(reader: Reader, request: number): Promise<'good' | 'wrong' | 'failed'> {
  const address = request * registers;
  try {
    const words = await reader.read(address, registers);
    const isGood =
      words.length === registers &&
      Array.from(words).every((word, index) => word === registerAt(address + index));
    return isGood ? 'good' : 'wrong';
  } catch {
    return 'failed';
  }
}

function ourReader(port: number): Promise<Reader> {
  const clock = realClock;
  const alarm = createRealAlarm(clock);
  const transport = createModbusTcpTransport(
    { endpoint: { host: '127.0.0.1', port }, connectDelayMs, requestGapMs: 0 },
    {
      network: createRealNetwork({ resolver: createResolver({ clock }), refuseAddress: () => undefined }),
      serial: noSerialLines,
      clock,
      wait: async (forMs, signal) => await waitFor({ clock, alarm }, forMs, signal),
    },
  );
  const limited = timeLimited(transport, { requestTimeoutMs: timeoutMs, connectDelayMs }, { clock, alarm });
  const { signal } = new AbortController();
  return Promise.resolve({
    read: async (address, count) =>
      await limited.readRegisters(1, { table: 'holding', address, count }, signal),
    close: () => transport.close(),
  });
}

async function modbusSerialReader(port: number): Promise<Reader> {
  const ModbusSerial = createRequire(import.meta.url)('modbus-serial') as new () => ModbusRTU;
  const client = new ModbusSerial();
  client.on('error', () => undefined);
  await client.connectTCP('127.0.0.1', { port });
  client.setID(1);
  client.setTimeout(timeoutMs);
  return {
    read: async (address, count) => (await client.readHoldingRegisters(address, count)).data,
    close: () => client.close(() => undefined),
  };
}

function report(): void {
  console.log(`requests lost of ${1 + requestsAfter}, wrong values, ms to the next good value`);
  const columns = ['kind', 'ours', '', '', 'modbus-serial', '', '', 'ratio of ms'];
  console.log(row(columns));
  for (const kind of Object.keys(badReplies)) {
    const damage = damages.get(kind);
    if (damage === undefined) continue;
    const { ours, modbus_serial: theirs } = damage;
    const ratio = ours.nextGoodMs / theirs.nextGoodMs;
    console.log(
      row([kind, ...cells(ours), ...cells(theirs), theirs.nextGoodMs === Infinity ? '' : ratio.toFixed(2)]),
    );
  }
  const all = [...damages.values()];
  const most = (name: keyof typeof contenders, figure: keyof Damage): number =>
    Math.max(...all.map((damage) => damage[name][figure]));
  printAim(
    'bad_replies.lost',
    most('ours', 'requestsLost'),
    'requests',
    most('ours', 'requestsLost') <= lostAim,
  );
  printAim(
    'bad_replies.wrong_values',
    most('ours', 'wrongValues'),
    'requests',
    most('ours', 'wrongValues') === 0,
  );
  const nextGoodMs = most('ours', 'nextGoodMs');
  printAim('bad_replies.next_good', nextGoodMs, 'ms', nextGoodMs <= nextGoodAimMs + connectDelayMs);
  print('bad_replies.modbus_serial.lost', most('modbus_serial', 'requestsLost'), 'requests');
  const neverGood = all.filter((damage) => damage.modbus_serial.nextGoodMs === Infinity).length;
  print('bad_replies.modbus_serial.never_good', neverGood, `of ${all.length} kinds`);
}

function cells({ requestsLost, wrongValues, nextGoodMs }: Damage): string[] {
  return [
    String(requestsLost),
    String(wrongValues),
    nextGoodMs === Infinity ? 'none' : nextGoodMs.toFixed(1),
  ];
}

function row([kind = '', ...rest]: readonly string[]): string {
  return `${kind.padEnd(18)}${rest.map((cell) => cell.padStart(14)).join('')}`.trimEnd();
}
