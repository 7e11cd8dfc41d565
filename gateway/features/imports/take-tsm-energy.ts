import type { Clock } from '../../core/clock.ts';
import { serverAccount } from '../../core/metered-day.ts';
import { tariffBandInterval } from '../../core/tariff-band.ts';
import type { TempoDay } from '../../core/tempo-day.ts';
import type { MeteredInterval, MeterMark } from '../../storage/server-calls.ts';
import type { StorePort } from '../store-port.ts';
import { spreadRest, type TakenBand } from './spread-rest.ts';
import type { TsmTally } from './tsm-tally.ts';

export interface TsmEnergyPorts {
  readonly clock: Clock;
  readonly store: StorePort<'getMeterMark' | 'listMetered' | 'putMetered' | 'getSetting' | 'putSetting'>;
}

interface Given {
  readonly stretches: readonly MeteredInterval[];
  readonly mark: { readonly atMs: number; readonly totalMwh: number } | null;
}

interface Taking {
  readonly tally: TsmTally;
  readonly isDryRun: boolean;
}

/** What is here of the server, and where the import has brought it. */
interface Account {
  readonly mark: MeterMark;
  readonly intervals: readonly MeteredInterval[];
  /** The time of the mark that an import has left; undefined: it was never imported. */
  readonly importedTo: string | undefined;
}

const meter = serverAccount;
const importedSetting = 'server.importedTo';
const allDays = { first: '2000-01-01', last: '9998-12-31', daysMax: 1_000_000 };
const place = 'the energy';
const otherCount = 'something else was counted here, which stands';

/**
 * What TSM counted. Where the meter was never read, its account begins with that and goes on from there; where it was,
 * its first total was spread over the days before, and is spread anew over those that TSM does not tell of, so that
 * the sum stays what the meter said. Errors: those of the store.
 */
export async function takeTsmEnergy(
  { clock, store }: TsmEnergyPorts,
  said: Given,
  { tally, isDryRun }: Taking,
): Promise<void> {
  const given = untilNow(said, clock.wall(), tally);
  const mark = await store.call('getMeterMark', meter);
  const importedTo = await store.call('getSetting', importedSetting);
  const { intervals } = await store.call('listMetered', { meter, ...allDays });
  const page = pageOf(given, mark && { mark, intervals, importedTo }, tally);
  if (page === undefined || isDryRun) return;
  await store.call('putMetered', { meter, ...page });
  await store.call('putSetting', importedSetting, String(page.mark.atMs));
}

/** What is dated after now was never counted; an account that ended there would count nothing until then. */
function untilNow({ stretches, mark }: Given, nowMs: number, tally: TsmTally): Given {
  const over = stretches.filter(({ endMs }) => endMs <= nowMs);
  for (const stretch of stretches)
    if (stretch.endMs > nowMs) tally.refuse(nameOf(stretch), 'it is in the future');
  if (mark === null || mark.atMs <= nowMs) return { stretches: over, mark };
  const last = over.at(-1);
  if (last === undefined) return { stretches: over, mark: null };
  return { stretches: over, mark: { atMs: last.endMs, totalMwh: last.endTotalMwh ?? mark.totalMwh } };
}

type Page = Pick<Account, 'mark' | 'intervals'>;

/** What is to be written; undefined: nothing. */
function pageOf(given: Given, account: Account | undefined, tally: TsmTally): Page | undefined {
  const { stretches, mark } = given;
  const [first] = stretches;
  if (mark === null || first === undefined) return undefined;
  if (account === undefined) {
    tally.add('stretches', stretches.length);
    return { mark: { ...mark, restarts: 0, firstDay: first.day }, intervals: stretches };
  }
  const open = stretches.filter((stretch) => !isKnown(stretch, account.intervals));
  // Where days are spread anew, those that happen to be as they are count, too.
  const isMerged = account.importedTo === undefined && open.length > 0;
  for (let known = open.length; known < stretches.length && !isMerged; known += 1) tally.know();
  if (open.length === 0) return undefined;
  if (isMerged) return mergeIn(stretches, account, tally);
  if (String(account.mark.atMs) === account.importedTo) return goOn(open, { account, mark, tally });
  for (const stretch of open) tally.refuse(nameOf(stretch), otherCount);
  return undefined;
}

