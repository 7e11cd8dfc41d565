/**
 * A backend that is away for a week, in virtual time: 10 series each 10 s, committed, rolled up and packed as ever.
 * Then it is back, over real HTTP: how much was lost and doubled, how large the database grew, how soon what is new
 * arrives, and how fast what was missed. `node dist/bench/outage-week.js [--days 7]`.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { monotonicMs, wallMs } from '../gateway/core/clock.ts';
import { silentLogger } from '../gateway/core/logger.ts';
import type { TaskDefinition } from '../gateway/engine/task.ts';
import { TimeLimiter } from '../gateway/engine/time-limit.ts';
import { createSchemaChecks } from '../gateway/faces/commands/schema-check.ts';
import { createIdentity } from '../gateway/features/identity/create-identity.ts';
import { parsePublicKey } from '../gateway/features/public-key.ts';
import { ackReader } from '../gateway/features/telemetry/read-ack.ts';
import { StateMessages } from '../gateway/features/telemetry/state-messages.ts';
import { TelemetrySealer } from '../gateway/features/telemetry/telemetry-sealer.ts';
import { UplinkSender } from '../gateway/features/telemetry/uplink-sender.ts';
import { http } from '../gateway/io/uplinks/http.ts';
import { openInProcessDatabase } from '../gateway/storage/index.ts';
import { createRealHttp } from '../gateway/system/real-http.ts';
import { CloudBackendServer } from '../modbus-sim/services/cloud-backend-server.ts';
import { CloudBackend } from '../modbus-sim/services/cloud-backend.ts';
import { temporaryDirectory } from './gateway/gateway-process.ts';
import { numberArgument, print, printAim } from './measure.ts';

const series = 10;
const periodMs = 10_000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const drainPerSecondMin = 2_000;
const databaseMbMax = 200;
const liveMsMax = 5_000;
const duplicatesShareMax = 0.02;

const startMs = Date.UTC(2026, 2, 10);
let nowMs = startMs;
const clock = { wall: () => wallMs(nowMs), monotonic: () => monotonicMs(nowMs) };
const alarm = { at: () => () => undefined, nextTurn: () => () => undefined };
const days = numberArgument('days', 7);

const directory = temporaryDirectory();
const database = await openInProcessDatabase({
  directory: directory.path,
  zone: 'Europe/Paris',
  nowMs: startMs,
});
const { privateKey } = generateKeyPairSync('ed25519');
const key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
const publicKey = Buffer.from(String(createPublicKey(key).export({ format: 'jwk' }).x), 'base64url');
const identity = createIdentity(
  {
    algorithm: 'Ed25519',
    publicKey,
    sign: (message) => Promise.resolve(sign(null, message, key)),
    close: () => Promise.resolve(),
  },
  clock,
);
const backend = new CloudBackend(1);
const server = await CloudBackendServer.start({ backend, nowMs: () => nowMs });
const client = createRealHttp({
  resolver: { resolve: () => Promise.resolve(['127.0.0.1']) },
  refuseAddress: () => undefined,
});
const shared = { clock, logger: silentLogger, store: database, identity, isOnline: () => sender.isUp };
const sealer: TelemetrySealer = new TelemetrySealer({
  ...shared,
  bootId: 'bench',
  version: '0.0.0',
  newEpoch: () => '00112233445566aa',
  sealed: () => undefined,
});
const sender: UplinkSender = new UplinkSender(
  {
    id: 'cloud',
    definition: http,
    options: { url: server.url },
    ackKey: parsePublicKey(backend.ackKey),
    backlogReadingsPerSecond: 5_000,
  },
  {
    ...shared,
    uplink: { clock, logger: silentLogger, http: client, network: { connectTcp: nobody }, identity },
    limiter: new TimeLimiter({ clock, alarm }),
    version: '0.0.0',
    security: { note: () => undefined },
    readAck: ackReader(createSchemaChecks()),
    issuerKey: () => undefined,
    hasIssuers: () => false,
    sealed: () => sealer.place,
    states: new StateMessages({ ...shared, state: () => ({}), everyMs: hourMs, changed: () => undefined }),
    receive: () => undefined,
    wake: () => undefined,
    turned: () => undefined,
  },
);

const ids = await database.call(
  'internSeries',
  Array.from({ length: series }, (_, index) => ({ device: `meter-${index}`, quantity: 'grid_power_w' })),
);
const batch = {
  series: Uint32Array.from(ids),
  quality: new Uint8Array(series),
};
let commits = 0;

await runTask(sealer.task());
await runTask(sender.task());
backend.manners.status = 500;
const endMs = nowMs + days * 24 * hourMs;
const startedMs = performance.now();
while (nowMs < endMs) await liveThrough();
print('outage_week.simulated_in', (performance.now() - startedMs) / 1_000, 's');
const databaseMb = megabytes(directory.path);
backend.manners.status = undefined;

await commit();
const backMs = nowMs;
const newest = nowMs;
let liveMs = Number.POSITIVE_INFINITY;
const drainStartedMs = performance.now();
const shelf = backend.shelfOf(identity.gatewayId);
const wanted = commits * series;
while (shelf.place()?.to !== sealer.place?.sequence || liveMs === Number.POSITIVE_INFINITY) {
  nowMs += 2_000;
  await runTask(sealer.task());
  await runTask(sender.task()).catch(() => undefined);
  if (liveMs === Number.POSITIVE_INFINITY && newestArrived()) liveMs = nowMs - backMs;
  if (nowMs > backMs + hourMs) break;
}
const drainVirtualSeconds = (nowMs - backMs) / 1_000;
const had = shelf.readings;
const distinct = new Set(had).size;
printAim('outage_week.readings', wanted, 'readings', wanted === Math.round(days * 8_640) * series + series);
printAim('outage_week.lost', wanted - distinct, 'readings', wanted === distinct);
printAim(
  'outage_week.doubled_after_deduplication',
  had.length - distinct,
  'readings',
  had.length === distinct,
);
const share = shelf.duplicates / Math.max(1, shelf.arrivals.length);
printAim('outage_week.sent_twice', share * 100, '%', share <= duplicatesShareMax);
printAim('outage_week.database', databaseMb, 'MB', databaseMb <= databaseMbMax);
printAim('outage_week.live_after', liveMs, 'ms', liveMs <= liveMsMax);
const paced = wanted / drainVirtualSeconds;
printAim('outage_week.drained_paced', paced, 'readings/s', paced >= drainPerSecondMin);
const real = wanted / ((performance.now() - drainStartedMs) / 1_000);
printAim('outage_week.drained_real', real, 'readings/s', real >= drainPerSecondMin);
printAim(
  'outage_week.problems_found_by_the_backend',
  backend.problems.length,
  'problems',
  backend.problems.length === 0,
);
await sender.stop();
await server.close();
client.close();
await database.close();
directory.remove();

/** Ten seconds of it; once a minute what the gateway does besides. */
async function liveThrough(): Promise<void> {
  await commit();
  nowMs += periodMs;
  if (nowMs % minuteMs !== 0) return;
  await runTask(sealer.task());
  await runTask(sender.task()).catch(() => undefined);
  if (nowMs % (5 * minuteMs) !== 0) return;
  while ((await database.call('rollUp', nowMs)).remaining);
  while ((await database.call('packReadings', nowMs)).remaining);
}

async function commit(): Promise<void> {
  commits += 1;
  await database.call(
    'appendReadings',
    { bootId: 'bench', sequence: commits },
    {
      ...batch,
      atMs: new Float64Array(series).fill(nowMs),
      value: Float64Array.from(ids, (_, index) => Math.round(1_000 * Math.sin(commits / 90 + index))),
    },
  );
}

function newestArrived(): boolean {
  return shelf.batches.some(({ records }) => JSON.stringify(records).includes(`[${newest},`));
}

async function runTask(task: TaskDefinition): Promise<void> {
  const { signal } = new AbortController();
  await task.run({ clock, signal, logger: silentLogger, dueMs: clock.monotonic() });
}

function megabytes(path: string): number {
  const files = readdirSync(path).filter((name) => name.startsWith('egw.db'));
  return files.reduce((sum, name) => sum + statSync(join(path, name)).size, 0) / 1_048_576;
}

function nobody(): Promise<never> {
  return Promise.reject(new Error('nobody is there'));
}
