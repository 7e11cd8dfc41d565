import { tariffBandAt, tariffBandInterval, tariffBands, type TariffBand } from '../../../core/tariff-band.ts';
import { frenchInstantMs, type TempoDay } from '../../../core/tempo-day.ts';
import type { TsmMark, TsmStretch } from './tsm-contents.ts';
import {
  amountOf,
  cellOf,
  dayOf,
  isEpoch,
  mwhOf,
  numberOf,
  type Refuse,
  type TsmRow,
  type TsmTables,
} from './tsm-table.ts';

interface Energy {
  readonly stretches: readonly TsmStretch[];
  readonly mark: TsmMark | null;
  readonly remarks: readonly string[];
}

/** Two readings of the plug’s total, which only grows. */
interface Span {
  readonly startMs: number;
  readonly endMs: number;
  readonly startTotalMwh: number;
  readonly endTotalMwh: number;
  readonly isRead: boolean;
}

const columns = { peak: 'consumption_fullpeak', 'off-peak': 'consumption_offpeak' } as const;
/** Longer than it was ever left alone. */
const spanMsMax = 2 * 366 * 86_400_000;
/** Its word for a day of which nothing is known. */
const down = -1;

/**
 * What the plug counted: by the readings of its later versions, and where those have none by the two numbers that each
 * day had before. Bands that were still open are left to whoever counts on.
 */
export function readEnergy(tables: TsmTables, refuse: Refuse): Energy {
  const spans = spansOf(tables.get('consumption') ?? [], refuse);
  const read = joined(spans.flatMap(cutSpan));
  const isRead = new Set(read.map(({ day, band }) => `${day} ${band}`));
  const last = spans.at(-1);
  const state = lastState(tables.get('laststate') ?? [], refuse);
  const given = dayBands(tables.get('day') ?? [], refuse).filter(
    ({ day, band }) => !isRead.has(`${day} ${band}`),
  );
  const openMs = last?.endMs ?? state?.atMs ?? lastCountedMs(given);
  const closed = given.filter(({ endMs }) => endMs <= openMs);
  const stretches = [...closed, ...read].sort((left, right) => left.startMs - right.startMs);
  if (stretches.length === 0) return { stretches, mark: null, remarks: [] };
  if (last !== undefined)
    return { stretches, mark: { atMs: last.endMs, totalMwh: last.endTotalMwh }, remarks: [] };
  if (state !== undefined) return { stretches, mark: state, remarks: [] };
  const totalMwh = stretches.reduce((sum, { mwh }) => sum + (mwh ?? 0), 0);
  const remark = 'what the plug said last is not written, and was taken to be the sum of all days';
  return { stretches, mark: { atMs: openMs, totalMwh }, remarks: [remark] };
}

/** In order; what overlaps or counts backwards is refused, and what was counted between two of them is not lost. */
function spansOf(rows: readonly TsmRow[], refuse: Refuse): readonly Span[] {
  const found = rows.flatMap((row) => {
    const [begin, end] = [numberOf(cellOf(row, 'begin_hour')), numberOf(cellOf(row, 'end_hour'))];
    const startTotalMwh = mwhOf(cellOf(row, 'begin_consumption_power'));
    const endTotalMwh = mwhOf(cellOf(row, 'end_consumption_power'));
    if (begin === undefined || end === undefined || !(isEpoch(begin) && isEpoch(end) && end > begin))
      refuse(row.where, 'its hours are no stretch of time');
    else if ((end - begin) * 1_000 > spanMsMax) refuse(row.where, 'it lasts for years');
    else if (startTotalMwh === undefined || endTotalMwh === undefined || startTotalMwh < 0)
      refuse(row.where, 'a total of it is no number');
    else if (endTotalMwh < startTotalMwh) refuse(row.where, 'it counts backwards');
    else {
      const [startMs, endMs] = [Math.round(begin * 1_000), Math.round(end * 1_000)];
      return [{ where: row.where, span: { startMs, endMs, startTotalMwh, endTotalMwh, isRead: true } }];
    }
    return [];
  });
  const spans: Span[] = [];
  for (const { where, span } of found.sort((left, right) => left.span.startMs - right.span.startMs)) {
    const before = spans.at(-1);
    if (before !== undefined && span.startMs < before.endMs) {
      refuse(where, 'it overlaps with another');
      continue;
    }
    if (before !== undefined && span.startMs - before.endMs > spanMsMax) {
      refuse(where, 'it is years after the one before');
      continue;
    }
    if (before !== undefined && span.startMs > before.endMs && span.startTotalMwh > before.endTotalMwh)
      spans.push({
        startMs: before.endMs,
        endMs: span.startMs,
        startTotalMwh: before.endTotalMwh,
        endTotalMwh: span.startTotalMwh,
        isRead: false,
      });
    spans.push(span);
  }
  return spans;
}

