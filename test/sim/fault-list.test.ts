import t from 'tap';
import type { FaultWindow, GarbageKind } from '../../modbus-sim/fault-plan.ts';
import { garbageKinds, lineGarbageKinds } from '../../modbus-sim/fault-plan.ts';
import type {
  FleetMeterResult,
  FleetPoll,
  VirtualFleetOptions,
  VirtualFleetResult,
} from '../../sim/virtual-fleet.ts';
import type { VirtualFraming } from '../../sim/virtual-site.ts';
import { liveFleet, patienceMs } from './live.ts';

t.setTimeout(patienceMs);

/** What each fault may cost, milliseconds and polls. */
interface Promised {
  /** Polls of the faulty device that bring nothing, or not all: of one bad frame one. */
  readonly lostMax: number;
  /**
   * From the first beat after the fault, and after the run that it spoilt, to the first good value; the polls of the
   * line's other units aside.
   */
  readonly backMsMax: number;
  /** From the first beat in the fault until it is noticed. */
  readonly seenMsMax: number;
}

type Fault<Kind = FaultWindow> = Kind extends FaultWindow ? Omit<Kind, 'startMs' | 'endMs'> : never;

interface Row {
  readonly title: string;
  readonly fault: Fault;
  /**
   * `request`: it spoils the first request of a beat; `block`: the second, and where answers are quick the third;
   * `beat`: all of one beat; a number: so many milliseconds.
   */
  readonly lasts: 'request' | 'block' | 'beat' | number;
  readonly promised: Promised;
  /** The other blocks of the same poll are read. Exceptions 5, 6 and 11 are not about a block: the device is busy. */
  readonly keepsNeighbours?: boolean;
}

interface Scene {
  readonly framing: VirtualFraming;
  readonly isShared: boolean;
  readonly periodMs: number;
  readonly garbage: readonly GarbageKind[];
}

/** An SDM630 asks for no delay after connecting: its declared connect delay is 0. */
const oneBadFrame = { lostMax: 1, backMsMax: 1_000, seenMsMax: 10_000 };
const lasting = { lostMax: Infinity, backMsMax: 10_000, seenMsMax: 10_000 };
const exceptionCodes = [1, 2, 3, 4, 5, 6, 11];
const lastingMs = 30_000;

const scenes: readonly Scene[] = [
  { framing: 'tcp', isShared: false, periodMs: 1_000, garbage: garbageKinds },
  { framing: 'tcp', isShared: true, periodMs: 10_000, garbage: garbageKinds },
  { framing: 'rtu-over-tcp', isShared: false, periodMs: 5_000, garbage: lineGarbageKinds },
  { framing: 'rtu', isShared: false, periodMs: 5_000, garbage: lineGarbageKinds },
  // An answer held back until the next beat comes 15 s late there, as another unit's: that is `foreign-answer`.
  {
    framing: 'rtu',
    isShared: true,
    periodMs: 15_000,
    garbage: lineGarbageKinds.filter((kind) => kind !== 'merged-late'),
  },
];

function rowsOf({ isShared, garbage }: Scene): readonly Row[] {
  const badFrames = garbage.flatMap((kind): Row[] => {
    const spoilt = { fault: { kind: 'garbage', garbage: kind }, promised: oneBadFrame } as const;
    return [
      ...(isShared
        ? []
        : ([
            { ...spoilt, title: `the first answer: ${kind}`, lasts: 'request' },
            { ...spoilt, title: `an answer with values: ${kind}`, lasts: 'block' },
          ] as const)),
      { ...spoilt, title: `all answers of a beat: ${kind}`, lasts: 'beat' },
    ];
  });
  const exceptions = exceptionCodes.flatMap((code): Row[] => {
    const fault = { kind: 'exception', code } as const;
    const once = {
      title: `exception ${code} to one block`,
      lasts: 'block',
      keepsNeighbours: code < 5,
    } as const;
    return [
      ...(isShared ? [] : [{ ...once, fault, promised: oneBadFrame }]),
      lastingRow(`exception ${code} to everything`, fault),
    ];
  });
  return [
    ...badFrames,
    ...exceptions,
    lastingRow('garbage of every kind', { kind: 'garbage' }),
    lastingRow('half-open', { kind: 'half-open' }),
    lastingRow('accept, then nothing', { kind: 'silent' }),
    lastingRow('does what it is asked, and says nothing', { kind: 'mute' }),
    lastingRow('a reset within each frame', { kind: 'reset' }),
    lastingRow('connections refused', { kind: 'refuse' }),
    lastingRow('a reboot', { kind: 'reboot' }),
    lastingRow('answers after its time-out', { kind: 'slow', delayMs: 6_000 }),
  ];
}

function lastingRow(title: string, fault: Fault): Row {
  return { title, fault, lasts: lastingMs, promised: lasting };
}

const startMs = Date.UTC(2026, 5, 21, 8);
const faulty = 'meter-1';
const ids = [faulty, 'meter-2', 'meter-3'];
/** Beats from one fault to the next, and those before it. */
const calmBeats = 12;
const leadBeats = 3;

/** The second request of a beat has been sent by then: an answer is under way for 39 ms, and on a line 65 more. */
const secondSentMs = { tcp: 40, 'rtu-over-tcp': 110, rtu: 110 };

function windowOf({ lasts, fault }: Row, beatMs: number, { framing, periodMs }: Scene): FaultWindow {
  if (lasts === 'block') return { ...fault, startMs: beatMs + 1, endMs: beatMs + secondSentMs[framing] };
  const lengths = { request: 1, beat: periodMs - 1 };
  return { ...fault, startMs: beatMs, endMs: beatMs + (typeof lasts === 'number' ? lasts : lengths[lasts]) };
}

