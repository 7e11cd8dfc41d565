/**
 * A gateway that reads five devices once a second while it is pestered: 200 connections that trickle their headers, and
 * 1 000 junk requests a second, each from an address of its own; and its owner, at a third, who asks ten times a
 * second. `node dist/bench/pestered.js [--seconds 30]`
 */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { benchMeterUrl } from './gateway/bench-meter.ts';
import { startGatewayProcess, temporaryDirectory } from './gateway/gateway-process.ts';
import { localToken } from './gateway/local-token.ts';
import { cadenceOf, summaryOf } from './measure-cadence.ts';
import { numberArgument, percentile, print, printAim, sleep } from './measure.ts';
import { startSlave } from './slave/slave.ts';

const devices = 5;
const periodMs = 1_000;
const settleMs = 5_000;
const tricklers = 200;
const junkPerSecond = 1_000;
const goodPerSecond = 10;
const goodMsMax = 1_000;

const junkTexts = [
  'GET /api/v1/devices HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer egw_x\r\n\r\n',
  'POST /api/v1/pair HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"code":1',
  'GET /etc/passwd HTTP/1.1\r\nhost: evil.example\r\n\r\n',
  '\u0016\u0003\u0001\u0002\u0000',
  `GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
];

const seconds = numberArgument('seconds', 30);
const slave = await startSlave(devices);
const directory = temporaryDirectory();
const gateway = startGatewayProcess({
  directory: directory.path,
  devices: slave.ports.map((port) => ({ port, unit: 1 })),
  period: `${periodMs}ms`,
  preload: benchMeterUrl,
});
const port = Number(new URL(await gateway.url).port);
await sleep(settleMs);
const token = await localToken(directory.path, ['read']);
const counts = { junk: 0, trickled: 0, good: 0, refused: 0 };
const goodMs: number[] = [];
const over = new AbortController();
const isOver = (): boolean => over.signal.aborted;

await slave.observe();
const attack = [...Array.from({ length: tricklers }, () => trickle('127.0.0.1')), junk('127.0.0.3')];
const owner = good('127.0.0.2');
await sleep(seconds * 1_000);
over.abort();
const observed = await slave.observed();
await Promise.all([...attack, owner]);
await gateway.stop();
await slave.stop();
directory.remove();

const { made, expected, offMs } = summaryOf(
  slave.ports.map((_, index) => cadenceOf(observed.arrivalsMs[`${index}/1`] ?? [], observed, periodMs)),
);
printAim('pestered.polls_missed', expected - made, `of ${expected}`, made === expected);
print('pestered.off_beat_p99', percentile(offMs, 0.99), 'ms');
printAim('pestered.good_request_p99', percentile(goodMs, 0.99), 'ms', percentile(goodMs, 0.99) <= goodMsMax);
printAim('pestered.good_requests_refused', counts.refused, `of ${counts.good}`, counts.refused === 0);
const junkRate = counts.junk / seconds;
printAim('pestered.junk_requests', junkRate, 'a second', junkRate >= 0.8 * junkPerSecond);
print('pestered.connections_trickled', counts.trickled, 'in all');

async function opened(localAddress: string): Promise<Socket | undefined> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => undefined);
  socket.resume();
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  return socket.destroyed ? undefined : socket;
}

/** Sends a header byte by byte, and comes again whenever it is thrown out. */
async function trickle(localAddress: string): Promise<void> {
  while (!isOver()) {
    const socket = await opened(localAddress);
    counts.trickled += 1;
    socket?.write('GET /api/hello HTTP/1.1\r\nhost: localhost\r\nx: ');
    do {
      await sleep(500);
      socket?.write('x');
    } while (!isOver() && socket?.destroyed === false);
    socket?.destroy();
  }
}

async function junk(localAddress: string): Promise<void> {
  const startedMs = performance.now();
  const open = new Set<Promise<void>>();
  while (!isOver()) {
    const due = ((performance.now() - startedMs) / 1_000) * junkPerSecond;
    for (; counts.junk < due; counts.junk += 1) {
      const sent = sendJunk(localAddress, junkTexts[counts.junk % junkTexts.length] ?? '');
      open.add(sent);
      void sent.finally(() => open.delete(sent));
    }
    await sleep(10);
  }
  await Promise.all(open);
}

async function sendJunk(localAddress: string, text: string): Promise<void> {
  const socket = await opened(localAddress);
  if (socket === undefined) return;
  socket.end(text);
  await Promise.race([new Promise((resolve) => socket.once('close', resolve)), sleep(2_000)]);
  socket.destroy();
}

async function good(localAddress: string): Promise<void> {
  while (!isOver()) {
    counts.good += 1;
    const startedMs = performance.now();
    const status = await askLatest(localAddress);
    const tookMs = performance.now() - startedMs;
    if (status === 200) goodMs.push(tookMs);
    else counts.refused += 1;
    await sleep(Math.max(0, 1_000 / goodPerSecond - tookMs));
  }
}

async function askLatest(localAddress: string): Promise<number | undefined> {
  const headers = { authorization: `Bearer ${token}` };
  const path = '/api/v1/readings/latest';
  const asked = request({ host: '127.0.0.1', port, path, localAddress, headers, agent: false });
  asked.end();
  try {
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    return response.statusCode;
  } catch {
    return undefined;
  }
}
