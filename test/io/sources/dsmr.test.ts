import t from 'tap';
import { monotonicMs, wallMs } from '../../../gateway/core/clock.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { ConnectionListener } from '../../../gateway/core/network.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { noSerialLines, type OpenLineOptions } from '../../../gateway/core/serial-lines.ts';
import { dsmr } from '../../../gateway/io/sources/dsmr.ts';
import type { SourcePorts, SourceReader } from '../../../gateway/io/sources/source.ts';
import { createRealNetwork } from '../../../gateway/system/real-network.ts';
import { TelegramServer } from '../../../modbus-sim/services/telegram-server.ts';
import { fixtureMs, telegramFixture } from './p1-fixtures.ts';
import { SourceBench, textOf, valueOf } from './source-bench.ts';

const telegram = telegramFixture('nl-v5');
const later = telegramFixture('be');
const never = new AbortController().signal;

/** A line that the test speaks on. */
class TestLine {
  readonly opened: OpenLineOptions[] = [];
  closed = 0;
  bench = new SourceBench({ id: 'none', handle: () => ({ status: 404, body: '' }) }, fixtureMs);
  refusal: Error | undefined;

  reader(options: OptionValues): SourceReader {
    const open = (line: OpenLineOptions) => {
      if (this.refusal !== undefined) return Promise.reject(this.refusal);
      this.opened.push(line);
      const close = (): void => {
        this.closed += 1;
        line.listener.onClose(undefined);
      };
      return Promise.resolve({ write: () => undefined, close });
    };
    const network = { connectTcp: (at: object) => open(at as OpenLineOptions) };
    return dsmr.open(options, { ...this.bench.ports, serial: { open }, network });
  }

  get listener(): ConnectionListener {
    const newest = this.opened.at(-1)?.listener;
    if (newest === undefined) throw new Error('nobody listens');
    return newest;
  }

