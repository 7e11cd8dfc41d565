import { SeededRandom } from '../modbus-sim/random.ts';
import { randomBackendFaults, type BackendFault } from './backend-fault.ts';
import { clockMoments, type ClockFault } from './clock-faults.ts';
import { randomServiceFaults, type ServiceFault } from './service-fault.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import { randomReceiverFaults, type ReceiverFault } from './virtual-receiver.ts';
import { virtualSourceIds, type VirtualSourceId } from './virtual-services.ts';

/** What happens in a household; what is not said is drawn from the seed. */
export interface HouseholdOptions {
  readonly seed: number;
  readonly days: number;
  readonly startMs?: number;
  readonly sources?: readonly VirtualSourceId[];
  /** By source: the same for all of its hosts. */
  readonly serviceFaults?: Readonly<Partial<Record<VirtualSourceId, readonly ServiceFault[]>>>;
  /** By receiver: each that is named here is there, and no other. */
  readonly receiverFaults?: Readonly<Record<string, readonly ReceiverFault[]>>;
  /** What is wrong with a backend that is told everything; there is none unless said. */
  readonly backend?: 'drawn' | readonly BackendFault[];
  /** Kills and stops of the gateway a day, on average; 2 unless said. */
  readonly restartsPerDay?: number;
  /** None unless said. */
  readonly clockFaults?: readonly ClockFault[];
}

/** Something that happens to the gateway or its clock. */
export interface HouseholdMoment {
  /** Since the start, by the monotonic clock. */
  readonly atMs: number;
  /** `kill_in_request`: while the next request is under way. `none`: it goes on. */
  readonly end: 'kill' | 'kill_in_request' | 'stop' | 'none';
  /** Until it starts anew. */
  readonly downMs: number;
  readonly happen: (clock: SimulatedClock) => void;
}

export interface HouseholdPlan {
  readonly sources: readonly VirtualSourceId[];
  readonly weatherPeriodMs: number;
  readonly receivers: Readonly<Record<string, readonly ReceiverFault[]>>;
  /** undefined: there is none. */
  readonly backend: readonly BackendFault[] | undefined;
  readonly moments: readonly HouseholdMoment[];
  faultsOf(source: VirtualSourceId, host: string): readonly ServiceFault[];
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** So that all is caught up with at the end. */
const faultyShare = 0.8;
/** Between a start and the next end. */
const runMsMin = 30_000;
const remote: readonly VirtualSourceId[] = ['weather', 'heating', 'carbon', 'colours'];

/** The same for the same seed and options. */
export function drawHousehold(options: HouseholdOptions & { readonly startMs: number }): HouseholdPlan {
  const { seed, days, startMs } = options;
  const random = new SeededRandom(seed).fork('household');
  const span = { startMs, endMs: startMs + faultyShare * days * dayMs };
  const away = options.serviceFaults === undefined ? internetAway(random.fork('internet'), span) : [];
  const ids = ['server', 'cloud'];
  const receivers =
    options.receiverFaults ??
    Object.fromEntries(
      ids.map((id) => [id, randomReceiverFaults(seed, id, { ...span, gapMsMean: 4 * hourMs })]),
    );
  const known = new Map<string, readonly ServiceFault[]>();
  const drawn = (source: VirtualSourceId, host: string): readonly ServiceFault[] => {
    const own = randomServiceFaults(seed, host, { ...span, gapMsMean: 4 * hourMs });
    return remote.includes(source) ? overlaid(own, away) : own;
  };
  return {
    sources: options.sources ?? virtualSourceIds.filter(() => random.isLucky(0.9)),
    weatherPeriodMs: random.isLucky(0.5) ? minuteMs : 10 * minuteMs,
    receivers,
    backend: drawBackend(options, span),
    moments: drawMoments(random.fork('moments'), options),
    faultsOf: (source, host) => {
      if (options.serviceFaults !== undefined) return options.serviceFaults[source] ?? [];
      const faults = known.get(host) ?? drawn(source, host);
      known.set(host, faults);
      return faults;
    },
  };
}

function drawBackend(
  { seed, backend, clockFaults }: HouseholdOptions,
  span: { startMs: number; endMs: number },
): readonly BackendFault[] | undefined {
  if (backend !== 'drawn') return backend;
  const faults = randomBackendFaults(seed, { ...span, gapMsMean: hourMs });
  // By a wrong clock the gateway has kept long enough what such a backend forgets.
  return clockFaults === undefined ? faults : faults.filter(({ trouble }) => trouble.kind !== 'restored');
}

/** For hours, from time to time: names have no address, or nobody answers. */
function internetAway(
  random: SeededRandom,
  { startMs, endMs }: { startMs: number; endMs: number },
): readonly ServiceFault[] {
  const faults: ServiceFault[] = [];
  let atMs = Math.floor(startMs + random.exponential(8 * hourMs));
  while (atMs < endMs) {
    const lengthMs = random.integer(5 * minuteMs, 5 * hourMs);
    const trouble = random.isLucky(0.5)
      ? ({ kind: 'fails', code: 'host_unresolved' } as const)
      : ({ kind: 'hangs' } as const);
    faults.push({ startMs: atMs, endMs: Math.min(endMs, atMs + lengthMs), trouble });
    atMs = Math.floor(atMs + lengthMs + hourMs + random.exponential(8 * hourMs));
  }
  return faults;
}

/** While those of the second are there, those of the first make no difference. */
function overlaid(own: readonly ServiceFault[], over: readonly ServiceFault[]): readonly ServiceFault[] {
  const rest = over.reduce(
    (faults, cut) =>
      faults.flatMap((fault) => {
        if (fault.endMs <= cut.startMs || fault.startMs >= cut.endMs) return [fault];
        return [
          { ...fault, endMs: Math.min(fault.endMs, cut.startMs) },
          { ...fault, startMs: Math.max(fault.startMs, cut.endMs) },
        ].filter(({ startMs, endMs }) => startMs < endMs);
      }),
    own,
  );
  return [...rest, ...over].sort((left, right) => left.startMs - right.startMs);
}

function drawMoments(
  random: SeededRandom,
  { days, restartsPerDay = 2, clockFaults = [] }: HouseholdOptions,
): readonly HouseholdMoment[] {
  const count = Math.round(restartsPerDay * days * random.between(0.5, 1.5));
  const restarts = Array.from({ length: count }, (): HouseholdMoment => ({
    atMs: random.integer(minuteMs, Math.floor(faultyShare * days * dayMs)),
    end: random.pick(['kill', 'kill_in_request', 'stop'] as const),
    // Mostly at once, as a service manager does.
    downMs: random.isLucky(0.7) ? random.integer(100, 10_000) : random.integer(10_000, 20 * minuteMs),
    happen: () => undefined,
  }));
  const faults = clockMoments(clockFaults).map((fault): HouseholdMoment => {
    const happen = (clock: SimulatedClock): void => fault.happen(clock);
    return { atMs: fault.atMs, end: fault.isBoot ? 'kill' : 'none', downMs: 20_000, happen };
  });
  return oneAfterAnother([...restarts, ...faults].sort((left, right) => left.atMs - right.atMs));
}

/** Nothing is ended that has not run for a while since it started. */
function oneAfterAnother(moments: readonly HouseholdMoment[]): readonly HouseholdMoment[] {
  let freeMs = 0;
  return moments.filter(({ atMs, end, downMs }) => {
    if (end !== 'none' && atMs < freeMs) return false;
    freeMs = Math.max(freeMs, atMs + downMs + runMsMin);
    return true;
  });
}
