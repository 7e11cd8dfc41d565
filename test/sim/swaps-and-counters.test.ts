import t from 'tap';
import { CounterTrack } from '../../gateway/core/counter.ts';
import type { FaultWindow } from '../../modbus-sim/fault-plan.ts';
import type { FleetMeterResult, VirtualFleetOptions, VirtualFleetResult } from '../../sim/virtual-fleet.ts';
import { MeterTruth } from '../../sim/meter-truth.ts';
import type { VirtualFraming } from '../../sim/virtual-site.ts';
import { liveFleet, patienceMs } from './live.ts';

t.setTimeout(patienceMs);

const startMs = Date.UTC(2026, 5, 21, 8);
const minuteMs = 60_000;
const seed = 23;
const faultMs = startMs + 3 * minuteMs;
const swapDurationMs = 5 * minuteMs - 1;
const counterDurationMs = 30 * minuteMs - 1;
const faulty = 'meter-1';
const ids = [faulty, 'meter-2'];

interface Where {
  readonly framing: VirtualFraming;
  readonly isShared: boolean;
  readonly periodMs: number;
  readonly durationMs: number;
}

async function run(
  t: Parameters<typeof liveFleet>[0],
  { framing, isShared, periodMs, durationMs }: Where,
  faults: readonly FaultWindow[],
  wrapAtWh?: number,
): Promise<VirtualFleetResult> {
  const options: Omit<VirtualFleetOptions, 'directory'> = {
    seed,
    startMs,
    durationMs,
    framing,
    isShared,
    meters: ids.map((id) => ({
      id,
      periodMs,
      ...(id === faulty && wrapAtWh !== undefined && { quirks: { countersWrapAtWh: wrapAtWh } }),
    })),
    faults: { [faulty]: faults },
    ...(framing !== 'tcp' && { baudRate: 9_600 }),
  };
  const result = await liveFleet(t, options);
  for (const id of ids.slice(1)) {
    const beats = Math.floor(durationMs / periodMs) + 1;
    t.equal(result[id]?.polls.length, beats, `${id} keeps every beat`);
  }
  return result;
}

const places: readonly Where[] = [
  { framing: 'tcp', isShared: false, periodMs: 1_000, durationMs: swapDurationMs },
  { framing: 'tcp', isShared: true, periodMs: 10_000, durationMs: swapDurationMs },
  { framing: 'rtu-over-tcp', isShared: false, periodMs: 10_000, durationMs: swapDurationMs },
  { framing: 'rtu', isShared: false, periodMs: 10_000, durationMs: swapDurationMs },
  { framing: 'rtu', isShared: true, periodMs: 15_000, durationMs: swapDurationMs },
];

/** Between two of the times at which it is asked who it is. */
const swapMs = faultMs + 3_000;
const swap = { kind: 'device-swap', startMs: swapMs, endMs: swapMs, serialNumber: '31415926' } as const;

for (const where of places) {
  const title = `${where.framing}, ${where.isShared ? 'shared' : 'alone'}`;

  t.test(
    `${title}: a unit taken off and replaced by another leaves nothing in the old history`,
    async (t) => {
      const offline = { kind: 'silent', startMs: faultMs - 3 * where.periodMs, endMs: swapMs } as const;
      const meter = (await run(t, where, [offline, swap]))[faulty];
      t.equal(pollsAfter(meter, swapMs), 0, 'none of its values is stored');
      t.equal(meter?.lastError, 'device_identity_changed', 'it is quarantined');
      t.ok((meter?.polls.length ?? 0) > 0, 'the old one was read before');
    },
  );

  t.test(`${title}: one that takes its place unseen is found within 10 s, or at its turn`, async (t) => {
    const meter = (await run(t, where, [swap]))[faulty];
    const { isShared, periodMs } = where;
    const turns = isShared ? ids.length : 1;
    const pollsMax = periodMs >= 10_000 ? turns - 1 : 10_000 / periodMs;
    const polls = pollsAfter(meter, swapMs);
    t.ok(polls <= pollsMax, `${polls} polls before it was found, at most ${pollsMax}`);
    t.equal(meter?.lastError, 'device_identity_changed');
  });
}

