import { compileField, decodeText } from '../decode.ts';
import type { DescribedPoint, RegisterReader } from '../driver.ts';
import { planRanges, type PlannedSpan } from '../plan-ranges.ts';
import type { ModelBlock } from './model-chain.ts';
import { wordCountOf, type ModelTable, type PointDefinition } from './model-table.ts';
import { readIfThere } from './optional-read.ts';
import { fieldOf, placePoints, type PlacedPoint } from './placed-point.ts';

export type PointValue = DescribedPoint['value'];

/** A point, and what it held. */
export interface ReadPoint {
  readonly point: PlacedPoint;
  /** Null when it is not implemented, or refused. */
  readonly value: PointValue;
}

/** What reading costs does not matter here, but every request does more than a register. */
const planOptions = { cost: { perRequestMs: 20, perRegisterMs: 0.1 }, registersMax: 125, forbidden: [] };

/**
 * Reads all points of a block, in its order, without padding. Each comes in one request with its scale factor.
 * Errors: the reader's, but for what the device refuses.
 */
export async function readPoints(
  read: RegisterReader,
  block: ModelBlock,
  table: ModelTable,
): Promise<readonly ReadPoint[]> {
  const points = placePoints(block, table).filter(({ definition }) => definition.type !== 'pad');
  const values = new Map<PlacedPoint, PointValue>();
  for (const { range, spans } of planRanges(points.map(spanOf), planOptions)) {
    const words = await readIfThere(read, range.address, range.count);
    if (words === undefined) continue;
    for (const span of spans) {
      const at = span.address - range.address;
      values.set(span.point, decodePoint(span, words.subarray(at, at + span.count)));
    }
  }
  const described = points.map((point) => ({ point, value: values.get(point) ?? null }));
  return withoutUncounted(described, table);
}

interface PointSpan extends PlannedSpan {
  readonly point: PlacedPoint;
}

function spanOf(point: PlacedPoint): PointSpan {
  const scaleAt = point.scaleAddress ?? point.address;
  const address = Math.min(point.address, scaleAt);
  const end = Math.max(point.address + wordCountOf(point.definition), scaleAt + 1);
  return { name: point.name, table: 'holding', address, count: end - address, point };
}

/** Without the repetitions beyond the number that the device gives, where it gives one. */
function withoutUncounted(points: readonly ReadPoint[], { group }: ModelTable): readonly ReadPoint[] {
  const count = points.find(({ point }) => point.name === group?.count)?.value;
  if (typeof count !== 'number') return points;
  return points.filter(({ point }) => point.repetition <= count);
}

function decodePoint({ point, ...span }: PointSpan, words: Uint16Array): PointValue {
  const { definition, name } = point;
  const field = fieldOf(point, { name, min: -Infinity, max: Infinity });
  if (field === undefined) return decodeText(span, words) ?? null;
  const value = compileField(field, 'big').valueAt(words, 0);
  if (Number.isNaN(value)) return null;
  if (field.encoding === 'u64' || field.encoding === 's64') return wideText(point, span.address, words);
  if (definition.type === 'enum16') return definition.symbols?.[value] ?? value;
  const isFlags = definition.type === 'bitfield16' || definition.type === 'bitfield32';
  return isFlags ? flagsOf(definition, value) : value + 0;
}

function flagsOf({ symbols }: PointDefinition, value: number): string[] {
  const bits = Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => ((value >>> bit) & 1) === 1);
  return bits.map((bit) => symbols?.[bit] ?? `bit ${bit}`);
}

/** 64 bits as exact decimal text: no number holds them all. */
function wideText(
  { definition, address, scaleAddress }: PlacedPoint,
  from: number,
  words: Uint16Array,
): string {
  const at = address - from;
  const bits = words.subarray(at, at + 4).reduce((sum, word) => (sum << 16n) | BigInt(word), 0n);
  const raw = definition.type === 'int64' ? BigInt.asIntN(64, bits) : bits;
  const exponentWord = scaleAddress === undefined ? 0 : (words[scaleAddress - from] ?? 0);
  return shiftedText(raw, (exponentWord << 16) >> 16);
}

/** `raw` × 10^exponent. */
function shiftedText(raw: bigint, exponent: number): string {
  if (exponent >= 0) return `${raw * 10n ** BigInt(exponent)}`;
  const digits = `${raw < 0n ? -raw : raw}`.padStart(1 - exponent, '0');
  const whole = digits.slice(0, exponent);
  const fraction = digits.slice(exponent).replace(/0+$/, '');
  return `${raw < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
