import assert from 'node:assert';
import t from 'tap';
import { boundLane } from '../../gateway/engine/latency-bound.ts';
import type { FaultWindow } from '../../modbus-sim/fault-plan.ts';
import type { FleetMeter, FleetMeterResult, VirtualFleetResult } from '../../sim/virtual-fleet.ts';
import { liveFleet, patienceMs } from './live.ts';

t.setTimeout(patienceMs);

const startMs = Date.UTC(2026, 5, 21, 8);
/** What the plan counts with for an SDM630 behind a converter at 9600 bit/s: no answer is slower. */
const answerMs = 288;
const requests = 6;
const unitCount = 20;
/** Feasible, with a gap for the probe of a dead unit. */
const periodMs = 72_000;
const leadBeats = 4;
const beatsPerDeath = 5;

interface Death {
  readonly id: string;
  readonly window: FaultWindow;
}

/** A unit is silent for a beat and a half from a moment of this beat on. */
function death(id: string, beat: number, momentMs: number): Death {
  const atMs = startMs + beat * periodMs + momentMs;
  return { id, window: { kind: 'silent', startMs: atMs, endMs: startMs + (beat + 1.5) * periodMs } };
}

function metersOf(periodOf: (index: number) => number): FleetMeter[] {
  return Array.from({ length: unitCount }, (_, index) => {
    return { id: `meter-${index + 1}`, periodMs: periodOf(index) };
  });
}

async function run(
  t: Parameters<typeof liveFleet>[0],
  meters: readonly FleetMeter[],
  deaths: readonly Death[],
): Promise<VirtualFleetResult> {
  const beats = leadBeats + Math.max(1, deaths.length) * beatsPerDeath;
  return await liveFleet(t, {
    seed: 4,
    startMs,
    durationMs: beats * periodMs - 1,
    framing: 'rtu-over-tcp',
    isShared: true,
    meters,
    faults: Object.fromEntries(
      meters.map(({ id }) => [id, deaths.filter((each) => each.id === id).map(({ window }) => window)]),
    ),
    answerTimes: { leastMs: answerMs, mostMs: answerMs },
  });
}

/**
 * Each unit dies once, the worst way: after all of its poll but the last answer has come. One that was dead is
 * asked last from then on, as its beat begins when the others' have.
 */
function worstDeaths(meters: readonly FleetMeter[]): Death[] {
  const order = meters.map(({ id }) => id);
  return meters.map(({ id }, index) => {
    const position = order.indexOf(id);
    order.push(...order.splice(position, 1));
    // The first of each beat is asked for its serial number, too.
    const lastRequestMs = (position + 1) * requests * answerMs;
    return death(id, leadBeats + index * beatsPerDeath, lastRequestMs - 100);
  });
}

/** Other moments, all over the beat. */
function manyDeaths(meters: readonly FleetMeter[]): Death[] {
  const moments = [0, 1, 2_100, 9_000, 17_300, 26_500, 34_000, 40_000];
  return moments.map((momentMs, index) => {
    const id = meters[(index * 7) % meters.length]?.id ?? '';
    return death(id, leadBeats + index * beatsPerDeath, momentMs);
  });
}

/** Between two readings of a unit that was well all the time, at most. */
function worstAgeMs(id: string, { polls }: FleetMeterResult, deaths: readonly Death[]): number {
  const own = deaths.filter((each) => each.id === id).map(({ window }) => window);
  const ages = polls.slice(1).map(({ atMs }, index) => {
    const beforeMs = polls[index]?.atMs ?? 0;
    const wasDead = own.some((window) => window.startMs <= atMs && window.endMs + 2 * periodMs >= beforeMs);
    return wasDead ? 0 : atMs - beforeMs;
  });
  return Math.max(...ages);
}

