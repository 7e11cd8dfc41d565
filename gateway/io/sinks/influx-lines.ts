import type { SinkBatch, SinkRow } from './sink.ts';

/** One line of the line protocol, and what it was made of. */
export interface InfluxLine {
  readonly text: string;
  readonly measurement: string;
  readonly atMs: number;
  /** Places in the batch's rows; none for words. */
  readonly rows: readonly number[];
}

/** A series that the `snapshot` layout keeps, and its field there. */
export interface SnapshotField {
  readonly device: string;
  readonly quantity: string;
  readonly field: string;
}

type Tags = Readonly<Record<string, string>>;

/**
 * A measurement for each quantity: tags device and site, fields value (always a float: a field keeps the type that
 * it first had) and quality; of words the field text. A row without a value has its quality alone.
 */
export function readingLines({ rows, texts }: SinkBatch, site: string): readonly InfluxLine[] {
  const words = texts.map(({ device, quantity, atMs, text }) => {
    const fields = [`text=${quoted(text)}`];
    return line({ measurement: quantity, tags: { device, site }, fields, atMs, rows: [] });
  });
  const values = rows.map((row, index) => {
    const { device, quantity, atMs, quality } = row;
    const fields = [...valueField('value', row), `quality=${quoted(quality)}`];
    return line({ measurement: quantity, tags: { device, site }, fields, atMs, rows: [index] });
  });
  return [...values, ...words];
}

/** The measurement `snapshot`: one point a second with all the fields that are known of it; good values only. */
export function snapshotLines(
  { rows }: SinkBatch,
  known: readonly SnapshotField[],
  tags: Tags,
): readonly InfluxLine[] {
  const names = new Map(known.map(({ device, quantity, field }) => [`${device}\n${quantity}`, field]));
  const seconds = new Map<number, { fields: Map<string, string>; rows: number[] }>();
  for (const [index, row] of rows.entries()) {
    const name = names.get(`${row.device}\n${row.quantity}`);
    const [field] = name !== undefined && row.quality === 'good' ? valueField(name, row) : [];
    if (name === undefined || field === undefined) continue;
    const atMs = Math.floor(row.atMs / 1000) * 1000;
    const point = seconds.get(atMs) ?? { fields: new Map<string, string>(), rows: [] };
    seconds.set(atMs, point);
    point.fields.set(name, field);
    point.rows.push(index);
  }
  return [...seconds].map(([atMs, { fields, rows: places }]) =>
    line({ measurement: 'snapshot', tags, fields: [...fields.values()], atMs, rows: places }),
  );
}

interface LineParts {
  readonly measurement: string;
  readonly tags: Tags;
  readonly fields: readonly string[];
  readonly atMs: number;
  readonly rows: readonly number[];
}

/** Times in milliseconds; tags by name, as the server sorts them, and none that is empty. */
function line({ measurement, tags, fields, atMs, rows }: LineParts): InfluxLine {
  const name = plain(measurement).replace(/^#/, '_');
  const pairs = Object.entries(tags)
    .filter(([, value]) => value !== '')
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => `,${escaped(key)}=${escaped(value)}`);
  const text = `${name.replace(/[, ]/g, '\\$&')}${pairs.join('')} ${fields.join(',')} ${Math.round(atMs)}`;
  return { text, measurement: name, atMs, rows };
}

function valueField(name: string, { value }: SinkRow): readonly string[] {
  return value === null || !Number.isFinite(value) ? [] : [`${escaped(name)}=${value}`];
}

function escaped(name: string): string {
  return plain(name).replace(/[,= ]/g, '\\$&');
}

/** No two versions of the server read a backslash in a name alike, and a line break would end the line. */
function plain(name: string): string {
  return name.replace(/[\\\u0000-\u001f\u007f]/g, '_');
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
