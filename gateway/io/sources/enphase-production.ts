import { GatewayError } from '../../core/errors.ts';
import { listAt, objectAt, readFields, type FieldRow } from './fields.ts';
import type { SourceAnswer, SourceText, SourceValue } from './source.ts';

const sections = ['production', 'consumption', 'storage'] as const;

type Section = (typeof sections)[number];

/** What stands in one block, before it is known where. */
type BlockField = Omit<FieldRow, 'path'> & { readonly field: string };

/** One device or meter of the answer. */
interface Block {
  readonly section: Section;
  /** Its name in the names of its values: `net-consumption`, `inverters`. */
  readonly key: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Not fitted: its numbers are zeros that nobody measured. */
  readonly isFitted: boolean;
}

const whPerKwh = 0.001;
const wMax = 1_000_000;
/** Of meters at rest, and of inverters that draw a little at night. */
const restWMin = -200;
/** Before, an Envoy has not got the time yet. */
const earliestS = Date.UTC(2015, 0) / 1000;
const latestS = Date.UTC(2100, 0) / 1000;

const pvFields: readonly BlockField[] = [
  { field: 'wNow', quantity: 'pv_power_w', min: restWMin, max: wMax },
  { field: 'whLifetime', quantity: 'pv_energy_kwh', scale: whPerKwh, min: 0 },
  { field: 'whToday', quantity: 'pv_energy_today_kwh', scale: whPerKwh, min: 0 },
];

const homeFields: readonly BlockField[] = [
  { field: 'wNow', quantity: 'home_power_w', min: restWMin, max: wMax },
  { field: 'whLifetime', quantity: 'home_energy_kwh', scale: whPerKwh, min: 0 },
];

/** Its energy is not that of one direction, and stays under its own name. */
const gridFields: readonly BlockField[] = [
  { field: 'wNow', quantity: 'grid_power_w', min: -wMax, max: wMax },
];

const batteryFields: readonly BlockField[] = [
  { field: 'whNow', quantity: 'battery_available_kwh', scale: whPerKwh, min: 0 },
  { field: 'percentFull', quantity: 'battery_soc_pct', min: 0, max: 100 },
];

/**
 * `/production.json`. Production is that of the meter where one is fitted, otherwise what the inverters report; what
 * is known of neither is kept as `consumption.net-consumption.rmsCurrent`. Each block has a time of its own. Blocks
 * that are not there, or not fitted, have no values. Errors: `answer_invalid`; `source_unavailable` when nothing is
 * measured yet, as after its start.
 */
export function readProduction(answer: unknown): SourceAnswer {
  const blocks = sections.flatMap((section) => blocksOf(answer, section));
  if (!blocks.some(({ isFitted }) => isFitted))
    throw new GatewayError('source_unavailable', 'the Envoy measures nothing yet', {
      hint: 'nothing need be done: it is asked again',
    });
  const known = meaningOf(blocks);
  const values: SourceValue[] = [];
  const texts: SourceText[] = [];
  for (const block of blocks) {
    const read = readBlock(block, known.get(block) ?? []);
    values.push(...read.values);
    texts.push(...read.texts);
  }
  const beside = readFields([], answer, { without: sections });
  return { values: [...values, ...beside.values], texts: [...texts, ...beside.texts] };
}

function blocksOf(answer: unknown, section: Section): readonly Block[] {
  const isThere = (objectAt(answer, '')[section] ?? undefined) !== undefined;
  if (!isThere && section !== 'production') return [];
  const keys = new Set<string>();
  return listAt(answer, section).map((_item, index) => {
    const fields = objectAt(answer, `${section}[${index}]`);
    const named = fields['measurementType'] ?? fields['type'];
    const name = typeof named === 'string' && /^[a-z0-9-]{1,40}$/i.test(named) ? named : 'block';
    const key = keys.has(name) ? `${name}-${index}` : name;
    keys.add(key);
    return { section, key, fields, isFitted: isFitted(fields, `${section}[${index}]`) };
  });
}

function isFitted({ activeCount, readingTime }: Block['fields'], where: string): boolean {
  const count = activeCount ?? 1;
  if (typeof count !== 'number') throw invalid('a number', `${where}.activeCount`);
  return count > 0 && readingTime !== 0;
}

/** Which block is which. The first of a kind counts. */
function meaningOf(blocks: readonly Block[]): ReadonlyMap<Block, readonly BlockField[]> {
  const find = (section: Section, key: string): Block | undefined =>
    blocks.find((block) => block.isFitted && block.section === section && block.key === key);
  const production =
    find('production', 'production') ?? find('production', 'eim') ?? find('production', 'inverters');
  const pairs: readonly (readonly [Block | undefined, readonly BlockField[]])[] = [
    [production, pvFields],
    [find('consumption', 'total-consumption'), homeFields],
    [find('consumption', 'net-consumption'), gridFields],
    [blocks.find(({ isFitted, section }) => isFitted && section === 'storage'), batteryFields],
  ];
  return new Map(pairs.flatMap(([block, fields]) => (block === undefined ? [] : [[block, fields] as const])));
}

function readBlock(block: Block, meaning: readonly BlockField[]): SourceAnswer {
  const { section, key, fields, isFitted } = block;
  const base = `${section}.${key}`;
  if (!isFitted) {
    const { activeCount } = fields;
    const values = typeof activeCount === 'number' ? [{ quantity: `${base}.activeCount`, value: 0 }] : [];
    return { values, texts: [] };
  }
  const present = meaning.filter(({ field }) => (fields[field] ?? undefined) !== undefined);
  const table = present.map(({ field, ...row }) => ({ ...row, path: `${base}.${field}` }));
  const without = ['type', 'measurementType', 'readingTime'].map((field) => `${base}.${field}`);
  const read = readFields(table, { [section]: { [key]: fields } }, { without });
  const atMs = timeMs(fields, base);
  return {
    values: atMs === undefined ? read.values : read.values.map((value) => ({ ...value, atMs })),
    texts: read.texts,
  };
}

/** Of an Envoy that does not know the time, the answer's own counts. */
function timeMs({ readingTime }: Block['fields'], base: string): number | undefined {
  if (readingTime === undefined || readingTime === null) return undefined;
  if (typeof readingTime !== 'number') throw invalid('a number', `${base}.readingTime`);
  return readingTime >= earliestS && readingTime < latestS ? Math.floor(readingTime) * 1000 : undefined;
}

function invalid(expected: string, where: string): GatewayError {
  return new GatewayError('answer_invalid', `the answer has not ${expected} at ${where}`, {
    hint: 'check whether this is an Envoy, and whether its firmware is new',
    facts: { where, expected },
  });
}