  say(text: string | Uint8Array): void {
    this.listener.onData(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
  }
}

const serial: OptionValues = { path: '/dev/ttyUSB0', baudRate: '115200', port: 23 };

async function turn(): Promise<void> {
  await new Promise(setImmediate);
}

async function readWith(line: TestLine, reader: SourceReader, text: string | Uint8Array) {
  const reading = reader.read(never);
  await turn();
  line.say(text);
  return await reading;
}

t.test('a serial line is opened once, and each reading is the newest telegram since the last', async (t) => {
  const line = new TestLine();
  const reader = line.reader(serial);
  t.equal(valueOf(await readWith(line, reader, telegram), 'grid_power_w')?.value, 412);
  line.say(telegram + later);
  t.equal(valueOf(await reader.read(never), 'grid_power_w')?.value, 345);
  t.match(line.opened, [{ path: '/dev/ttyUSB0', baudRate: 115_200, parity: 'none', stopBits: 1 }]);
  t.equal(line.opened.length, 1);
});

t.test('a telegram is not read twice: the next one is waited for', async (t) => {
  const line = new TestLine();
  const reader = line.reader(serial);
  await readWith(line, reader, telegram);
  const next = reader.read(never);
  await turn();
  line.say(later);
  t.equal(textOf(await next, 'meter_version'), '50217');
});

t.test('a telegram that waited for long is not what the meter shows now', async (t) => {
  const line = new TestLine();
  const reader = line.reader(serial);
  await readWith(line, reader, telegram);
  line.say(telegram);
  line.bench.nowMs += 60_000;
  const next = reader.read(never);
  await turn();
  line.say(later);
  t.equal(valueOf(await next, 'grid_power_w')?.value, 345);
});

t.test('a silent line is told so, and opened anew', async (t) => {
  const line = new TestLine();
  const reader = line.reader(serial);
  const stop = new AbortController();
  const reading = reader.read(stop.signal);
  await turn();
  line.say(telegram.slice(0, 400));
  stop.abort();
  await t.rejects(reading, {
    code: 'source_unavailable',
    retryable: true,
    hint: /P1 port/,
    facts: { place: '/dev/ttyUSB0' },
  });
  t.equal(line.closed, 1);
  t.equal(valueOf(await readWith(line, reader, telegram), 'grid_power_w')?.value, 412);
  t.equal(line.opened.length, 2);
  const late = new AbortController();
  late.abort();
  await t.rejects(reader.read(late.signal), { code: 'source_unavailable' });
});

t.test('a line that was closed is opened again by the next reading', async (t) => {
  const line = new TestLine();
  const reader = line.reader(serial);
  const reading = reader.read(never);
  await turn();
  line.listener.onClose(new GatewayError('connection_closed', 'pulled out'));
  await t.rejects(reading, { code: 'connection_closed' });
  await readWith(line, reader, telegram);
  line.listener.onClose(undefined);
  await readWith(line, reader, telegram);
  t.equal(line.opened.length, 3);
});

t.test('what a line says after it was given up is not heard', async (t) => {
  const line = new TestLine();
  const reader = line.reader(serial);
  await readWith(line, reader, telegram);
  const old = line.listener;
  old.onClose(undefined);
  const reading = reader.read(never);
  await turn();
  old.onData(Buffer.from(telegram, 'latin1'));
  await turn();
  line.say(later);
  t.equal(valueOf(await reading, 'grid_power_w')?.value, 345);
});

t.test('a line that cannot be opened is the error of its port', async (t) => {
  const reader = dsmr.open(serial, { ...new TestLine().bench.ports, serial: noSerialLines });
  await t.rejects(reader.read(never), { code: 'serial_unavailable' });
});

t.test('damaged telegrams are counted, over connections', async (t) => {
  const line = new TestLine();
  const reader = line.reader(serial);
  const damaged = telegram.replace('00.412', '90.412');
  t.equal(valueOf(await readWith(line, reader, damaged + telegram), 'telegrams_dropped_count')?.value, 1);
  line.listener.onClose(undefined);
  t.equal(valueOf(await readWith(line, reader, damaged + telegram), 'telegrams_dropped_count')?.value, 2);
});

t.test('an enciphered meter is said to be one', async (t) => {
  const line = new TestLine();
  const reader = line.reader(serial);
  const frame = Buffer.from(`db08534147677000171882${'01f0300000'.repeat(20)}`, 'hex');
  await t.rejects(readWith(line, reader, frame), { code: 'source_refused', hint: /encryption/ });
  await t.rejects(reader.read(never), { code: 'source_refused' }, 'and goes on to be');
  line.say(`\r\n${telegram}`);
  t.equal(valueOf(await reader.read(never), 'grid_power_w')?.value, 412, 'until it is not any more');
});

t.test('a bridge that repeats itself for five minutes has lost its meter', async (t) => {
  const line = new TestLine();
  const reader = line.reader(serial);
  await readWith(line, reader, telegram);
  line.bench.nowMs += 299_000;
  await readWith(line, reader, telegram);
  line.bench.nowMs += 2_000;
  await t.rejects(readWith(line, reader, telegram), { code: 'source_unavailable', hint: /cable/ });
  t.equal(valueOf(await readWith(line, reader, telegramFixture('se')), 'grid_power_w')?.value, 1284);
});

t.test('DSMR 3 is read with seven bits and even parity', async (t) => {
  const line = new TestLine();
  const reader = line.reader({ ...serial, baudRate: '9600' });
  const old = '/ISk5x\r\n\r\n1-0:1.7.0(0001.01*kW)\r\n0-1:24.1.0(3)\r\n!\r\n';
  const bits = Buffer.from(old).map((byte) => (parity(byte) === 1 ? byte | 0x80 : byte));
  t.ok(bits.some((byte) => byte > 127));
  t.equal(valueOf(await readWith(line, reader, bits), 'grid_power_w')?.value, 1010);
  t.match(line.opened[0], { baudRate: 9600, parity: 'none' });
  const flipped = Buffer.from(bits);
  const digit = old.indexOf('1.01');
  flipped[digit] = (flipped[digit] ?? 0) ^ 0x02;
  const again = await readWith(line, reader, Buffer.concat([flipped, bits]));
  t.equal(valueOf(again, 'telegrams_dropped_count')?.value, 1, 'one wrong bit');
});

function parity(byte: number): number {
  return byte.toString(2).replaceAll('0', '').length % 2;
}

t.test('it needs one place', (t) => {
  const { ports } = new TestLine().bench;
  t.throws(() => dsmr.open({ baudRate: '115200', port: 23 }, ports), { code: 'config_invalid' });
  t.throws(() => dsmr.open({ ...serial, host: 'p1' }, ports), { code: 'config_invalid', hint: /either/ });
  t.equal(dsmr.lane(serial), '/dev/ttyUSB0');
  t.equal(dsmr.lane({ host: 'p1', port: 2001 }), 'p1:2001');
  t.end();
});

t.test('a bridge on a real socket is read, hangs up, and is read again', async (t) => {
  const server = await TelegramServer.start();
  t.teardown(() => server.close());
  const network = createRealNetwork({
    resolver: { resolve: (host) => Promise.resolve([host]) },
    refuseAddress: () => undefined,
  });
  const ports: SourcePorts = {
    ...new TestLine().bench.ports,
    clock: { wall: () => wallMs(fixtureMs), monotonic: () => monotonicMs(0) },
    network,
  };
  const reader = dsmr.open({ host: '127.0.0.1', port: server.port, baudRate: '115200' }, ports);
  t.teardown(() => reader.close?.());
  const first = reader.read(never);
  await server.connected();
  server.send(telegram.slice(300));
  server.send(telegram);
  t.equal(valueOf(await first, 'grid_power_w')?.value, 412);
  const cut = reader.read(never);
  await turn();
  server.hangUp();
  await t.rejects(cut, { code: 'connection_closed' });
  const second = reader.read(never);
  await server.connected();
  server.send(later);
  t.equal(valueOf(await second, 'grid_power_w')?.value, 345);
});
