import type { SeededRandom } from '../../modbus-sim/random.ts';

/** What goes wrong with the boiler itself. */
const boilerTroubles = ['empty-silo', 'auger-jam', 'fire-out', 'igniter-dead', 'door', 'weak'] as const;

/** What goes wrong with what one sees of it. */
const sightTroubles = [
  'missing',
  'crc',
  'power-on',
  'minus-one',
  'stuck',
  'noise',
  'gap',
  'reboots',
  'late',
  'step-ahead',
  'step-back',
] as const;

export type BoilerTrouble = (typeof boilerTroubles)[number];
export type SightTrouble = (typeof sightTroubles)[number];

/** The inputs that decide the phase. */
export const winterInputs = ['water', 'igniter', 'primaryFan'] as const;

export type WinterInput = (typeof winterInputs)[number];

/** In minutes of the winter, half-open. */
export interface WinterTrouble<Kind> {
  readonly kind: Kind;
  readonly from: number;
  readonly to: number;
  /** Of troubles that are one input's. */
  readonly input: WinterInput;
  /** Of what comes and goes: the share of samples, or of minutes, that it has. */
  readonly share: number;
}

export interface WinterPlan {
  readonly seed: number;
  readonly days: number;
  readonly boiler: readonly WinterTrouble<BoilerTrouble>[];
  readonly sight: readonly WinterTrouble<SightTrouble>[];
}

const dayMinutes = 1_440;
const boilerGapDays = 2;
const sightGapDays = 1.5;

/** Minutes that it lasts, least and most. */
const boilerLengths: Readonly<Record<BoilerTrouble, readonly [number, number]>> = {
  'empty-silo': [60, 1_800],
  'auger-jam': [40, 600],
  'fire-out': [2, 1_500],
  'igniter-dead': [30, 600],
  door: [20, 300],
  weak: [60, 900],
};
const sightLengths: Readonly<Record<SightTrouble, readonly [number, number]>> = {
  missing: [1, 600],
  crc: [1, 300],
  'power-on': [1, 30],
  'minus-one': [1, 120],
  stuck: [5, 1_000],
  noise: [1, 60],
  gap: [1, 700],
  reboots: [5, 90],
  late: [1, 45],
  'step-ahead': [1, 90],
  'step-back': [1, 90],
};

/** A winter in which much goes wrong, at once as well; the same for the same seed. */
export function drawWinter(seed: number, days: number, random: SeededRandom): WinterPlan {
  const faulty = { days, random };
  // One in four begins with a boiler that is out.
  const first = random.isLucky(0.25)
    ? [troubleOf('fire-out' as const, 0, random.integer(2, 90), random)]
    : [];
  const boiler = [
    ...first,
    ...drawTroubles({ ...faulty, kinds: boilerTroubles, lengths: boilerLengths }, boilerGapDays),
  ];
  const sight = drawTroubles({ ...faulty, kinds: sightTroubles, lengths: sightLengths }, sightGapDays);
  // Half of what goes wrong with the sight does so just when the boiler needs to be seen.
  const meeting = boiler.flatMap(({ from, to }) => {
    if (random.isLucky(0.5)) return [];
    const kind = random.pick(sightTroubles);
    const [shortest, longest] = sightLengths[kind];
    const begin = random.integer(Math.max(1, from - 30), to);
    return [troubleOf(kind, begin, begin + random.integer(shortest, Math.min(longest, 90)), random)];
  });
  return { seed, days, boiler, sight: withoutMeetingSteps([...sight, ...meeting]) };
}

function drawTroubles<Kind extends string>(
  of: {
    readonly days: number;
    readonly random: SeededRandom;
    readonly kinds: readonly [Kind, ...Kind[]];
    readonly lengths: Readonly<Record<Kind, readonly [number, number]>>;
  },
  gapDays: number,
): readonly WinterTrouble<Kind>[] {
  const { random } = of;
  const troubles: WinterTrouble<Kind>[] = [];
  let at = random.exponential(gapDays * dayMinutes);
  while (at < of.days * dayMinutes) {
    const kind = random.pick(of.kinds);
    const [shortest, longest] = of.lengths[kind];
    // Short ones are as common as long ones.
    const length = Math.round(shortest * (longest / shortest) ** random.unit());
    const from = Math.floor(at);
    troubles.push(troubleOf(kind, from, from + length, random));
    at += length + random.exponential(gapDays * dayMinutes);
  }
  return troubles;
}

function troubleOf<Kind>(kind: Kind, from: number, to: number, random: SeededRandom): WinterTrouble<Kind> {
  return { kind, from, to, input: random.pick(winterInputs), share: random.pick([0.02, 0.2, 0.5, 0.95]) };
}

/** A clock that is stepped again before it is right is one that nobody can judge by. */
function withoutMeetingSteps(
  troubles: readonly WinterTrouble<SightTrouble>[],
): readonly WinterTrouble<SightTrouble>[] {
  let freeFrom = 0;
  return troubles
    .toSorted((left, right) => left.from - right.from)
    .filter(({ kind, from, to }) => {
      if (kind !== 'step-ahead' && kind !== 'step-back') return true;
      if (from < freeFrom) return false;
      freeFrom = to + 180;
      return true;
    });
}
