import { frenchInstantMs, addDays, type TempoDay } from '../../../core/tempo-day.ts';
import { microEurosOf } from '../../../core/micro-euros.ts';
import { oneLine } from '../../plain-text.ts';
import type { TsmContents } from './tsm-contents.ts';
import {
  amountOf,
  cellOf,
  dayOf,
  idOf,
  isEpoch,
  numberOf,
  type Refuse,
  type TsmRow,
  type TsmTables,
} from './tsm-table.ts';

type People = Pick<TsmContents, 'members' | 'presences' | 'derogations' | 'statements'> & {
  /** Who had all rights there. */
  readonly admins: readonly string[];
};

const dayStartHour = 6;
const nameLengthMax = 100;
/** Turns around the letters beside it, or is not seen. */
const unseen = /[\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g;
const noId = 'the id of its user is no number';

/** Users, when they were there, what they wanted and what they owe. */
export function readPeople(tables: TsmTables, refuse: Refuse): People {
  const rowsOf = (table: string): readonly TsmRow[] => tables.get(table) ?? [];
  const users = rowsOf('user').flatMap((row) => {
    const id = idOf(cellOf(row, 'id'));
    if (id !== undefined) return [{ row, id }];
    refuse(row.where, noId);
    return [];
  });
  const admins = users.filter(({ row }) => (numberOf(cellOf(row, 'permission_level')) ?? 0) > 0);
  const own = users.filter(({ row }) => cellOf(row, 'arrival_date') !== null).map(({ row }) => row);
  const presenceRows = [...own, ...rowsOf('user_presence_status')];
  return {
    members: users.map(({ row, id }) => ({ id, name: nameOf(row, id), where: row.where })),
    presences: presenceRows.flatMap((row) => presenceOf(row, refuse) ?? []),
    derogations: rowsOf('derogation').flatMap((row) => derogationOf(row, refuse) ?? []),
    statements: rowsOf('payment_schedule').flatMap((row) => statementOf(row, refuse) ?? []),
    admins: admins.map(({ id }) => id),
  };
}

function nameOf(row: TsmRow, id: string): string {
  const name = oneLine(String(cellOf(row, 'username') ?? ''), nameLengthMax).replace(unseen, '');
  return name === '' ? id : name;
}

function userOf(row: TsmRow): string | undefined {
  return idOf(cellOf(row, 'id_user', 'user_id'));
}

/** Of a user, or of a row of its own. */
function presenceOf(row: TsmRow, refuse: Refuse): TsmContents['presences'][number] | undefined {
  const member = userOf(row) ?? (row.where.startsWith('user row') ? idOf(cellOf(row, 'id')) : undefined);
  const [written, left] = [cellOf(row, 'arrival_date'), cellOf(row, 'leave_date')];
  const [arrival, leave] = [dayOf(written), left === null ? null : dayOf(left)];
  if (member === undefined) refuse(row.where, noId);
  else if (arrival === undefined) refuse(row.where, `its arrival, ${String(written)}, is no date`);
  else if (leave === undefined) refuse(row.where, `its leaving, ${String(left)}, is no date`);
  else return { member, arrival, leave, where: row.where };
  return undefined;
}

/** A whole tariff day, or hours: of a date where they are 0 to 24, else epoch seconds. */
function derogationOf(row: TsmRow, refuse: Refuse): TsmContents['derogations'][number] | undefined {
  const member = userOf(row);
  const day = dayOf(cellOf(row, 'date', 'day'));
  const [start, end] = ['start', 'end'].map((word) =>
    numberOf(cellOf(row, `${word}_hour`, `hour_${word}`, word === 'start' ? 'begin_hour' : 'finish_hour')),
  );
  if (member === undefined) {
    refuse(row.where, noId);
    return undefined;
  }
  const isWhole = start === undefined && end === undefined;
  const startMs = isWhole ? instantOf(dayStartHour, day) : instantOf(start, day);
  const endMs = isWhole ? instantOf(dayStartHour, day && addDays(day, 1)) : instantOf(end, day);
  if (startMs === undefined || endMs === undefined) refuse(row.where, 'its day or its hours are none');
  else if (endMs <= startMs) refuse(row.where, 'it ends before it begins');
  else return { member, startMs, endMs, where: row.where };
  return undefined;
}

function instantOf(hour: number | undefined, day: TempoDay | undefined): number | undefined {
  if (hour === undefined || hour < 0) return undefined;
  if (hour > 24) return isEpoch(hour) ? Math.round(hour) * 1_000 : undefined;
  if (day === undefined || !Number.isInteger(hour)) return undefined;
  return hour === 24 ? frenchInstantMs(addDays(day, 1), 0) : frenchInstantMs(day, hour);
}

function statementOf(row: TsmRow, refuse: Refuse): TsmContents['statements'][number] | undefined {
  const member = userOf(row);
  const period = String(cellOf(row, 'period', 'year') ?? '');
  const euros = amountOf(cellOf(row, 'amount'));
  if (member === undefined) refuse(row.where, noId);
  else if (!/^(19|20)[0-9]{2}$/.test(period)) refuse(row.where, `its period, ${period}, is no calendar year`);
  else if (euros === undefined) refuse(row.where, 'its amount is no number');
  else {
    const year = Number(period);
    const microEuros = microEurosOf(euros);
    return { year, member, microEuros, paidDay: paidDayOf(row, year), where: row.where };
  }
  return undefined;
}

/** Where it only says that it was paid, it was not before the year was over. */
function paidDayOf(row: TsmRow, year: number): TempoDay | null {
  const paid = cellOf(row, 'paid');
  if (paid === null || paid === 0 || paid === '0' || /^false$/i.test(String(paid))) return null;
  return dayOf(paid) ?? `${year + 1}-01-01`;
}
