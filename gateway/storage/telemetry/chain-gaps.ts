import type { JsonValue } from '../../core/canonical-json.ts';
import type { TelemetryEvents } from './telemetry-events.ts';

/** Records of a chain that are gone before everybody had them: `quota`, to make room; `damage`, on the disk. */
export interface ChainGap {
  readonly reason: 'quota' | 'damage';
  /** Of the chain before that it is of; absent: of the one that tells it. */
  readonly epoch?: string;
  readonly from: number;
  readonly to: number;
  /** Hash before the first, and of the last. */
  readonly before: string;
  readonly head: string;
  readonly readings: number;
}

type GapRecord = ChainGap & { readonly kind: 'gap' };

/** To be told in the next batch; together with the gap that was noted last, when that ends where this one begins. */
export function noteChainGap(events: TelemetryEvents, gap: ChainGap, afterCommit: number): void {
  const last = events.last();
  const told = last === undefined ? undefined : asChainGap(last.record);
  const isNext = told?.reason === gap.reason && told.epoch === gap.epoch && told.to + 1 === gap.from;
  if (last === undefined || told === undefined || !isNext) {
    events.add({ kind: 'gap', ...gap } satisfies JsonValue, afterCommit);
    return;
  }
  const { from, before } = told;
  events.replace(last, { kind: 'gap', ...gap, from, before, readings: told.readings + gap.readings });
}

/** Of records that are lost, those that told of gaps are told again. */
export function noteGapsAgain(
  events: TelemetryEvents,
  records: readonly Uint8Array[],
  afterCommit: number,
): void {
  for (const bytes of records) {
    const text = Buffer.from(bytes).toString();
    if (isGapRecord(text)) events.add(text, afterCommit);
  }
}

/** Of canonical JSON. */
export function isGapRecord(text: string): boolean {
  return text.includes('"kind":"gap"') && (JSON.parse(text) as { readonly kind: string }).kind === 'gap';
}

function asChainGap(text: string): GapRecord | undefined {
  const record = JSON.parse(text) as Partial<GapRecord>;
  return record.kind === 'gap' && record.from !== undefined ? (record as GapRecord) : undefined;
}
