import assert from 'node:assert/strict';
import { GatewayError } from '../../gateway/core/errors.ts';
import { qualityCode, type Quality } from '../../gateway/core/quality.ts';
import type { ReadingBatch, SeriesId } from '../../gateway/core/reading.ts';
import { DatabaseService } from '../../gateway/storage/database-service.ts';

/** One reading as a test writes it: series, time, value, quality (good unless said). */
export type Sample = readonly [series: SeriesId, atMs: number, value: number, quality?: Quality];

export const startMs = Date.UTC(2026, 2, 10);

export function batchOf(samples: readonly Sample[]): ReadingBatch {
  return {
    series: Uint32Array.from(samples, ([series]) => series),
    atMs: Float64Array.from(samples, ([, atMs]) => atMs),
    value: Float64Array.from(samples, ([, , value]) => value),
    quality: Uint8Array.from(samples, ([, , , quality]) => qualityCode(quality ?? 'good')),
  };
}

/** A database that is asked, before it closes, where every reading is that it ever acknowledged. */
class AccountedDatabase extends DatabaseService {
  override close(): void {
    assertAccount(this);
    super.close();
  }
}

export function openScratch(directory: string, zone = 'Europe/Paris'): DatabaseService {
  return new AccountedDatabase({ directory, zone, nowMs: startMs });
}

/** The law of the store: acknowledged = staged + packed + pruned + missing. */
export function assertAccount(service: Pick<DatabaseService, 'account'>): void {
  let account;
  try {
    account = service.account();
  } catch (error) {
    // What was spoilt on purpose cannot be counted.
    if (error instanceof GatewayError && error.code === 'database_unreadable') return;
    throw error;
  }
  const { acknowledged, staged, packed, pruned, missing } = account;
  assert.equal(staged + packed + pruned + missing, acknowledged, JSON.stringify(account));
}

/** So many series, whose ids are 1, 2, 3 ... in a new database. */
export function internSeries(service: DatabaseService, count: number): readonly SeriesId[] {
  const keys = Array.from({ length: count }, (_, index) => ({
    device: `meter-${index + 1}`,
    quantity: 'grid_power_w' as const,
  }));
  return service.internSeries(keys);
}

export function everything(series: SeriesId): {
  series: SeriesId;
  fromMs: number;
  toMs: number;
  rowsMax: number;
} {
  return { series, fromMs: 0, toMs: Date.UTC(2100, 0, 1), rowsMax: 1_000_000 };
}

export function rollUpAll(service: DatabaseService, nowMs: number): void {
  while (service.rollUp(nowMs).remaining);
  while (service.countEnergy(nowMs).remaining);
}

export function packAll(service: DatabaseService, nowMs: number): void {
  while (service.packReadings(nowMs).remaining);
}
