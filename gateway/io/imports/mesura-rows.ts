import { describeError, errorCodeOf } from '../../core/errors.ts';
import { recordedAnswers, type RecordedFields } from '../sources/index.ts';
import type { SourceAnswer } from '../sources/source.ts';
import type { ImportGroup } from './import-format.ts';
import type { Cell } from './recorded-table.ts';

export type MesuraGroup = 'energy' | 'weather' | 'evohome';

export const timeColumn = 'timestamp';

/** Where they go by default are the ids that docs/sources.md gives them. */
export const mesuraGroups: readonly (ImportGroup & { readonly id: MesuraGroup })[] = [
  { id: 'energy', kind: 'homewizard-p1', device: 'p1' },
  { id: 'weather', kind: 'openweathermap', device: 'weather' },
  { id: 'evohome', kind: 'evohome', device: 'heating' },
];

const energyMarks = ['total_power_import_kwh', 'total_power_import_t1_kwh', 'active_power_w', 'smr_version'];
const weatherMarks = ['temp_c', 'temp_k'];
const zoneForm = /^_(\d{1,20})_(.*)$/s;
const numberForm = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;
/** As Python and SQLite write that there is nothing. */
const noneForm = /^(?:none|null|nan|[-+]?inf(?:inity)?)$/i;
/** As a table calculation leaves a long id. */
const lostIdForm = /^[-+]?\d(?:\.\d+)?e\+\d+$|^[-+]?inf(?:inity)?$/i;

const ids: ReadonlySet<string> = new Set(['unique_id', 'gas_unique_id']);
const words: ReadonlySet<string> = new Set([
  ...ids,
  'wifi_ssid',
  'meter_model',
  'timezone',
  'sunrise',
  'sunset',
  'weather_main',
  'weather_description',
  'weather_icon',
  'system_mode',
]);
/** Where a word can only stand because the cells do not fit their columns. */
const numberColumns: Readonly<Record<MesuraGroup, RegExp>> = {
  energy: /_(?:kwh|w|v|a|count|m3|tariff|strength|version)$/,
  weather:
    /^(?:lat|lon|dt|temp_[ck]|feels_like_[ck]|dew_point_[ck]|pressure|humidity|uvi|clouds|visibility|wind_.*|weather_id|timezone_offset)$/,
  evohome: zoneForm,
};

/** What the columns are of; undefined for none of mesura's tables. */
export function groupOf(columns: readonly string[]): MesuraGroup | undefined {
  const has = (name: string): boolean => columns.includes(name);
  if (!has(timeColumn)) return undefined;
  if (energyMarks.some(has)) return 'energy';
  if (weatherMarks.some(has)) return 'weather';
  return has('system_mode') || columns.some((name) => zoneForm.test(name)) ? 'evohome' : undefined;
}

export interface MesuraRow {
  readonly group: MesuraGroup;
  readonly cells: ReadonlyMap<string, Cell>;
  /** UTC epoch ms. */
  readonly atMs: number;
}

export interface DecodingOptions {
  /** IANA zone of the meter's own times. */
  readonly zone: string;
  /** Of the gas meter, where a row has lost it. */
  readonly gasId?: string;
}

/** What a row says; a text says why it says nothing. Values that cannot be are `suspect`. */
export function decodeRow(
  { group, cells, atMs }: MesuraRow,
  options: DecodingOptions,
): SourceAnswer | string {
  const fields = typedFields(group, cells);
  if (typeof fields === 'string') return fields;
  try {
    if (group === 'evohome') return roomsOf(fields);
    if (group === 'weather') return recordedAnswers.weather(fields, atMs);
    const { gasId, zone } = options;
    const isLost = gasId !== undefined && fields['gas_unique_id'] === undefined;
    return recordedAnswers.p1(isLost ? { ...fields, gas_unique_id: gasId } : fields, { zone, nowMs: atMs });
  } catch (error) {
    if (errorCodeOf(error) === undefined) throw error;
    return describeError(error).replace(/ \(.*\)$/s, '');
  }
}

/** The id of the gas meter, where the row has it as text. */
export function gasIdOf(cells: ReadonlyMap<string, Cell>): string | undefined {
  const id = cells.get('gas_unique_id');
  return typeof id === 'string' && id.trim() !== '' && !lostIdForm.test(id.trim()) ? id.trim() : undefined;
}

/** Numbers that were kept as texts are numbers, and ids that were kept as numbers are lost. */
function typedFields(group: MesuraGroup, cells: ReadonlyMap<string, Cell>): RecordedFields | string {
  const fields: Record<string, string | number> = {};
  for (const [name, cell] of cells) {
    if (cell === null || name === timeColumn || name.startsWith('\u0000')) continue;
    const value = words.has(name) ? wordOf(name, cell) : numberOrText(cell);
    if (value === undefined) continue;
    if (isOutOfPlace(group, name, value))
      return `its cells do not fit their columns: ${name} holds ${typeof value === 'string' ? 'a word' : 'a number'}`;
    fields[name] = value;
  }
  return fields;
}

function isOutOfPlace(group: MesuraGroup, name: string, value: string | number): boolean {
  if (typeof value === 'string' && !words.has(name)) return numberColumns[group].test(name);
  return name === 'system_mode' && numberForm.test(String(value));
}

function wordOf(name: string, cell: string | number): string | undefined {
  const text = String(cell).trim();
  if (text === '' || noneForm.test(text)) return undefined;
  return ids.has(name) && (typeof cell === 'number' || lostIdForm.test(text)) ? undefined : text;
}

function numberOrText(cell: string | number): string | number | undefined {
  const text = String(cell).trim();
  if (text === '' || noneForm.test(text)) return undefined;
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true' ? 1 : 0;
  if (!numberForm.test(text)) return text;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

function roomsOf(fields: RecordedFields): SourceAnswer {
  const rooms = Object.entries(fields).flatMap(([column, value]) => {
    const [, id, name = ''] = zoneForm.exec(column) ?? [];
    if (id === undefined || typeof value !== 'number') return [];
    return [recordedAnswers.room(id, name.replaceAll('_', ' ').trim(), value)];
  });
  const mode = fields['system_mode'];
  return {
    values: rooms.flatMap(({ values }) => values),
    texts: [
      ...rooms.flatMap(({ texts }) => texts),
      ...(typeof mode === 'string' ? [{ quantity: 'system_mode', text: mode }] : []),
    ],
  };
}
