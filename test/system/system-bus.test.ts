import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import type { Test } from 'tap';
import { createRealAlarm } from '../../gateway/system/real-alarm.ts';
import { realClock } from '../../gateway/system/real-clock.ts';
import { SystemBus } from '../../gateway/system/system-bus.ts';
import { hastyTime, PlayedBus, playersMissing } from './network-manager/played-bus.ts';

/** A bus that lets everybody in, and answers the first message with these bytes. */
async function busThatSays(t: Test, bytes: Buffer): Promise<SystemBus> {
  const folder = mkdtempSync(join(tmpdir(), 'egw-odd-bus-'));
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (part) => {
      if (part.includes('AUTH')) socket.write('OK 0123456789abcdef\r\n');
      else socket.write(bytes);
    });
  }).listen(join(folder, 'bus'));
  await once(server, 'listening');
  const address = `unix:path=${join(folder, 'bus')}`;
  const bus = new SystemBus({ clock: realClock, alarm: createRealAlarm(realClock), address });
  t.teardown(() => {
    bus.close();
    for (const socket of sockets) socket.destroy();
    server.close();
    rmSync(folder, { recursive: true });
  });
  return bus;
}

/** A message of little-endian D-Bus: its head, and whatever follows it. */
function message(bodyBytes: number, fieldsBytes: number, rest: readonly number[]): Buffer {
  const head = Buffer.alloc(16);
  head.set([0x6c, 2, 0, 1]);
  head.writeUInt32LE(bodyBytes, 4);
  head.writeUInt32LE(1, 8);
  head.writeUInt32LE(fieldsBytes, 12);
  return Buffer.concat([head, Buffer.from(rest)]);
}

const odd: Readonly<Record<string, Buffer>> = {
  'a field of an unknown type': message(0, 8, [1, 1, 0x7a, 0, 0, 0, 0, 0]),
  'a file, which nobody asked for': message(8, 8, [8, 1, 0x67, 0, 1, 0x68, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
  'fields that end too soon': message(0, 8, [5, 1, 0x74, 0, 1, 0, 0, 0]),
  'more bytes than there can be': message(0x7f_ff_ff_f0, 0, []),
  'a signature that is none': message(8, 8, [8, 1, 0x67, 0, 1, 0x28, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
};

for (const [what, bytes] of Object.entries(odd)) {
  t.test(`a bus that says ${what} is lost, and asked anew by the next question`, async (t) => {
    const bus = await busThatSays(t, bytes);
    const call = { destination: 'org.example', path: '/', interface: 'org.example', member: 'Do' };
    for (const again of [1, 2])
      await t.rejects(
        bus.call(call),
        { code: 'service_failed', errorName: '', message: /bus of the machine is gone/ },
        String(again),
      );
  });
}

t.test('an answer is not held once it was given', { skip: playersMissing }, async (t) => {
  const played = new PlayedBus();
  await played.start();
  t.teardown(async () => await played.stop());
  const bus = new SystemBus({ ...hastyTime, address: played.address });
  t.teardown(() => bus.close());
  const name = 'org.freedesktop.DBus';
  const ask = async (): Promise<WeakRef<object>> =>
    new WeakRef(
      await bus.call({
        destination: name,
        path: '/org/freedesktop/DBus',
        interface: name,
        member: 'ListNames',
      }),
    );
  const held = await ask();
  await ask();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let turn = 0; turn < 20 && held.deref() !== undefined; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  t.equal(held.deref(), undefined);
});
