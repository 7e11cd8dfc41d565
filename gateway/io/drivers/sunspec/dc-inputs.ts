import type { PlacedPoint } from './placed-point.ts';
import type { PointValue, ReadPoint } from './read-points.ts';

/**
 * What stands behind a DC input. `storage` is a battery in both directions; `other` is neither panels nor a
 * battery; `unknown` may be either.
 */
export type DcInputKind = 'pv' | 'storage' | 'charge' | 'discharge' | 'other' | 'unknown';

/** One module of model 160, or one port of model 714. */
export interface DcInput {
  readonly kind: DcInputKind;
  readonly points: readonly PlacedPoint[];
}

/** What tells inputs apart besides themselves. */
export interface DcContext {
  readonly maker: string;
  /** Some model says that there is a battery. */
  readonly hasStorage: boolean;
}

/**
 * The inputs of a 160 or 714 block, in order. Battery power is never taken for that of panels: where there is a
 * battery, an input counts as panels only when its type or name says so, or when the battery's own are known.
 */
export function findDcInputs(read: readonly ReadPoint[], context: DcContext): readonly DcInput[] {
  const repetitions = Map.groupBy(read, ({ point }) => point.repetition);
  repetitions.delete(0);
  const inputs = [...repetitions.values()].map((points) => ({
    kind: kindOf(points),
    points: points.map(({ point }) => point),
  }));
  if (inputs.some(isStorage) || !context.hasStorage) return inputs.map(orElsePanels);
  const layout = isFronius(context) ? froniusLayouts[inputs.length] : undefined;
  return inputs.map((input, index) => ({ ...input, kind: layout?.[index] ?? input.kind }));
}

export function isFronius({ maker }: { readonly maker: string }): boolean {
  return /^fronius\b/i.test(maker);
}

function isStorage({ kind }: DcInput): boolean {
  return kind === 'storage' || kind === 'charge' || kind === 'discharge';
}

/** By the number of inputs: Symo Hybrid and GEN24, whose names do not always say what is a battery. */
const froniusLayouts: Readonly<Record<number, readonly DcInputKind[]>> = {
  2: ['pv', 'storage'],
  4: ['pv', 'pv', 'charge', 'discharge'],
};

/** Fronius GEN24 names its storage inputs "StCha 3" and "StDisCha 4"; others write what they are. */
const kindsByName: readonly { readonly matches: RegExp; readonly kind: DcInputKind }[] = [
  { matches: /dis-?\s?cha/i, kind: 'discharge' },
  { matches: /^st-?\s?cha|^charg/i, kind: 'charge' },
  { matches: /batt|^bat\b|storage|^ess\b/i, kind: 'storage' },
  { matches: /pv|mppt|solar|string/i, kind: 'pv' },
];

const kindsOfPort: Readonly<Record<string, DcInputKind>> = { PV: 'pv', ESS: 'storage' };

function kindOf(read: readonly ReadPoint[]): DcInputKind {
  const valueOf = (name: string): PointValue =>
    read.find(({ point }) => point.definition.name === name)?.value ?? null;
  const portType = valueOf('PrtTyp');
  if (portType !== null) return kindsOfPort[String(portType)] ?? 'other';
  const name = valueOf('IDStr');
  if (typeof name !== 'string') return 'unknown';
  return kindsByName.find(({ matches }) => matches.test(name))?.kind ?? 'unknown';
}

function orElsePanels(input: DcInput): DcInput {
  return input.kind === 'unknown' ? { ...input, kind: 'pv' } : input;
}