function isKnown(stretch: MeteredInterval, intervals: readonly MeteredInterval[]): boolean {
  const { endMs, mwh, kind } = stretch;
  return intervals.some(
    (one) => hasSameStart(one, stretch) && one.endMs === endMs && one.mwh === mwh && one.kind === kind,
  );
}

function hasSameStart(left: MeteredInterval, right: MeteredInterval): boolean {
  return left.startMs === right.startMs && left.band === right.band && left.day === right.day;
}

/** After an import before, nothing was read since. */
function goOn(
  open: readonly MeteredInterval[],
  { account, mark, tally }: { account: Account; mark: NonNullable<Given['mark']>; tally: TsmTally },
): Page | undefined {
  const { atMs } = account.mark;
  const goesOn = (stretch: MeteredInterval): boolean =>
    account.intervals.some(
      (one) => hasSameStart(one, stretch) && one.endMs === atMs && one.kind === stretch.kind,
    );
  const newer = open.filter((stretch) => stretch.startMs >= atMs || goesOn(stretch));
  for (const stretch of open) if (!newer.includes(stretch)) tally.refuse(nameOf(stretch), otherCount);
  if (newer.length === 0 || mark.atMs <= atMs) return undefined;
  tally.add('stretches', newer.length);
  return { mark: { ...account.mark, ...mark }, intervals: newer };
}

/** Into the days that the first total of the meter was spread over. */
function mergeIn(
  open: readonly MeteredInterval[],
  { mark, intervals }: Account,
  tally: TsmTally,
): Page | undefined {
  const spread = spreadDays(intervals);
  const taken = new Map<string, TakenBand>();
  for (const stretch of open) {
    if (spread.has(stretch.day)) addTo(taken, stretch);
    else
      tally.refuse(
        nameOf(stretch),
        `the account of the meter here begins with ${mark.firstDay}, and its own count stands`,
      );
  }
  if (taken.size === 0) return undefined;
  const totalMwh = intervals
    .filter(({ day }) => spread.has(day))
    .reduce((sum, { mwh }) => sum + (mwh ?? 0), 0);
  const takenMwh = [...taken.values()].reduce((sum, { mwh }) => sum + (mwh ?? 0), 0);
  if (takenMwh > totalMwh) {
    const kwh = (amount: number): string => (amount / 1e6).toFixed(3);
    tally.refuse(
      place,
      `TSM counted ${kwh(takenMwh)} kWh, and the meter says ${kwh(totalMwh)} kWh for all its days: import before the meter is read for the first time`,
    );
    return undefined;
  }
  tally.add('stretches', taken.size);
  const { bands, isOnTaken } = spreadRest([...spread], taken, totalMwh - takenMwh);
  if (isOnTaken)
    tally.remark(
      `${((totalMwh - takenMwh) / 1e6).toFixed(3)} kWh that TSM does not tell of were given to the last day before the meter was read here`,
    );
  return { mark, intervals: bands };
}

/** Days at the start of an account of which nothing was read. */
function spreadDays(intervals: readonly MeteredInterval[]): ReadonlySet<TempoDay> {
  const days = new Set<TempoDay>();
  const inOrder = intervals.toSorted((left, right) => left.startMs - right.startMs);
  for (const { day, kind, startTotalMwh } of inOrder) {
    if (kind !== 'estimated' || startTotalMwh !== null) {
      days.delete(day);
      break;
    }
    days.add(day);
  }
  return days;
}

/** Whole bands: where there are several stretches of one, it is measured when all of it was. */
function addTo(taken: Map<string, TakenBand>, stretch: MeteredInterval): void {
  const { day, band, startMs, endMs, kind, mwh } = stretch;
  const key = `${day} ${band}`;
  const before = taken.get(key);
  const whole = tariffBandInterval(day, band);
  const isWhole = kind === 'measured' && startMs === whole.startMs && endMs === whole.endMs;
  const ownKind = kind === 'down' ? 'down' : isWhole ? 'measured' : 'estimated';
  taken.set(key, {
    day,
    band,
    kind: before === undefined ? ownKind : 'estimated',
    mwh: before === undefined ? mwh : (before.mwh ?? 0) + (mwh ?? 0),
  });
}

function nameOf({ day, band }: MeteredInterval): string {
  return `the ${band} energy of ${day}`;
}