function schedule(scene: Scene): { readonly row: Row; readonly window: FaultWindow }[] {
  let atMs = startMs + leadBeats * scene.periodMs;
  return rowsOf(scene).map((row) => {
    const window = windowOf(row, atMs, scene);
    const nextMs = window.endMs + Math.max(calmBeats * scene.periodMs, 20_000);
    atMs = beatFrom(nextMs, scene.periodMs);
    return { row, window };
  });
}

function beatFrom(atMs: number, periodMs: number): number {
  return Math.ceil(atMs / periodMs) * periodMs;
}

for (const scene of scenes) {
  const where = `${scene.framing}, ${scene.isShared ? 'on one line' : 'each on a line of its own'}`;
  t.test(`the fault list, ${where}: each fault costs what is promised`, async (t) => {
    const faults = schedule(scene);
    const lastMs = faults.at(-1)?.window.endMs ?? startMs;
    const options: Omit<VirtualFleetOptions, 'directory'> = {
      seed: 11,
      startMs,
      durationMs: beatFrom(lastMs, scene.periodMs) + 4 * scene.periodMs - 1 - startMs,
      framing: scene.framing,
      isShared: scene.isShared,
      meters: ids.map((id) => ({ id, periodMs: scene.periodMs })),
      faults: { [faulty]: faults.map(({ window }) => window) },
      ...(scene.framing !== 'tcp' && { baudRate: 9_600 }),
    };
    const result = await liveFleet(t, options);
    for (const [id, meter] of Object.entries(result)) {
      t.same(wrongValues(meter), [], `${id}: no stored value is wrong`);
      if (id !== faulty) t.equal(beatsLost(meter, options), 0, `${id} keeps every beat`);
    }
    const meter = result[faulty];
    t.ok(meter !== undefined && meter.polls.length > 0);
    if (meter === undefined) return;
    const othersMs = scene.isShared ? roundMs(result) - longestRunMs(meter) : 0;
    for (const { row, window } of faults) {
      const { title, promised } = row;
      const cost = costOf(meter, window, scene.periodMs);
      t.ok(cost.lost <= promised.lostMax, `${title}: ${cost.lost} polls lost`);
      t.ok(
        cost.backMs <= promised.backMsMax + othersMs,
        `${title}: good values ${cost.backMs} ms after its beat`,
      );
      t.ok(cost.seenMs <= promised.seenMsMax, `${title}: seen after ${cost.seenMs} ms`);
      if (row.keepsNeighbours) {
        const isPartial = cost.missing > 0 && cost.missing <= 12;
        t.ok(isPartial, `${title}: ${cost.missing} of 22 values are missing in the poll`);
      }
    }
  });
}

/** All polls of a line one after the other, when all is well. */
function roundMs(result: VirtualFleetResult): number {
  return Object.values(result).reduce((sumMs, meter) => sumMs + longestRunMs(meter), 0);
}

/** Before the first fault; the first run finds out who the device is. */
function longestRunMs({ runs }: FleetMeterResult): number {
  return Math.max(...runs.slice(1, leadBeats).map((run) => run.endMs - run.startMs));
}

interface Cost {
  readonly lost: number;
  readonly backMs: number;
  readonly seenMs: number;
  /** Values of the worst poll that is stored. */
  readonly missing: number;
}

function costOf(meter: FleetMeterResult, window: FaultWindow, periodMs: number): Cost {
  const untilMs = beatFrom(window.endMs, periodMs) + (calmBeats - 2) * periodMs;
  const isAffected = (atMs: number): boolean => atMs >= window.startMs - periodMs / 2 && atMs < untilMs;
  const polls = meter.polls.filter(({ atMs }) => isAffected(atMs));
  const failed = meter.runs
    .filter((run) => isAffected(run.startMs))
    .filter((run) => !polls.some(({ atMs }) => atMs > run.startMs && atMs <= run.endMs));
  const torn = polls.filter((poll) => missingIn(poll) > 0);
  const spoilt = failed.findLast((run) => run.startMs < window.endMs);
  const beatMs = beatFrom(Math.max(window.endMs, spoilt?.endMs ?? 0), periodMs);
  const back = polls.find((poll) => poll.atMs >= beatMs && missingIn(poll) === 0);
  return {
    lost: failed.length + torn.length,
    backMs: (back?.atMs ?? Infinity) - beatMs,
    seenMs: (failed[0]?.endMs ?? -Infinity) - window.startMs,
    missing: Math.max(0, ...polls.map(missingIn)),
  };
}

function missingIn({ values }: FleetPoll): number {
  return Object.values(values).filter(({ quality }) => quality !== 'good').length;
}

/** Float registers have seven digits. */
function isTrue(value: number, truth: number): boolean {
  return Math.abs(value - truth) <= Math.max(0.002, 2e-7 * Math.abs(truth));
}

function wrongValues(meter: FleetMeterResult): string[] {
  return meter.polls.flatMap(({ atMs, values }) =>
    Object.entries(values)
      .filter(([, { value, quality, truths }]) => {
        const isJudged = quality === 'good' && value !== null && truths.length > 0;
        return isJudged && !truths.some((truth) => isTrue(value, truth));
      })
      .map(
        ([quantity, { value, truths }]) =>
          `${atMs - startMs} ${quantity}: ${value}, not ${truths.join(' or ')}`,
      ),
  );
}

function beatsLost(
  meter: FleetMeterResult,
  { durationMs, meters: [first] }: Omit<VirtualFleetOptions, 'directory'>,
): number {
  const periodMs = first?.periodMs ?? 1;
  const beats = new Set(
    meter.polls.filter((poll) => missingIn(poll) === 0).map(({ atMs }) => Math.floor(atMs / periodMs)),
  );
  return Math.floor(durationMs / periodMs) - (beats.size - 1);
}