/** By the bands that it lies in; by time where there are several. */
function cutSpan({ startMs, endMs, startTotalMwh, endTotalMwh, isRead }: Span): readonly TsmStretch[] {
  const stretches: TsmStretch[] = [];
  let [fromMs, fromTotalMwh] = [startMs, startTotalMwh];
  while (fromMs < endMs) {
    const { day, band } = tariffBandAt(fromMs);
    const toMs = Math.min(endMs, tariffBandInterval(day, band).endMs);
    const share = (toMs - startMs) / (endMs - startMs);
    const toTotalMwh = startTotalMwh + Math.round((endTotalMwh - startTotalMwh) * share);
    const isWhole = isRead && fromMs === startMs && toMs === endMs;
    stretches.push({
      day,
      band,
      startMs: fromMs,
      endMs: toMs,
      kind: isWhole ? 'measured' : 'estimated',
      mwh: toTotalMwh - fromTotalMwh,
      startTotalMwh: fromTotalMwh,
      endTotalMwh: toTotalMwh,
    });
    [fromMs, fromTotalMwh] = [toMs, toTotalMwh];
  }
  return stretches;
}

/** Runs of readings of one band as one. */
function joined(stretches: readonly TsmStretch[]): readonly TsmStretch[] {
  const result: TsmStretch[] = [];
  for (const stretch of stretches) {
    const last = result.at(-1);
    const goesOn =
      last?.endMs === stretch.startMs &&
      last.endTotalMwh === stretch.startTotalMwh &&
      last.day === stretch.day &&
      last.band === stretch.band &&
      last.kind === stretch.kind;
    if (!goesOn) {
      result.push(stretch);
      continue;
    }
    const mwh = (last.mwh ?? 0) + (stretch.mwh ?? 0);
    const { endMs, endTotalMwh } = stretch;
    result[result.length - 1] = { ...last, endMs, endTotalMwh, mwh };
  }
  return result;
}

function dayBands(rows: readonly TsmRow[], refuse: Refuse): readonly TsmStretch[] {
  return rows.flatMap((row) => {
    const day = dayOf(cellOf(row, 'date'));
    // Its later versions have no such columns. A date that is none is refused with its colour.
    if (day === undefined || !tariffBands.some((band) => row.cells.has(columns[band]))) return [];
    const cells = tariffBands.map((band) => cellOf(row, columns[band]));
    if (cells.some((cell) => cell !== null && amountOf(cell) === undefined)) {
      refuse(row.where, `a consumption of ${day} is no number`);
      return [];
    }
    const kwh = cells.map((cell) => amountOf(cell) ?? 0);
    if (kwh.some((amount) => amount < 0 && amount !== down)) {
      refuse(row.where, `a consumption of ${day} is negative`);
      return [];
    }
    const [peak = 0, offPeak = 0] = kwh;
    // A third and two thirds, to its last digit, is what it wrote of days that it had not read.
    const isSpread = peak > 0 && Math.abs(peak - 2 * offPeak) < 1e-9 * Math.max(1, peak);
    return [stretchOf(day, 'peak', peak, isSpread), stretchOf(day, 'off-peak', offPeak, isSpread)];
  });
}

function stretchOf(day: TempoDay, band: TariffBand, kwh: number, isSpread: boolean): TsmStretch {
  const whole = { day, band, ...tariffBandInterval(day, band), startTotalMwh: null, endTotalMwh: null };
  if (kwh === down) return { ...whole, kind: 'down', mwh: null };
  return { ...whole, kind: isSpread ? 'estimated' : 'measured', mwh: Math.round(kwh * 1e6) };
}

/** The end of the last band that counted something. */
function lastCountedMs(stretches: readonly TsmStretch[]): number {
  return Math.max(0, ...stretches.filter(({ mwh }) => mwh !== 0).map(({ endMs }) => endMs));
}

/** The newest: a date, an hour, and what the plug said. */
function lastState(rows: readonly TsmRow[], refuse: Refuse): TsmMark | undefined {
  const states = rows.flatMap((row) => {
    const day = dayOf(cellOf(row, 'date'));
    const hour = Number(/^[0-9]{1,2}/.exec(String(cellOf(row, 'time') ?? ''))?.[0]);
    const totalMwh = mwhOf(cellOf(row, 'consumption'));
    if (day === undefined || !(hour >= 0 && hour < 24) || totalMwh === undefined || totalMwh < 0) {
      refuse(row.where, 'its time or its total is none');
      return [];
    }
    return [{ atMs: frenchInstantMs(day, hour), totalMwh }];
  });
  return states.sort((left, right) => left.atMs - right.atMs).at(-1);
}
