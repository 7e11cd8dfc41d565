/** SunSpec Device Information Model Specification V1.2, section 4.2; all big-endian, high word first. */
export type PointType =
  | 'int16'
  | 'uint16'
  | 'count'
  | 'acc16'
  | 'enum16'
  | 'bitfield16'
  | 'int32'
  | 'uint32'
  | 'acc32'
  | 'bitfield32'
  | 'int64'
  | 'uint64'
  | 'acc64'
  | 'float32'
  | 'float64'
  | 'string'
  | 'sunssf'
  | 'pad';

/** One value of a model, as SunSpec names it. */
export interface PointDefinition {
  /** Words from the model's ID; in a group, from the beginning of each repetition. */
  readonly offset: number;
  readonly name: string;
  readonly type: PointType;
  /** Of a string. */
  readonly words?: number;
  readonly unit?: string;
  /** Name of the point whose power of ten this one is multiplied by. */
  readonly scaleFactor?: string;
  /** What the values of an enumeration, or the bits of a bit field, mean. */
  readonly symbols?: Readonly<Record<number, string>>;
}

/** Points that a model repeats at its end, as often as one of its other points says. */
export interface PointGroup {
  readonly name: string;
  /** Name of the point that counts the repetitions. */
  readonly count: string;
  /** Of the first repetition, from the model's ID. */
  readonly offset: number;
  /** Of one repetition. */
  readonly words: number;
  readonly points: readonly PointDefinition[];
}

/** A SunSpec model as data; without ID and length, which all begin with. */
export interface ModelTable {
  /** Models with the same points share a table. */
  readonly ids: readonly number[];
  readonly title: string;
  readonly points: readonly PointDefinition[];
  readonly group?: PointGroup;
}

const wordCounts: Readonly<Record<Exclude<PointType, 'string'>, number>> = {
  int16: 1,
  uint16: 1,
  count: 1,
  acc16: 1,
  enum16: 1,
  bitfield16: 1,
  int32: 2,
  uint32: 2,
  acc32: 2,
  bitfield32: 2,
  int64: 4,
  uint64: 4,
  acc64: 4,
  float32: 2,
  float64: 4,
  sunssf: 1,
  pad: 1,
};

/** How many registers the point takes. */
export function wordCountOf(point: PointDefinition): number {
  return point.type === 'string' ? (point.words ?? 0) : wordCounts[point.type];
}
