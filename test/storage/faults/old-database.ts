import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { schemaVersion } from '../../../gateway/storage/migrations/index.ts';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { newJob } from '../jobs.ts';
import { naiveRollup } from '../naive-rollup.ts';
import { batchOf, everything, openScratch, startMs, type Sample } from '../scratch.ts';
import { integrityFaults, type Fault } from './store-verdict.ts';

/** Real databases of earlier schemas, which programs of their time wrote. */
export const oldVersions = [1, 2, 3, 4, 5, 10, 13, 14] as const;
export type OldVersion = (typeof oldVersions)[number];

const zone = 'Europe/Paris';
const stepMs = 10_000;
const commits = 720;

/** Two hours, a commit of these each 10 s. */
const samples: readonly Sample[] = Array.from({ length: commits }, (_, index): Sample[] => {
  const atMs = startMs + index * stepMs;
  return [
    [1, atMs, (index % 300) - 100],
    [2, atMs, 1000 + index / 100],
    index % 50 === 0 ? [3, atMs + 7, NaN, 'missing'] : [3, atMs + 7, (index * 7) % 900],
  ];
}).flat();

/** Puts the database into the directory, as it was left then. */
export function placeOldDatabase(version: OldVersion, directory: string): void {
  const packed = new URL(`../migrations/fixtures/schema-${version}.db.gz`, import.meta.url);
  writeFileSync(join(directory, 'egw.db'), gunzipSync(readFileSync(packed)));
}

/** What today's program finds wrong with it, opening it and going on with it. */
function judgeOldDatabase(version: OldVersion, directory: string): readonly Fault[] {
  try {
    const service = openScratch(directory, zone);
    try {
      const faults = [...contentFaults(service), ...recordFaults(version, service)];
      const next = batchOf([[1, startMs + commits * stepMs, 1]]);
      const { commit } = service.appendReadings({ bootId: 'today', sequence: 1 }, next);
      return commit === commits + 1 ? faults : [...faults, wrong(`the next commit is ${commit}`)];
    } finally {
      service.close();
    }
  } catch (error) {
    return [wrong(`it cannot be used: ${error instanceof Error ? error.message : String(error)}`)];
  }
}

/** The same, and SQLite's own check. */
export function judgeOldFiles(version: OldVersion, directory: string): readonly Fault[] {
  return [...judgeOldDatabase(version, directory), ...integrityFaults(directory)];
}

function contentFaults(service: DatabaseService): Fault[] {
  const faults: Fault[] = [];
  const status = service.databaseStatus();
  const { commits: there, readings, schemaVersion: version } = status;
  if (there !== commits || readings !== samples.length || version !== schemaVersion) {
    faults.push(wrong(`it has ${there} commits and ${readings} readings, schema ${version}`));
  }
  for (const series of [1, 2, 3]) {
    const { rows } = service.rawRange(everything(series));
    const expected = samples
      .filter(([id]) => id === series)
      .map(([, atMs, value, quality = 'good']) => ({
        atMs,
        value: Number.isNaN(value) ? null : value,
        quality,
      }));
    if (JSON.stringify(rows) !== JSON.stringify(expected)) faults.push(lost(`readings of series ${series}`));
    for (const resolution of ['1m', '1h', '1d'] as const) {
      const windows = service.rollupRange(everything(series), resolution).rows;
      const naive = naiveRollup(samples, { series, resolution, zone });
      if (!isClose(windows, naive)) faults.push(wrong(`${resolution} of series ${series}`));
    }
  }
  return faults;
}

/** A mean is a sum of rounded ones: it may differ in its last digits. */
function isClose(left: readonly object[], right: readonly object[]): boolean {
  const text = (rows: readonly object[]): string =>
    JSON.stringify(rows, (_, value: unknown) =>
      typeof value === 'number' && !Number.isInteger(value) ? value.toPrecision(12) : value,
    );
  return text(left) === text(right);
}

function recordFaults(version: OldVersion, service: DatabaseService): Fault[] {
  const found = {
    series: service.listSeries().map(({ device, quantity }) => `${device} ${quantity}`),
    ...(version >= 3 && {
      setting: service.getSetting('device-identity:meter'),
      tokens: service.listTokens().map(({ id }) => id),
      audit: service.listAuditLines({ beforeMs: Infinity, rowsMax: 10 }).length,
    }),
    ...(version >= 4 && { orders: service.listControls().open.map(({ id }) => id) }),
    ...(version >= 13 && outsideRecords(service)),
    ...(version >= 14 && jobRecords(service)),
  };
  const expected = {
    series: [
      'meter grid_power_w',
      'meter grid_import_kwh',
      'inverter pv_power_w',
      ...(version >= 13 ? ['meter model'] : []),
    ],
    ...(version >= 3 && { setting: '{"serial":"12345"}', tokens: ['token-1'], audit: 1 }),
    ...(version >= 4 && { orders: ['intent-1'] }),
    ...(version >= 13 && {
      texts: ['meter model P1'],
      keys: ['0123456789ab'],
      events: ['token.invalid'],
      sequence: 5,
      batches: 100,
    }),
    ...(version >= 14 && {
      jobs: ['2 waiting {"reason":"better_later"}', '1 done null'],
      runs: ['1 done'],
      output: 'well\n',
      known: { id: 1, isNew: false },
      carbon: [54.5],
    }),
  };
  const isSame = JSON.stringify(found) === JSON.stringify(expected);
  return isSame ? [] : [lost(`${JSON.stringify(found)} is not ${JSON.stringify(expected)}`)];
}

function outsideRecords(service: DatabaseService): Readonly<Record<string, unknown>> {
  return {
    texts: service.latestTexts().map(({ device, quantity, text }) => `${device} ${quantity} ${text}`),
    keys: service.listClientKeys().map(({ id }) => id),
    events: service.listSecurityEvents({ beforeMs: Infinity, rowsMax: 10 }).map(({ kind }) => kind),
    sequence: service.lastCloudSequence('ops'),
    batches: service.telemetryStatus().batches,
  };
}

function jobRecords(service: DatabaseService): Readonly<Record<string, unknown>> {
  const hours = service.listGridHours({ zone: 'FR', fromMs: 0, toMs: startMs + 1, rowsMax: 9 });
  return {
    jobs: service.listJobs({ rowsMax: 9 }).map(({ id, state, decision }) => `${id} ${state} ${decision}`),
    runs: service.listJobRuns(1).map(({ attempt, outcome }) => `${attempt} ${outcome}`),
    output: service.jobOutput(1, 1),
    known: service.addJob({ ...newJob, originKey: 'spool:done' }),
    carbon: hours.map(({ carbonGramsPerKwh }) => carbonGramsPerKwh),
  };
}

function lost(what: string): Fault {
  return { kind: 'lost', what };
}

function wrong(what: string): Fault {
  return { kind: 'wrong', what };
}
