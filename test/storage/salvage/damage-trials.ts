import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import type { CheckCursor } from '../../../gateway/storage/store-calls.ts';
import { damage, kindFor, seeded, type DamageKind } from './damage.ts';
import { buildHome, copyHome, endMs, openHome, readAnswers, type Answers } from './damaged-home.ts';

export interface DamageTrials {
  readonly trials: number;
  /** Trials in which anything was answered that is not so, before or after the check. */
  readonly wrong: readonly string[];
  /** Trials after which something is missing, and nothing says so. */
  readonly silent: readonly string[];
  /** Trials after which the database could not be used. */
  readonly unusable: readonly string[];
  /** Of all that had been in the files, in the trials that left most of a file: the share that is answered after all. */
  readonly keptShare: number;
  /** Damaged files that SQLite's integrity_check calls good. */
  readonly unnoticedBySqlite: number;
  /** Trials in which damage changed an answer, or was found. */
  readonly noticed: number;
  readonly recoveryMsMax: number;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

interface Trial {
  readonly kind: DamageKind;
  readonly label: string;
  readonly wrong: readonly string[];
  readonly isSilent: boolean;
  readonly isUnusable: boolean;
  readonly isFound: boolean;
  readonly kept: number;
  readonly isGoodForSqlite: boolean;
  readonly recoveryMs: number;
}

/** Whole files of which little is left are counted, but not as rows that could have been salvaged. */
const mostlyThere: ReadonlySet<DamageKind> = new Set(['flip', 'flips', 'header', 'page', 'log page']);

/**
 * Damages a home's database at random so many times, opens it, reads everything, has it checked, and reads everything
 * again, comparing each answer with what had been stored. The same seed damages the same places.
 */
export function runDamageTrials(directory: string, count: number, seed: number): DamageTrials {
  const home = buildHome(join(directory, 'home'));
  const random = seeded(seed);
  const trials: Trial[] = [];
  for (let number = 0; number < count; number += 1) {
    const place = join(directory, 'trial');
    copyHome(random() < 0.5 ? home.live : home.closed, place);
    const kind = kindFor(random);
    const label = `seed ${seed}, trial ${number}: ${damage(place, kind, random)}`;
    trials.push(runTrial(place, { kind, label }, home.truth));
  }
  const rated = trials.filter(({ kind }) => mostlyThere.has(kind));
  return {
    trials: count,
    wrong: trials.flatMap(({ label, wrong }) =>
      wrong.length > 0 ? [`${label}: ${wrong.slice(0, 3).join('; ')}`] : [],
    ),
    silent: trials.flatMap(({ label, isSilent }) => (isSilent ? [label] : [])),
    unusable: trials.flatMap(({ label, isUnusable }) => (isUnusable ? [label] : [])),
    keptShare: rated.reduce((sum, { kept }) => sum + kept, 0) / (rated.length * home.truth.size),
    unnoticedBySqlite: trials.filter(({ isGoodForSqlite, isFound }) => isFound && isGoodForSqlite).length,
    noticed: trials.filter(({ isFound }) => isFound).length,
    recoveryMsMax: Math.max(...trials.map(({ recoveryMs }) => recoveryMs)),
  };
}

function runTrial(
  directory: string,
  { kind, label }: { readonly kind: DamageKind; readonly label: string },
  truth: Answers,
): Trial {
  const isGoodForSqlite = sqliteSaysGood(directory);
  const startedMs = performance.now();
  const base = { kind, label, isGoodForSqlite };
  let service: DatabaseService;
  let refusals = 0;
  try {
    service = openHome(directory);
    const recoveryMs = performance.now() - startedMs;
    const first = readAnswers(service, () => (refusals += 1));
    const isDamaged = checkAll(service);
    const last = isDamaged ? readAnswers(service, () => (refusals += 1)) : first;
    const gaps = service.listGaps({ beforeNumber: 2 ** 31, rowsMax: 1_000 });
    const isFound = refusals > 0 || isDamaged || service.salvageNote() !== null || gaps.length > 0;
    const spans = gaps.map(({ fromMs, toMs }) => ({ fromMs: fromMs ?? 0, toMs: toMs ?? endMs }));
    const wrong = [...wrongOf(first, truth, isFound ? spans : []), ...wrongOf(last, truth, spans)];
    const missing = [...truth.keys()].filter((name) => last.get(name) !== truth.get(name));
    const again = checkAll(service);
    service.close();
    return {
      ...base,
      wrong: again ? [...wrong, 'still damaged after salvaging'] : wrong,
      isSilent: missing.length > 0 && !isFound,
      isUnusable: false,
      isFound,
      kept: truth.size - missing.length,
      recoveryMs,
    };
  } catch (error) {
    const said = `${label}: ${String(error)}`;
    return {
      ...base,
      label: said,
      wrong: [],
      isSilent: false,
      isUnusable: true,
      isFound: true,
      kept: 0,
      recoveryMs: 0,
    };
  }
}

/** Answers that are not what had been stored; windows in which readings are known to be missing may be smaller. */
function wrongOf(answers: Answers, truth: Answers, gaps: readonly Span[]): string[] {
  const wrong: string[] = [];
  for (const [name, row] of answers) {
    if (truth.get(name) === row) continue;
    const isExcused =
      isWindowOf(name, gaps) || (name.startsWith('latest') && gaps.length > 0 && isSomeReading(row, truth));
    if (!isExcused) wrong.push(`${name} is ${row}, not ${truth.get(name) ?? 'there'}`);
  }
  return wrong;
}

function isWindowOf(name: string, gaps: readonly Span[]): boolean {
  const [what = '', , startMs, endMs] = name.split(' ');
  if (!['1m', '1h', '1d'].includes(what)) return false;
  return gaps.some(({ fromMs, toMs }) => Number(startMs) < toMs && Number(endMs) > fromMs);
}

/** When the newest reading is lost, the one before it is the newest. */
function isSomeReading(row: string, truth: Answers): boolean {
  const { atMs, ...reading } = JSON.parse(row) as { atMs: number };
  return [...truth].some(([name, known]) => name.endsWith(` ${atMs}`) && known === JSON.stringify(reading));
}

/** Whether a check of everything finds damage. */
function checkAll(service: DatabaseService): boolean {
  let cursor: CheckCursor | null = null;
  do {
    const step = service.checkStep(cursor);
    if (step.damage !== null) return true;
    cursor = step.cursor;
  } while (cursor !== null);
  return false;
}

/** Asked of a copy: opening a database throws its log's index away. */
function sqliteSaysGood(directory: string): boolean {
  const copy = `${directory}-copy`;
  copyHome(directory, copy);
  try {
    const connection = new Sqlite(join(copy, 'egw.db'));
    try {
      return connection.pragma('integrity_check', { simple: true }) === 'ok';
    } finally {
      connection.close();
    }
  } catch {
    return false;
  }
}
