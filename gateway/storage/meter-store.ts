import { GatewayError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { tariffBandInterval, tariffBands } from '../core/tariff-band.ts';
import type { TempoDay } from '../core/tempo-day.ts';
import { CheckedTable } from './checked-table.ts';
import type { Connection } from './connection.ts';
import { isSameRow } from './same-row.ts';
import type { MeteredInterval, MeterMark, ServerCalls } from './server-calls.ts';
import { storedChoice } from './stored-choice.ts';
import { storedDay } from './stored-day.ts';
import { storedText } from './stored-text.ts';
import { storedTime } from './stored-time.ts';
import { storedWhole } from './stored-whole.ts';
import { transact } from './transact.ts';

export interface MarkRow extends MeterMark {
  readonly meter: string;
}

export interface IntervalRow extends MeteredInterval {
  readonly meter: string;
}

const meterLengthMax = limits.seriesDeviceLengthMax + limits.quantityLengthMax + 1;
const kinds = ['measured', 'estimated', 'down'] as const;

/** What a meter counted, by tariff days and bands, and up to where. Both are on disk together, or neither. */
export class MeterStore {
  readonly #connection: Connection;
  readonly #intervals;
  readonly #marks;
  readonly #mark;
  readonly #same;
  readonly #range;
  readonly #dayAfter;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#intervals = intervalTable(connection);
    this.#marks = markTable(connection);
    this.#mark = this.#marks.query('WHERE meter = $meter');
    this.#same = this.#intervals.query(
      'WHERE meter = $meter AND day = $day AND start_ms = $startMs AND band = $band',
    );
    this.#range = this.#intervals.query(
      'WHERE meter = $meter AND day >= $first AND day < $before ORDER BY day, start_ms',
    );
    this.#dayAfter = connection
      .prepare<{ meter: string; first: TempoDay; last: TempoDay; daysMax: number }, TempoDay>(
        `SELECT DISTINCT day FROM metered_interval WHERE meter = $meter AND day >= $first AND day <= $last
         ORDER BY day LIMIT 1 OFFSET $daysMax`,
      )
      .pluck();
  }

  /** Errors: `input_invalid` names the interval, and nothing is changed then; `database_unreadable`. */
  put({ meter, mark, intervals }: Parameters<ServerCalls['putMetered']>[0]): void {
    const name = storedText('the name of a meter', meter, meterLengthMax);
    if (intervals.length > limits.meteredIntervalsMax)
      throw invalid(`${intervals.length} intervals in one go; ${limits.meteredIntervalsMax} are the most`);
    const rows = intervals.map((interval) => ({ meter: name, ...checkedInterval(interval) }));
    const markRow = { meter: name, ...checkedMark(mark) };
    const changed = rows.filter((row) => this.#same(row).every((known) => !isSameRow(known, row)));
    const [known] = this.#mark({ meter: name });
    const isMarkSame = known !== undefined && isSameRow(known, markRow);
    if (isMarkSame && changed.length === 0) return;
    transact(this.#connection, () => {
      for (const row of changed) this.#intervals.put(row);
      if (!isMarkSame) this.#marks.put(markRow);
    });
  }

  /** Errors: `database_unreadable`. */
  mark(meter: string): MeterMark | undefined {
    const [row] = this.#mark({ meter: meter.toWellFormed() });
    return row === undefined ? undefined : checkedMark(row);
  }

  /** Errors: `database_unreadable`. */
  list({
    meter,
    first,
    last,
    daysMax,
  }: Parameters<ServerCalls['listMetered']>[0]): ReturnType<ServerCalls['listMetered']> {
    const query = { meter: meter.toWellFormed(), first };
    const nextDay = this.#dayAfter.get({ ...query, last, daysMax });
    // After every date that begins with it.
    const before = nextDay ?? `${last}~`;
    const intervals = this.#range({ ...query, before }).map(intervalOf);
    return { intervals, ...(nextDay !== undefined && { nextDay }) };
  }
}

export function intervalTable(connection: Connection): CheckedTable<IntervalRow> {
  return new CheckedTable<IntervalRow>(connection, 'metered_interval', {
    meter: 'meter',
    day: 'day',
    startMs: 'start_ms',
    band: 'band',
    endMs: 'end_ms',
    kind: 'kind',
    mwh: 'mwh',
    startTotalMwh: 'start_total_mwh',
    endTotalMwh: 'end_total_mwh',
  });
}

export function markTable(connection: Connection): CheckedTable<MarkRow> {
  return new CheckedTable<MarkRow>(connection, 'meter_mark', {
    meter: 'meter',
    atMs: 'at_ms',
    totalMwh: 'total_mwh',
    restarts: 'restarts',
    firstDay: 'first_day',
  });
}

function checkedMark({ atMs, totalMwh, restarts, firstDay }: MeterMark): MeterMark {
  return {
    atMs: storedTime('the mark of a meter', atMs),
    totalMwh: storedWhole('the total of a meter', totalMwh),
    restarts: storedWhole('the restarts of a meter', restarts),
    firstDay: storedDay('the first day of a meter', firstDay),
  };
}

function checkedInterval(given: MeteredInterval): MeteredInterval {
  const day = storedDay('the day of an interval', given.day);
  const band = storedChoice(`the band of an interval of ${day}`, given.band, tariffBands);
  const what = `an interval of ${day}, ${band}`;
  const [startMs, endMs] = [storedTime(what, given.startMs), storedTime(what, given.endMs)];
  const whole = tariffBandInterval(day, band);
  if (startMs >= endMs || startMs < whole.startMs || endMs > whole.endMs)
    throw invalid(`${what}, from ${startMs} to ${endMs}, is empty, or not within its band`);
  const kind = storedChoice(`the kind of ${what}`, given.kind, kinds);
  const { mwh, startTotalMwh, endTotalMwh } = given;
  if ((mwh === null) !== (kind === 'down')) throw invalid(`${what} is ${kind} with ${mwh} mWh`);
  return {
    day,
    band,
    startMs,
    endMs,
    kind,
    mwh: wholeOrNull(`the energy of ${what}`, mwh),
    startTotalMwh: wholeOrNull(`the first total of ${what}`, startTotalMwh),
    endTotalMwh: wholeOrNull(`the last total of ${what}`, endTotalMwh),
  };
}

function wholeOrNull(what: string, number: number | null): number | null {
  return number === null ? null : storedWhole(what, number);
}

function invalid(why: string): GatewayError {
  return new GatewayError('input_invalid', `what a meter counted cannot be stored: ${why}`);
}

function intervalOf({
  day,
  band,
  startMs,
  endMs,
  kind,
  mwh,
  startTotalMwh,
  endTotalMwh,
}: IntervalRow): MeteredInterval {
  return { day, band, startMs, endMs, kind, mwh, startTotalMwh, endTotalMwh };
}
