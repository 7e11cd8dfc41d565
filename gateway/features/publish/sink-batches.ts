import { hasValue, qualityOf } from '../../core/quality.ts';
import { quantityDefinition } from '../../core/quantity.ts';
import type { SinkRow } from '../../io/sinks/sink.ts';
import type { SeriesColumns } from '../../storage/store-calls.ts';
import type { SinkChoice } from './sink-choice.ts';

/** The rows that the sink gets, in their order; its choice must have learnt their series. */
export function sinkRows(columns: SeriesColumns, choice: Pick<SinkChoice, 'nameOf'>): readonly SinkRow[] {
  const { series, atMs, value, quality } = columns;
  const rows: SinkRow[] = [];
  for (const [index, id] of series.entries()) {
    const name = choice.nameOf(id);
    if (name === undefined) continue;
    const { device, quantity } = name;
    const said = qualityOf(quality[index] ?? -1);
    const number = value[index] ?? NaN;
    rows.push({
      device,
      quantity,
      unit: quantityDefinition(quantity).unit,
      atMs: atMs[index] ?? NaN,
      value: hasValue(said) && Number.isFinite(number) ? number : null,
      quality: said,
    });
  }
  return rows;
}

/** Parts of at most so many rows; those of one time stay together where they fit. */
export function cutRows(rows: readonly SinkRow[], rowsMax: number): readonly (readonly SinkRow[])[] {
  const parts: (readonly SinkRow[])[] = [];
  for (let from = 0; from < rows.length;) {
    let to = Math.min(rows.length, from + rowsMax);
    const nextMs = rows[to]?.atMs;
    let firstOfTime = to;
    while (firstOfTime > from && rows[firstOfTime - 1]?.atMs === nextMs) firstOfTime -= 1;
    if (firstOfTime > from) to = firstOfTime;
    parts.push(rows.slice(from, to));
    from = to;
  }
  return parts;
}
