import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { DatabaseService } from '../../../gateway/storage/database-service.ts';
import type { Database, RangeQuery, StoreCalls } from '../../../gateway/storage/store-calls.ts';
import { batchOf, internSeries, packAll, rollUpAll, type Sample } from '../scratch.ts';

export const zone = 'Europe/Paris';
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** Midnight in Paris. */
export const firstDayMs = Date.UTC(2026, 2, 10) - hourMs;

const seriesCount = 2;
/** The series that counts energy. */
const counter = 3;
const periodMs = 10 * 60_000;

/** In memory where the machine has such a place: what is tested is not the disk. */
export function scratchDirectory(t: Test): string {
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'egw-upkeep-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A database of so many days, in which everything is rolled up and packed that can be. */
export function openHistory(directory: string, days: number): DatabaseService {
  const service = new DatabaseService({ directory, zone, nowMs: firstDayMs });
  internSeries(service, seriesCount);
  service.internSeries([{ device: 'meter-1', quantity: 'grid_import_kwh' }]);
  for (let hour = 0; hour < days * 24; hour += 1) appendHour(service, hour);
  service.putSetting('colour', 'blue');
  settle(service, firstDayMs + days * dayMs);
  return service;
}

/** Computes and packs all that is due. */
export function settle(service: DatabaseService, nowMs: number): void {
  rollUpAll(service, nowMs);
  while (service.countEnergy(nowMs).remaining);
  packAll(service, nowMs);
}

/** The readings of one hour from the first day on, as one commit. */
export function appendHour(service: DatabaseService, hour: number): void {
  service.appendReadings({ bootId: 'boot', sequence: hour + 1 }, batchOf(samplesOf(hour)));
}

function samplesOf(hour: number): readonly Sample[] {
  const samples: Sample[] = [];
  for (let atMs = firstDayMs + hour * hourMs; atMs < firstDayMs + (hour + 1) * hourMs; atMs += periodMs) {
    for (let series = 1; series <= seriesCount; series += 1)
      samples.push([series, atMs, (atMs / 1000) % (97 + series)]);
    samples.push([counter, atMs, (atMs - firstDayMs) / hourMs]);
  }
  return samples;
}

/** All that can be read from an instant on, of every series. */
export function contentFrom(service: DatabaseService, fromMs: number): unknown {
  const parts: unknown[] = [service.listSeries(), service.latestReadings(), service.getSetting('colour')];
  for (let series = 1; series <= counter; series += 1) {
    const query: RangeQuery = { series, fromMs, toMs: Date.UTC(2100, 0, 1), rowsMax: 1_000_000 };
    parts.push(service.rawRange(query));
    for (const resolution of ['1m', '1h', '1d'] as const) parts.push(service.rollupRange(query, resolution));
  }
  const slots = service.energyRange({ series: [counter], fromMs, toMs: Date.UTC(2100, 0, 1) });
  return [...parts, slots];
}

/** What a whole check of the file finds; nothing when all is as it was written. */
export function damageOf(service: DatabaseService): string | null {
  let step = service.checkStep(null);
  while (step.cursor !== null) step = service.checkStep(step.cursor);
  return step.damage;
}

/** The database's calls as features make them. */
export function asStore(service: DatabaseService): Pick<Database, 'call'> {
  return {
    call: (name, ...parameters) =>
      Promise.resolve(
        Reflect.apply(service[name], service, parameters) as ReturnType<StoreCalls[typeof name]>,
      ),
  };
}

/** Writes the database anew to its end. */
export function rewrite(service: DatabaseService, kind: 'vacuum' | 'rotate', nowMs: number): void {
  const plan = service.beginRewrite(kind, nowMs);
  const copy = service.copyForRewrite(plan);
  while (service.finishRewrite(plan, copy, nowMs).remaining);
}
