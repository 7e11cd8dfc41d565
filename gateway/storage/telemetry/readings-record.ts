import { qualityCode, qualityOf } from '../../core/quality.ts';
import type { ReadingBatch, SeriesId, SeriesKey } from '../../core/reading.ts';

const good = qualityCode('good');

/**
 * The canonical record of a commit: as `canonicalJson` would write it, at a tenth of the cost. Readings of one series
 * stay in the order in which they arrived.
 */
export function readingsRecord(
  commit: number,
  batch: ReadingBatch,
  keyOf: (series: SeriesId) => SeriesKey,
): string {
  const rows = new Map<SeriesId, string[]>();
  for (const [index, series] of batch.series.entries()) {
    const items = rows.get(series);
    const item = itemAt(batch, index);
    if (items === undefined) rows.set(series, [item]);
    else items.push(item);
  }
  const devices = new Map<string, (readonly [quantity: string, items: readonly string[]])[]>();
  for (const [series, items] of rows) {
    const { device, quantity } = keyOf(series);
    const quantities = devices.get(device);
    if (quantities === undefined) devices.set(device, [[quantity, items]]);
    else quantities.push([quantity, items]);
  }
  const members = [...devices].sort(byName).map(([device, quantities]) => {
    const lists = quantities
      .sort(byName)
      .map(([name, items]) => `${JSON.stringify(name)}:[${items.join(',')}]`);
    return `${JSON.stringify(device)}:{${lists.join(',')}}`;
  });
  return `{"commit":${commit},"kind":"readings","readings":{${members.join(',')}}}`;
}

function itemAt({ atMs, value, quality }: ReadingBatch, index: number): string {
  const given = value[index] ?? NaN;
  const number = Number.isFinite(given) ? String(given) : 'null';
  const code = quality[index] ?? good;
  const said = code === good ? '' : `,"${qualityOf(code)}"`;
  return `[${String(atMs[index])},${number}${said}]`;
}

/** By UTF-16 units. */
function byName([left]: readonly [string, ...unknown[]], [right]: readonly [string, ...unknown[]]): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
