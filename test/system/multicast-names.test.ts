import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import t, { type Test } from 'tap';
import { createMulticastNames, type MulticastNames } from '../../gateway/system/multicast-names.ts';
import { createRealAlarm } from '../../gateway/system/real-alarm.ts';
import { realClock } from '../../gateway/system/real-clock.ts';

const group = '224.0.0.251';
const loopback = '127.0.0.1';
const alarm = createRealAlarm(realClock);

/** Somebody in the network, at a port of the test's own; undefined where multicast does not work. */
async function member(t: Test): Promise<Socket | undefined> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  t.teardown(() => socket.close());
  try {
    socket.bind(0);
    await once(socket, 'listening');
    socket.setMulticastInterface(loopback);
    socket.addMembership(group, loopback);
    const heard = once(socket, 'message', { signal: AbortSignal.timeout(5_000) });
    socket.send('heard', socket.address().port, group);
    await heard;
    return socket;
  } catch (error) {
    t.comment(`NOT TESTED: multicast over loopback does not work on this machine: ${String(error)}`);
    t.pass('skipped', { skip: 'no multicast over loopback' });
    return undefined;
  }
}

function names(port: number, addresses: readonly string[] = [loopback]): MulticastNames {
  return createMulticastNames({ clock: realClock, alarm, addresses: () => addresses, port });
}

/** The question with an address after it (RFC 6762, 6.7: as one that was asked from another port is answered). */
function answerTo(question: Buffer, lastByte: number): Buffer {
  const answer = Buffer.from(question);
  answer.writeUInt16BE(0x8400, 2);
  answer.writeUInt16BE(1, 6);
  return Buffer.concat([
    answer,
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 10, 0, 4, 192, 168, 1, lastByte]),
  ]);
}

t.test('whoever has the name answers with its address', async (t) => {
  const device = await member(t);
  if (device === undefined) return;
  device.on('message', (question: Buffer, from: RemoteInfo) => {
    if (question.includes('p1meter-aabbcc')) device.send(answerTo(question, 30), from.port, from.address);
  });
  const ask = names(device.address().port, ['192.0.2.1', loopback]);
  t.same(await ask('p1meter-aabbcc.local'), [{ address: '192.168.1.30', ttlSeconds: 10 }]);
});

t.test('a question that is lost is asked again, and others’ answers are not listened to', async (t) => {
  const device = await member(t);
  if (device === undefined) return;
  const stranger = createSocket('udp4');
  t.teardown(() => stranger.close());
  let questions = 0;
  device.on('message', (question: Buffer, from: RemoteInfo) => {
    questions += 1;
    stranger.send(answerTo(question, 66), from.port, from.address);
    device.send('nonsense', from.port, from.address);
    if (questions > 1) device.send(answerTo(question, 30), from.port, from.address);
  });
  t.match(await names(device.address().port)('p1.local'), [{ address: '192.168.1.30' }]);
  t.equal(questions, 2);
});

t.test('without a network, and for what is no name, there is nobody to ask', async (t) => {
  t.same(await names(5_353, [])('p1.local'), []);
  t.same(await names(5_353)('..local'), []);
});