/** Beats without a reading, but for those of its own death and return. */
function beatsLost(meter: FleetMeter, { polls }: FleetMeterResult, deaths: readonly Death[]): number {
  const own = deaths.filter(({ id }) => id === meter.id).map(({ window }) => window);
  const kept = new Set(polls.map(({ atMs }) => Math.floor((atMs - startMs) / meter.periodMs)));
  const beats = Math.max(...kept);
  let lost = 0;
  for (let beat = 0; beat <= beats; beat += 1) {
    const beatMs = startMs + beat * meter.periodMs;
    const isOwn = own.some(
      (each) => beatMs > each.startMs - meter.periodMs && beatMs <= each.endMs + periodMs,
    );
    if (!kept.has(beat) && !isOwn) lost += 1;
  }
  return lost;
}

function boundOf(
  meters: readonly FleetMeter[],
  result: VirtualFleetResult,
  deadMax: number,
): Map<string, number> {
  const tasks = meters.map(({ id, periodMs }, index) => {
    const timing = result[id]?.atLoad;
    const costMs = (timing?.busyMs ?? 0) + (index === 0 ? answerMs : 0);
    const failureMs = costMs + (timing?.requestTimeoutMs ?? 0);
    return {
      name: id,
      priority: 'acquire' as const,
      periodMs,
      costMs,
      failureMs,
      probeMs: timing?.probeMs ?? 0,
    };
  });
  return new Map(boundLane(tasks, deadMax).tasks.map(({ name, ageMs }) => [name, ageMs]));
}

function judge(
  t: Parameters<typeof liveFleet>[0],
  {
    meters,
    result,
    deaths,
  }: { meters: readonly FleetMeter[]; result: VirtualFleetResult; deaths: readonly Death[] },
): void {
  const bounds = boundOf(meters, result, deaths.length > 0 ? 1 : 0);
  for (const meter of meters) {
    const own = result[meter.id];
    const boundMs = bounds.get(meter.id) ?? NaN;
    assert(own !== undefined, `there is ${meter.id}`);
    if (deaths.length > 0)
      t.equal(own.atLoad.ageBoundMs, boundMs, `${meter.id}: its bound is that of one death`);
    t.equal(own.atLoad.periodMs, meter.periodMs, `${meter.id}: its period can be kept`);
    const worstMs = worstAgeMs(meter.id, own, deaths);
    t.ok(worstMs <= boundMs, `${meter.id}: ${worstMs} ms at worst, the bound is ${boundMs}`);
    t.ok(boundMs <= 2 * worstMs, `${meter.id}: and the bound is no more than twice of it`);
    t.equal(beatsLost(meter, own, deaths), 0, `${meter.id}: no beat is lost`);
    t.equal(
      own.failures > 0,
      deaths.some(({ id }) => id === meter.id),
      `${meter.id}: only the dead fail`,
    );
  }
}

const alike = metersOf(() => periodMs);
const mixed = metersOf((index) => (index % 2 === 0 ? periodMs : 2 * periodMs));

t.test('20 units on one line, none dead: the bound holds, and is not far from what comes', async (t) => {
  for (const meters of [alike, mixed]) judge(t, { meters, deaths: [], result: await run(t, meters, []) });
});

t.test(
  '20 units on one line: whichever dies at the worst moment, the others keep beats and bound',
  async (t) => {
    const deaths = worstDeaths(alike);
    const result = await run(t, alike, deaths);
    judge(t, { meters: alike, deaths, result });
    const spoiltMs = (requests - 1) * answerMs + (result['meter-1']?.atLoad.requestTimeoutMs ?? NaN);
    for (const { id, window } of deaths) {
      const last = result[id]?.runs.find((each) => each.endMs > window.startMs);
      const tookMs = (last?.endMs ?? 0) - (last?.startMs ?? 0);
      t.ok(tookMs === spoiltMs || tookMs === spoiltMs + answerMs, `${id} died at its last request`);
    }
  },
);

t.test('20 units on one line with two periods: deaths all over the beat', async (t) => {
  const deaths = manyDeaths(mixed);
  judge(t, { meters: mixed, deaths, result: await run(t, mixed, deaths) });
});
