import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodeOf } from '../../../gateway/core/errors.ts';
import { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { everything, internSeries, packAll, rollUpAll, startMs } from '../scratch.ts';

export const zone = 'Europe/Paris';
const bootId = 'boot';
const periodMs = 10_000;
const hours = 0.75;
const seriesCount = 3;
const files = ['egw.db', 'egw.db-wal', 'egw.db-shm'];
export const endMs = startMs + hours * 3_600_000;

/** Everything that a gateway answers of its past, by a name for each row. */
export type Answers = ReadonlyMap<string, string>;

export function openHome(directory: string): DatabaseService {
  return new DatabaseService({ directory, zone, nowMs: endMs });
}

/**
 * 45 minutes of three series, packed but for the newest minutes, with windows, energy, settings and a token. In
 * `live/` as a power cut would leave it, with a write-ahead log; in `closed/` without one.
 */
export function buildHome(directory: string): {
  readonly live: string;
  readonly closed: string;
  readonly truth: Answers;
} {
  const closed = join(directory, 'closed');
  const live = join(directory, 'live');
  for (const folder of [closed, live]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  const service = new DatabaseService({ directory: closed, zone, nowMs: startMs });
  const ids = internSeries(service, seriesCount);
  for (let index = 0; index < 12; index += 1)
    service.putSetting(`setting-${index}`, `${'value '.repeat(index)}é`);
  service.addToken({
    id: 'token',
    label: 'page',
    secretHash: 'a'.repeat(64),
    scopes: ['read'],
    createdMs: startMs,
    expiresMs: endMs,
  });
  const commits = (hours * 3_600_000) / periodMs;
  for (let sequence = 1; sequence <= commits; sequence += 1) {
    const atMs = startMs + (sequence - 1) * periodMs;
    service.appendReadings(
      { bootId, sequence },
      {
        series: Uint32Array.from(ids),
        atMs: Float64Array.from(ids, (id) => atMs + id),
        value: Float64Array.from(ids, (id) => Math.round(900 * Math.sin(sequence / 40 + id)) / 10),
        quality: Uint8Array.from(ids, (id) => (sequence % 97 === id ? 2 : 0)),
      },
    );
    if (sequence % 30 === 0) {
      rollUpAll(service, atMs);
      packAll(service, atMs);
      service.countEnergy(atMs);
    }
    if (sequence === commits - 40) service.close();
    if (sequence === commits - 40) return finish(closed, live, sequence);
  }
  throw new RangeError('the home has too few commits');
}

/** The newest commits stand in the log alone. */
function finish(closed: string, live: string, last: number): ReturnType<typeof buildHome> {
  const service = openHome(closed);
  const ids = service.listSeries().map(({ id }) => id);
  for (let sequence = last + 1; sequence <= last + 40; sequence += 1) {
    const atMs = startMs + (sequence - 1) * periodMs;
    service.appendReadings(
      { bootId: 'boot-2', sequence },
      {
        series: Uint32Array.from(ids),
        atMs: Float64Array.from(ids, (id) => atMs + id),
        value: Float64Array.from(ids, (id) => id + sequence),
        quality: new Uint8Array(ids.length),
      },
    );
  }
  for (const name of files) copyFileSync(join(closed, name), join(live, name));
  const truth = readAnswers(service, () => undefined);
  service.close();
  return { closed, live, truth };
}

/** Copies the files of a home; the rest of the target is removed. */
export function copyHome(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  for (const name of files) {
    if (existsSync(join(from, name))) copyFileSync(join(from, name), join(to, name));
  }
}

/** Reads all of it; what is refused as damaged is asked for once more, since it is salvaged meanwhile. */
export function readAnswers(service: DatabaseService, refused: () => void): Answers {
  const answers = new Map<string, string>();
  const add = (name: string, row: unknown): void => {
    const isDouble = answers.has(name);
    answers.set(isDouble ? `${name} again` : name, JSON.stringify(row));
  };
  const ask = <Answer>(call: () => Answer): Answer => {
    try {
      return call();
    } catch (error) {
      if (errorCodeOf(error) !== 'database_unreadable') throw error;
      refused();
      return call();
    }
  };
  for (const { id, device, quantity } of ask(() => service.listSeries())) {
    add(`series ${id}`, [device, quantity]);
    for (const { atMs, ...row } of ask(() => service.rawRange(everything(id))).rows)
      add(`raw ${device} ${atMs}`, row);
    for (const level of ['1m', '1h', '1d'] as const) {
      for (const row of ask(() => service.rollupRange(everything(id), level)).rows) {
        add(`${level} ${device} ${row.startMs} ${row.endMs}`, row);
      }
    }
  }
  for (const { series, ...row } of ask(() => service.latestReadings())) add(`latest ${series}`, row);
  for (let index = 0; index < 12; index += 1) {
    const value = ask(() => service.getSetting(`setting-${index}`));
    if (value !== undefined) add(`setting ${index}`, value);
  }
  return answers;
}
