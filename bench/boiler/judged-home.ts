import type { StoredAlert, StoredDelivery } from '../../gateway/storage/alert-calls.ts';
import type { BoilerFault } from '../../modbus-sim/boiler/boiler-fault.ts';
import { probeIds } from '../../modbus-sim/boiler/boiler-room.ts';
import { PelletBoiler, type BoilerTruth } from '../../modbus-sim/boiler/pellet-boiler.ts';
import { SeededRandom } from '../../modbus-sim/random.ts';
import { AlertJudge } from '../winters/alert-judge.ts';
import { fireOutClass, jamClass, type TruthClass } from '../winters/truth-class.ts';
import { emptyTruth, see, type TruthMinute } from '../winters/truth-minute.ts';
import type { RoomNow } from './boiler-room-work.ts';
import { runBoilerHome, type HomeMoment } from './run-boiler-home.ts';
import type { TakenMessage } from './virtual-people.ts';

export interface JudgedHome {
  readonly lives: number;
  readonly right: number;
  readonly missed: number;
  readonly falsely: number;
  readonly doubled: number;
  readonly ends: number;
  readonly messages: number;
  /** Messages that nobody got, and that are not said to have failed. */
  readonly lost: number;
  /** Messages that somebody got more often than a try that was unclear allows. */
  readonly repeated: number;
  /** Given up because they may have gone out. */
  readonly unclear: number;
  readonly hash: string;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** A winter's morning. */
const startMs = Date.UTC(2026, 0, 12, 5);
const periodMs = 20_000;
const rules = { 'boiler-fire-out': 0, 'boiler-jam': 5 } as const;

/** A home whose boiler is troubled, and whose gateway is; judged by what the boiler truly did. */
export async function judgedBoilerHome(of: {
  readonly seed: number;
  readonly hours: number;
  readonly directory: string;
  readonly report: (what: string) => void;
}): Promise<JudgedHome> {
  const { seed, hours, directory } = of;
  const random = new SeededRandom(seed).fork('boiler home');
  const boiler = new PelletBoiler({ seed, startMs: startMs - hourMs, faults: drawFaults(random, hours) });
  const truths = new Map<number, TruthMinute>();
  const result = await runBoilerHome({
    ...{ seed, startMs, periodMs, directory, isPeopleUnwell: true },
    minutes: hours * 60,
    moments: drawKills(random, hours),
    killAtAlerts: [1, 4, 7].map((noted) => ({ noted, isAfter: random.isLucky(0.5) })),
    room: (nowMs) => {
      boiler.advanceTo(nowMs);
      const truth = boiler.truth();
      note(truths, nowMs, truth);
      return roomOf(truth);
    },
  });
  const verdicts = judgeAlerts(result.alerts, truths, hours, of.report);
  return {
    ...verdicts,
    ...{ lives: result.lives, hash: result.hash, messages: result.deliveries.length },
    ...messagesOf(result.deliveries, result.taken),
  };
}

function drawFaults(random: SeededRandom, hours: number): readonly BoilerFault[] {
  const faults: BoilerFault[] = [];
  let atMs = startMs - hourMs + random.integer(0, 30) * minuteMs;
  while (atMs < startMs + hours * hourMs) {
    const endMs = atMs + random.integer(60, 240) * minuteMs;
    const kind = random.pick(['fire-out', 'empty-silo', 'auger-jam', 'igniter-dead'] as const);
    faults.push({ kind, startMs: atMs, endMs });
    atMs = endMs + random.integer(30, 120) * minuteMs;
  }
  return faults;
}

function drawKills(random: SeededRandom, hours: number): readonly HomeMoment[] {
  const times = Array.from({ length: hours }, () => random.integer(minuteMs, hours * hourMs));
  return times
    .sort((left, right) => left - right)
    .map((atMs) => ({ atMs, kind: 'kill', forMs: random.integer(1_000, 4 * minuteMs) }));
}

function roomOf({ waterC, flueC, enclosureC, currents }: BoilerTruth): RoomNow {
  const { secondaryFanA, igniterA, primaryFanA, augerA } = currents;
  return {
    probes: [
      { id: probeIds.water, celsius: waterC },
      { id: probeIds.flue, celsius: flueC },
      { id: probeIds.enclosure, celsius: enclosureC },
    ],
    clampsA: [secondaryFanA, igniterA, primaryFanA, augerA],
  };
}

/** What was there when somebody looked; what was not stored of it, because he was killed, is not known. */
function note(truths: Map<number, TruthMinute>, nowMs: number, { waterC, currents }: BoilerTruth): void {
  const minute = Math.floor(nowMs / minuteMs);
  const truth = truths.get(minute) ?? emptyTruth(false);
  truths.set(minute, truth);
  const isIgniterOn = currents.igniterA > 0;
  const isFanOn = currents.primaryFanA > 0;
  const now = { waterC, isIgniterOn, isFanOn };
  see(truth, 'water', { now, shown: waterC });
  see(truth, 'igniter', { now, shown: isIgniterOn ? 1 : 0 });
  see(truth, 'primaryFan', { now, shown: isFanOn ? 1 : 0 });
}

function judgeAlerts(
  alerts: readonly StoredAlert[],
  truths: ReadonlyMap<number, TruthMinute>,
  hours: number,
  report: (what: string) => void,
): Pick<JudgedHome, 'right' | 'missed' | 'falsely' | 'doubled' | 'ends'> {
  const sum = { right: 0, missed: 0, falsely: 0, doubled: 0, ends: 0 };
  const first = startMs / minuteMs;
  for (const [rule, forMinutes] of Object.entries(rules)) {
    const judge = new AlertJudge(forMinutes, (what) => report(`${rule}: ${what}`));
    const told = alerts.filter((alert) => alert.rule === rule);
    for (let minute = first; minute < first + hours * 60 - 2; minute += 1) {
      const now = told.filter(({ atMs }) => Math.floor(atMs / minuteMs) === minute);
      const begun = now.filter(({ kind }) => kind === 'alert');
      judge.judge(minute, classOf(rule, truths, minute), {
        alerts: begun.length,
        recoveries: now.filter(({ kind }) => kind === 'recovered').length,
        alertMinute: begun.length > 0 ? minute : undefined,
      });
    }
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += judge.verdicts[key];
  }
  return sum;
}

/** Near a time in which nobody looked, some of what was seen may not have been stored: it is left open. */
function classOf(rule: string, truths: ReadonlyMap<number, TruthMinute>, minute: number): TruthClass {
  const isWhole = (at: number): boolean => (truths.get(at)?.waterSamples ?? 0) >= minuteMs / periodMs;
  const isNearGap = [-1, 0, 1, 2].some((by) => !isWhole(minute + by));
  if (isNearGap) return 'edge';
  if (rule === 'boiler-fire-out') return fireOutClass(truths.get(minute));
  for (let before = 1; before <= 31; before += 1)
    if (!isWhole(minute - before)) return jamNearGap(truths, minute);
  return jamClass((before) => truths.get(minute - before));
}

/** It surely is none where the water is warm, or the fan off. */
function jamNearGap(truths: ReadonlyMap<number, TruthMinute>, minute: number): TruthClass {
  const verdict = jamClass((before) => (before === 0 ? truths.get(minute) : undefined));
  const truth = truths.get(minute);
  const isCold = truth !== undefined && truth.water.low < 57;
  return isCold && truth.primaryFan.isMaybeOn ? 'edge' : verdict;
}

function messagesOf(
  deliveries: readonly StoredDelivery[],
  taken: readonly TakenMessage[],
): Pick<JudgedHome, 'lost' | 'repeated' | 'unclear'> {
  const counts = new Map<string, number>();
  for (const { reference } of taken) counts.set(reference, (counts.get(reference) ?? 0) + 1);
  const sent = deliveries.filter(({ state }) => state === 'sent').length;
  const failed = deliveries.filter(({ state }) => state === 'failed');
  const unclear = failed.filter((delivery) => delivery.unclear > 0).length;
  const smsTwice = taken.filter(
    ({ notifier, reference }) => notifier === 'sms' && (counts.get(reference) ?? 0) > 2,
  );
  return {
    lost:
      Math.max(0, deliveries.length - failed.length - counts.size) +
      (deliveries.length - sent - failed.length),
    repeated: new Set(smsTwice.map(({ reference }) => reference)).size,
    unclear,
  };
}
