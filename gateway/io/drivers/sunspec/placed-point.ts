import type { RegisterEncoding, RegisterField } from '../register-map.ts';
import type { ModelBlock } from './model-chain.ts';
import { wordCountOf, type ModelTable, type PointDefinition, type PointType } from './model-table.ts';

/** A point of a device's model, with its addresses. */
export interface PlacedPoint {
  /** As SunSpec names it, repetitions counted from 1: `W`, `module[2].DCW`. */
  readonly name: string;
  readonly definition: PointDefinition;
  readonly model: number;
  /** Which repetition of the model's group it belongs to, from 1; 0 for the points before. */
  readonly repetition: number;
  readonly address: number;
  /** Of its scale factor, where it has one. */
  readonly scaleAddress?: number;
}

/** More than any device has: 160 is filled by 12 inputs and 714 by as many ports. */
const repetitionsMax = 32;
const requestRegistersMax = 125;

/**
 * The block's points in the order of their addresses. Left out are those beyond the length that the device
 * gives, those whose scale factor is, and those too far from it to come in one answer with it: from the
 * seventh module of model 160 and the sixth port of 714 on.
 */
export function placePoints(block: ModelBlock, table: ModelTable): PlacedPoint[] {
  const scaleOffsets = new Map(table.points.map(({ name, offset }) => [name, offset]));
  const end = 2 + block.length;
  return offsetPoints(block, table).flatMap(({ offset, ...point }): PlacedPoint[] => {
    const { definition } = point;
    const placed = { ...point, model: block.id, address: block.address + offset };
    const lastOffset = offset + wordCountOf(definition) - 1;
    if (lastOffset >= end) return [];
    if (definition.scaleFactor === undefined) return [placed];
    const scaleOffset = scaleOffsets.get(definition.scaleFactor) ?? end;
    const span = Math.max(lastOffset, scaleOffset) - Math.min(offset, scaleOffset) + 1;
    if (scaleOffset >= end || span > requestRegistersMax) return [];
    return [{ ...placed, scaleAddress: block.address + scaleOffset }];
  });
}

/** With its offset from the model's ID. */
type OffsetPoint = Pick<PlacedPoint, 'name' | 'definition' | 'repetition'> & { readonly offset: number };

/** The points, and as many repetitions of the table's group as the block has room for. */
function offsetPoints(block: ModelBlock, { points, group }: ModelTable): OffsetPoint[] {
  const fixed = points.map((definition) => ({
    name: definition.name,
    definition,
    repetition: 0,
    offset: definition.offset,
  }));
  if (group === undefined) return fixed;
  const room = Math.floor((2 + block.length - group.offset) / group.words);
  const repetitions = Array.from(
    { length: Math.max(0, Math.min(room, repetitionsMax)) },
    (_, index) => index,
  );
  const repeated = repetitions.flatMap((index) =>
    group.points.map((definition) => ({
      name: `${group.name}[${index + 1}].${definition.name}`,
      definition,
      repetition: index + 1,
      offset: group.offset + index * group.words + definition.offset,
    })),
  );
  return [...fixed, ...repeated];
}

type NumberType = Exclude<PointType, 'string'>;
type NumberFormat = Pick<RegisterField, 'notAvailable'> & { readonly encoding: RegisterEncoding };

/**
 * How each type is read, and its "not implemented". A counter that was never implemented is 0 by the
 * specification; devices that answer all ones instead are known, and no counter stands there for long.
 */
const numberFormats: Readonly<Record<NumberType, NumberFormat>> = {
  int16: { encoding: 's16', notAvailable: [-0x8000] },
  uint16: { encoding: 'u16', notAvailable: [0xffff] },
  count: { encoding: 'u16', notAvailable: [0xffff] },
  acc16: { encoding: 'u16', notAvailable: [0, 0xffff] },
  enum16: { encoding: 'u16', notAvailable: [0xffff] },
  bitfield16: { encoding: 'u16', notAvailable: [0xffff] },
  int32: { encoding: 's32', notAvailable: [-0x80000000] },
  uint32: { encoding: 'u32', notAvailable: [0xffffffff] },
  acc32: { encoding: 'u32', notAvailable: [0, 0xffffffff] },
  bitfield32: { encoding: 'u32', notAvailable: [0xffffffff] },
  int64: { encoding: 's64', notAvailable: [-0x8000000000000000n] },
  uint64: { encoding: 'u64', notAvailable: [0xffffffffffffffffn] },
  acc64: { encoding: 'u64', notAvailable: [0n, 0xffffffffffffffffn] },
  float32: { encoding: 'f32' },
  float64: { encoding: 'f64' },
  sunssf: { encoding: 's16', notAvailable: [-0x8000] },
  pad: { encoding: 'u16', notAvailable: [0xffff, 0x8000] },
};

/** Undefined for text. */
export function numberFormatOf({ type }: PointDefinition): NumberFormat | undefined {
  return type === 'string' ? undefined : numberFormats[type];
}

/** The point as a field of a register map; undefined for text. */
export function fieldOf(
  point: PlacedPoint,
  reading: Pick<RegisterField, 'name' | 'scale' | 'min' | 'max'>,
): RegisterField | undefined {
  const format = numberFormatOf(point.definition);
  if (format === undefined) return undefined;
  return {
    ...reading,
    ...format,
    table: 'holding',
    address: point.address,
    ...(point.scaleAddress === undefined ? {} : { scaleRegister: point.scaleAddress }),
    ...symbolsOf(point.definition),
  };
}

function symbolsOf({ type, symbols }: PointDefinition): Pick<RegisterField, 'labels' | 'flags'> {
  if (symbols === undefined) return {};
  return type === 'enum16' ? { labels: symbols } : { flags: symbols };
}
