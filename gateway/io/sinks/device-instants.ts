import type { SaidText } from '../../core/said-text.ts';
import type { SinkBatch, SinkRow } from './sink.ts';

/** What a device said at one instant, by quantity. */
export interface DeviceInstant {
  readonly atMs: number;
  readonly rows: ReadonlyMap<string, SinkRow>;
  readonly texts: ReadonlyMap<string, SaidText>;
}

interface Growing {
  readonly rows: Map<string, SinkRow>;
  readonly texts: Map<string, SaidText>;
}

/** A batch by device, each by time. Of what comes twice in it the later counts. */
export function deviceInstants({ rows, texts }: SinkBatch): ReadonlyMap<string, readonly DeviceInstant[]> {
  const devices = new Map<string, Map<number, Growing>>();
  const instantOf = ({ device, atMs }: SinkRow | SaidText): Growing => {
    const instants = devices.get(device) ?? new Map<number, Growing>();
    devices.set(device, instants);
    const instant = instants.get(atMs) ?? {
      rows: new Map<string, SinkRow>(),
      texts: new Map<string, SaidText>(),
    };
    instants.set(atMs, instant);
    return instant;
  };
  for (const row of rows) instantOf(row).rows.set(row.quantity, row);
  for (const text of texts) instantOf(text).texts.set(text.quantity, text);
  return new Map(
    [...devices].map(([device, instants]) => [
      device,
      [...instants].sort(([a], [b]) => a - b).map(([atMs, said]) => ({ atMs, ...said })),
    ]),
  );
}
