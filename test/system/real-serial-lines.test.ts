import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { Connection } from '../../gateway/core/network.ts';
import type { SerialLines } from '../../gateway/core/serial-lines.ts';
import { realClock } from '../../gateway/system/real-clock.ts';
import { createRealAlarm } from '../../gateway/system/real-alarm.ts';
import { createRealSerialLines } from '../../gateway/system/real-serial-lines.ts';
import { waitFor } from '../../gateway/engine/time-limit.ts';
import { modbusRtu } from '../../gateway/io/transports/modbus-rtu.ts';
import { createRealNetwork } from '../../gateway/system/real-network.ts';
import { slaveFramings } from '../io/transports/slave-framings.ts';
import { TestSlave } from '../io/transports/test-slave.ts';

const settings = { baudRate: 115_200, parity: 'none', stopBits: 1 } as const;
const { signal } = new AbortController();
const deaf = { onData: () => undefined, onClose: () => undefined };

function openOn(lines: SerialLines, path: string): Promise<Connection> {
  return lines.open({ path, ...settings, listener: deaf, signal });
}

t.test('without the package, it says how to install it', async (t) => {
  const lines = createRealSerialLines(() => Promise.reject(new Error('Cannot find package')));
  await t.rejects(openOn(lines, '/dev/ttyUSB0'), {
    code: 'serial_unavailable',
    message: '/dev/ttyUSB0: support for serial lines is not installed',
    hint: /npm ci/,
  });
});

t.test('a line that is not there is named, with those that are', async (t) => {
  await t.rejects(openOn(createRealSerialLines(), '/dev/serial/by-id/usb-none'), {
    code: 'serial_unavailable',
    message: '/dev/serial/by-id/usb-none: there is no such serial line',
    hint: /plugged in/,
    facts: { path: '/dev/serial/by-id/usb-none' },
  });
});

t.test('a file is no serial line', async (t) => {
  const folder = t.testdir({ file: 'text' });
  await t.rejects(openOn(createRealSerialLines(), join(folder, 'file')), { code: 'serial_unavailable' });
});

t.test(
  'one without permission asks for it',
  { skip: process.getuid?.() === 0 ? 'as root' : false },
  async (t) => {
    const path = join(t.testdir(), 'forbidden');
    writeFileSync(path, '', { mode: 0 });
    await t.rejects(openOn(createRealSerialLines(), path), { code: 'serial_unavailable', hint: /dialout/ });
  },
);

/** Two pseudo-terminals tied to each other; undefined where socat is not installed. */
async function tiedTerminals(
  t: Test,
): Promise<{ ours: string; theirs: string; cut(): Promise<void> } | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'egw-pty-'));
  const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs')];
  const ends = [ours, theirs].map((link) => `PTY,link=${link},raw,echo=0`);
  const socat = spawn('socat', ['-d', '-d', ...ends], { stdio: ['ignore', 'ignore', 'pipe'] });
  const isThere = await new Promise<boolean>((resolve) => {
    let log = '';
    socat.on('error', () => resolve(false));
    socat.stderr.on('data', (text: Buffer) => {
      log += text.toString();
      if (log.includes('starting data transfer')) resolve(true);
    });
  });
  const cut = async (): Promise<void> => {
    if (socat.exitCode !== null || socat.signalCode !== null) return;
    const ended = once(socat, 'exit');
    socat.kill();
    await ended;
  };
  t.teardown(async () => {
    if (isThere) await cut();
    rmSync(folder, { recursive: true });
  });
  return isThere ? { ours, theirs, cut } : undefined;
}

t.test('over pseudo-terminals', async (t) => {
  const terminals = await tiedTerminals(t);
  if (terminals === undefined) {
    t.pass('serial lines were not tried', { skip: 'socat is NOT INSTALLED' });
    return;
  }
  const { ours, theirs, cut } = terminals;
  const slave = new TestSlave(slaveFramings['modbus-rtu']);
  const farLines = createRealSerialLines();
  // Answers may come before the promise of the connection has been waited for.
  const far = Promise.withResolvers<Connection>();
  let request = Buffer.alloc(0);
  const listener = {
    onClose: () => undefined,
    onData: (bytes: Uint8Array) => {
      request = Buffer.concat([request, bytes]);
      if (request.length < 8 || (request[1] === 16 && request.length < 9 + (request[6] ?? 0))) return;
      const whole = request;
      request = Buffer.alloc(0);
      void far.promise.then((end) => slave.receive(whole, end));
    },
  };
  far.resolve(await farLines.open({ path: theirs, ...settings, listener, signal }));

  const lines = createRealSerialLines();
  const alarm = createRealAlarm(realClock);
  const transport = modbusRtu.create(
    { endpoint: { path: ours, ...settings }, connectDelayMs: 0, requestGapMs: 0 },
    {
      network: createRealNetwork({
        resolver: { resolve: () => Promise.resolve([]) },
        refuseAddress: () => undefined,
      }),
      serial: lines,
      clock: realClock,
      wait: async (ms, signal) => await waitFor({ clock: realClock, alarm }, ms, signal),
    },
  );
  t.teardown(async () => {
    transport.close();
    (await far.promise).close();
  });
  const range = { table: 'holding', address: 0, count: 125 } as const;

  await t.test('registers are read and written', async (t) => {
    const words = await transport.readRegisters(1, range, signal);
    t.strictSame(
      [...words],
      Array.from({ length: 125 }, (_, index) => index),
    );
    const written = Uint16Array.from({ length: 123 }, (_, index) => 60_000 + index);
    await transport.writeRegisters(1, { address: 0, words: written, functionCode: 16 }, signal);
    await transport.writeRegisters(1, { address: 123, words: Uint16Array.of(7), functionCode: 6 }, signal);
    t.strictSame([...(await transport.readRegisters(1, range, signal))], [...written, 7, 124]);
    t.match(transport.counters(), { connects: 1, framesInvalid: 0, repliesLate: 0 });
  });

  await t.test('a line that is open is in use', async (t) => {
    for (const other of [lines, createRealSerialLines()]) {
      await t.rejects(openOn(other, ours), {
        code: 'serial_unavailable',
        message: `${ours}: another program has it open`,
      });
    }
  });

  await t.test('a line that was just closed can be opened', async (t) => {
    const separate = await tiedTerminals(t);
    if (separate === undefined) return;
    for (let round = 0; round < 5; round += 1) {
      const connection = await openOn(lines, separate.ours);
      connection.close();
      connection.close();
      connection.write(Buffer.of(1));
    }
    t.pass('five times');
  });

  await t.test('an adapter that disappears ends the request, and its absence is told', async (t) => {
    slave.willDo(() => void cut());
    await t.rejects(transport.readRegisters(1, range, signal), { code: 'connection_closed' });
    t.notOk(transport.isConnected());
    await t.rejects(transport.readRegisters(1, range, signal), { code: 'serial_unavailable' });
  });
});