function pollsAfter(meter: FleetMeterResult | undefined, atMs: number): number {
  return meter?.polls.filter((poll) => poll.atMs >= atMs).length ?? NaN;
}

function exportWhAt(atMs: number): number {
  const truth = new MeterTruth({ seed, startMs: startMs - 60 * minuteMs });
  return Math.round((truth.of('grid_export_kwh', atMs)[0] ?? NaN) * 1_000);
}

/** A counter as it misbehaves, and what a stored history of it must be worth. */
interface Course {
  readonly title: string;
  readonly faults: readonly FaultWindow[];
  readonly wrapAtWh?: number;
  /** Segments that begin anew. */
  readonly restarts: number;
}

const lasting = { startMs: faultMs, endMs: faultMs };
const courses: readonly Course[] = [
  { title: 'well', faults: [], restarts: 0 },
  { title: 'reset to zero', faults: [{ kind: 'counter-reset', ...lasting }], restarts: 1 },
  { title: 'a jump ahead', faults: [{ kind: 'counter-jump', byWh: 5_000_000, ...lasting }], restarts: 1 },
  { title: 'a jump back', faults: [{ kind: 'counter-jump', byWh: -500_000, ...lasting }], restarts: 1 },
  {
    title: 'a jump back and ahead again',
    faults: [
      { kind: 'counter-jump', byWh: -800_000, ...lasting },
      { kind: 'counter-jump', byWh: 800_000, startMs: faultMs + 5_000, endMs: faultMs + 5_000 },
    ],
    restarts: 0,
  },
  {
    title: 'small steps back, again and again',
    faults: [{ kind: 'counter-noise', byWh: 40, startMs: faultMs, endMs: faultMs + 15 * minuteMs }],
    restarts: 0,
  },
  // A float register has no end that a driver could know: a roll-over is a new segment.
  { title: 'a roll-over', faults: [], wrapAtWh: exportWhAt(faultMs), restarts: 1 },
];

/** As a driver says of a float of seven digits. */
const rules = { resolution: 0.01, perHourMax: 1_000 };
/** Rounding of two floats of five digits before the point. */
const roundingKwh = 0.004;

t.test('the energy of a stored counter, whatever it does: none lost, none invented', async (t) => {
  const where = { framing: 'tcp', isShared: false, periodMs: 10_000, durationMs: counterDurationMs } as const;
  for (const { title, faults, wrapAtWh, restarts } of courses) {
    const meter = (await run(t, where, faults, wrapAtWh))[faulty];
    const energy = countedEnergy(meter);
    t.ok(energy.trueKwh > 0.1, `${title}: ${energy.trueKwh} kWh went by`);
    t.ok(
      Math.abs(energy.countedKwh - energy.trueKwh) <= roundingKwh,
      `${title}: ${energy.countedKwh} were counted`,
    );
    t.equal(energy.restarts, restarts, `${title}: segments that began anew`);
  }
});

interface Energy {
  readonly countedKwh: number;
  readonly trueKwh: number;
  readonly restarts: number;
}

/** What the stored readings count, and what the home really exported in the time that they can speak of. */
function countedEnergy(meter: FleetMeterResult | undefined): Energy {
  const track = new CounterTrack(rules);
  const readings = (meter?.polls ?? []).map(({ atMs, values: { grid_export_kwh: exported } }) => {
    const trueKwh = exported?.truths[0] ?? NaN;
    return { trueKwh, step: track.take({ value: exported?.value ?? NaN, atMs }) };
  });
  const sum = { countedKwh: 0, trueKwh: 0, restarts: 0 };
  // From where the energy of the next reading counts.
  let fromKwh = NaN;
  for (const [index, { step, trueKwh }] of readings.entries()) {
    if (step.kind === 'doubted' || step.kind === 'noise') continue;
    if (step.kind === 'restarted') {
      sum.restarts += 1;
      // The third reading of the new segment convinces; what came before its first nobody knows.
      fromKwh = readings[index - 2]?.trueKwh ?? NaN;
    }
    if (step.kind === 'counted' || step.kind === 'restarted') {
      sum.countedKwh += step.by;
      sum.trueKwh += trueKwh - fromKwh;
    }
    fromKwh = trueKwh;
  }
  return sum;
}
