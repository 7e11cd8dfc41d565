/**
 * An outage: 60 readings a minute of ten values, sealed every minute and sent to nobody, with packing, as fast as it
 * goes. What the database takes then, and how long drafting and sealing hold its worker.
 * `node dist/bench/telemetry-outage.js [--days 7]`
 */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openInProcessDatabase } from '../gateway/storage/index.ts';
import type { Database } from '../gateway/storage/store-calls.ts';
import { median, numberArgument, percentile, print, printAim } from './measure.ts';

const startMs = Date.UTC(2026, 2, 10);
const commitMs = 10_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;
const seriesCount = 10;
const days = numberArgument('days', 7);
// Time is not spent on a disk here: what is counted are bytes, and milliseconds of the processor.
const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'egw-outage-'));

try {
  await outage(await openInProcessDatabase({ directory: root, zone: 'Europe/Paris', nowMs: startMs }));
} finally {
  rmSync(root, { recursive: true });
}

async function outage(database: Database): Promise<void> {
  const keys = Array.from({ length: seriesCount }, (_, index) => ({
    device: `device-${index % 3}`,
    quantity: `value_${index}_w`,
  }));
  const ids = Uint32Array.from(await database.call('internSeries', keys));
  await database.call('openTelemetry', {
    gateway: 'abcdefgh23456789',
    publicKey: 'x'.repeat(43),
    algorithm: 'Ed25519',
    newEpoch: '0123456789abcdef',
    atMs: startMs,
  });
  const sealedMs: number[] = [];
  const commits = (days * 24 * hourMs) / commitMs;
  for (let commit = 1; commit <= commits; commit += 1) {
    const nowMs = startMs + commit * commitMs;
    await database.call(
      'appendReadings',
      { bootId: 'boot', sequence: commit },
      {
        series: ids,
        atMs: new Float64Array(seriesCount).fill(nowMs).map((atMs, index) => atMs - index * 37),
        value: Float64Array.from(ids, (id) =>
          Math.round(2_000 + 900 * Math.sin(commit / 99 + id) + ((commit * 7919 * id) % 61)),
        ),
        quality: new Uint8Array(seriesCount),
      },
    );
    if (nowMs % minuteMs === 0) sealedMs.push(await seal(database, nowMs));
    if (nowMs % (5 * minuteMs) === 0) while ((await database.call('packReadings', nowMs)).remaining);
  }
  await report(database, sealedMs);
}

/** Answers how long drafting and sealing took. */
async function seal(database: Database, nowMs: number): Promise<number> {
  const begunMs = performance.now();
  const draft = await database.call('draftTelemetry', { readingsMax: 1_000, spanMsMax: minuteMs });
  if (draft === undefined) return 0;
  const { to, head } = draft;
  await database.call('sealTelemetry', { to, head, signature: 's'.repeat(86), atMs: nowMs });
  return performance.now() - begunMs;
}

async function report(database: Database, sealedMs: readonly number[]): Promise<void> {
  const { readings, batches, bytes } = await database.call('telemetryStatus');
  await database.close();
  const megabytes = statSync(join(root, 'egw.db')).size / 1e6;
  print('telemetry_outage.readings', readings, 'readings');
  print('telemetry_outage.batches', batches, 'batches');
  print('telemetry_outage.outbox', bytes / readings, 'B/reading');
  printAim('telemetry_outage.database', megabytes, 'MB', megabytes <= 200);
  const typicalMs = median(sealedMs);
  printAim('telemetry_outage.sealing.p50', typicalMs, 'ms', typicalMs <= 5);
  print('telemetry_outage.sealing.p99', percentile(sealedMs, 0.99), 'ms');
}
