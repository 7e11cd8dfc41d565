/**
 * The latest readings of 100 series over HTTP, against a bare Fastify route and bare node:http that send the same bytes,
 * in turns in this process: requests a second over one connection, and how long one takes, at the 99th percentile.
 * `node dist/bench/rest-requests.js [--seconds 20]`
 */
import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { createLiveFeed, type LiveValue } from '../gateway/core/live-feed.ts';
import { silentLogger } from '../gateway/core/logger.ts';
import { quantityNames } from '../gateway/core/quantity.ts';
import { createDispatcher } from '../gateway/faces/commands/dispatcher.ts';
import { createRestServer, type RestServer } from '../gateway/faces/rest/rest-server.ts';
import { bindReadingCommands } from '../gateway/features/harvest/reading-commands.ts';
import { createSeriesDirectory } from '../gateway/features/harvest/series-directory.ts';
import { scopes, type Principal } from '../gateway/features/command.ts';
import type { StorePort } from '../gateway/features/store-port.ts';
import { createRealAlarm } from '../gateway/system/real-alarm.ts';
import { realClock } from '../gateway/system/real-clock.ts';
import { median, numberArgument, percentile, print } from './measure.ts';

const series = 100;
const rounds = 10;
const warmUpRequests = 500;

const seconds = numberArgument('seconds', 20);
const values: readonly LiveValue[] = Array.from({ length: series }, (_, index) => ({
  device: `inverter-${Math.floor(index / 40) + 1}`,
  quantity: quantityNames[index % 40] ?? 'grid_power_w',
  atMs: realClock.wall() - index,
  value: 1_000 + index / 8,
  quality: 'good',
  stored: index % 2 === 0,
}));
const noStore: StorePort<never> = { call: () => Promise.reject(new Error('no database here')) };

const gateway = await startGateway();
const path = '/api/v1/readings/latest';
const body = await bodyOf(gateway.port);
const bareFastify = fastify();
bareFastify.get(path, (_request, reply) => reply.type('application/json').send(body));
await bareFastify.listen({ host: '127.0.0.1', port: 0 });
const bareHttp = createServer((_request, response) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(body),
);
bareHttp.listen(0, '127.0.0.1');
await once(bareHttp, 'listening');

const ports = {
  gateway: gateway.port,
  bare_fastify: (bareFastify.server.address() as AddressInfo).port,
  bare_http: (bareHttp.address() as AddressInfo).port,
};
const rates: Record<string, number[]> = { gateway: [], bare_fastify: [], bare_http: [] };
const tookMs: Record<string, number[]> = { gateway: [], bare_fastify: [], bare_http: [] };
for (const port of Object.values(ports)) await askFor(port, (count) => count < warmUpRequests);
for (let round = 0; round < rounds; round += 1) {
  for (const [name, port] of Object.entries(ports)) {
    const endMs = performance.now() + (seconds * 1_000) / rounds / Object.keys(ports).length;
    const startedMs = performance.now();
    const times = await askFor(port, () => performance.now() < endMs);
    rates[name]?.push((1_000 * times.length) / (performance.now() - startedMs));
    tookMs[name]?.push(...times);
  }
}
for (const name of Object.keys(ports)) {
  print(`rest_requests.${name}.rate`, median(rates[name] ?? []), 'a second');
  print(`rest_requests.${name}.p99`, percentile(tookMs[name] ?? [], 0.99), 'ms');
}
print(
  'rest_requests.rate_ratio_to_bare_fastify',
  median(rates['gateway'] ?? []) / median(rates['bare_fastify'] ?? []),
  'x',
);
print(
  'rest_requests.rate_ratio_to_bare_http',
  median(rates['gateway'] ?? []) / median(rates['bare_http'] ?? []),
  'x',
);
await Promise.all([gateway.rest.close(), bareFastify.close()]);
bareHttp.close();

/** Everything of the face, and what is in memory behind it; nobody is slowed down. */
async function startGateway(): Promise<{ rest: RestServer; port: number }> {
  const commands = bindReadingCommands({
    clock: realClock,
    store: noStore,
    series: createSeriesDirectory(noStore),
    latest: () => values,
  });
  const principal: Principal = { kind: 'token', id: 'token:bench', scopes: new Set(scopes) };
  const unlimited = { perSecond: 1e9, burst: 1e9 };
  const rest = await createRestServer({
    dispatcher: createDispatcher(commands, { audit: noStore, clock: realClock, logger: silentLogger }),
    commands: commands.map(({ definition }) => definition),
    feed: createLiveFeed(),
    liveSnapshot: () => [],
    staticAssets: new Map(),
    clock: realClock,
    alarm: createRealAlarm(realClock),
    logger: silentLogger,
    audit: noStore,
    security: { note: () => undefined },
    credentials: {
      bearer: () => principal,
      signed: () => ({ confirm: () => principal }),
      isValid: () => true,
      onRemoved: () => () => undefined,
    },
    rates: { read: unlimited, control: unlimited, admin: unlimited },
    version: 'bench',
    hostNames: [],
  });
  return { rest, port: (await rest.listen({ host: '127.0.0.1', port: 0 })).port };
}

/** One after the other over one connection, while there is more to ask: how long each took, in ms. */
async function askFor(port: number, isMore: (count: number) => boolean): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  while (isMore(times.length)) {
    const startedMs = performance.now();
    const response = await ask(port, agent);
    response.resume();
    await once(response, 'end');
    times.push(performance.now() - startedMs);
  }
  agent.destroy();
  return times;
}

async function bodyOf(port: number): Promise<string> {
  let text = '';
  const agent = new Agent();
  for await (const part of (await ask(port, agent)).setEncoding('utf8')) text += String(part);
  agent.destroy();
  return text;
}

async function ask(port: number, agent: Agent): Promise<IncomingMessage> {
  const headers = { authorization: 'Bearer egw_bench' };
  const asked = request({ host: '127.0.0.1', port, path, headers, agent });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return response;
}
