import type { TelemetryStart } from '../telemetry-calls.ts';
import { decodeBatch } from './batch-codec.ts';
import type { Outbox } from './outbox.ts';
import { endOf, startOf } from './outbox.ts';
import type { Chain, OutboxState } from './outbox-state.ts';
import { chainAt, type OutboxRow } from './outbox-table.ts';

/** No database has it: a chain that is recovered is never gone on with. */
const noDatabase = -1;

/**
 * Where the outbox stood, by its rows, after what was written down of it was lost. undefined when there is no sound row.
 */
export function recoverOutbox(outbox: Outbox, start: TelemetryStart): OutboxState | undefined {
  const chains = new Map<number, Chain>();
  let commit = 0;
  let removed: number | undefined;
  for (const row of outbox.soundRows()) {
    const { place, epoch } = row;
    const number = chainAt(place);
    removed ??= row.readingsBefore;
    chains.set(number, { number, epoch, after: chains.get(number)?.after ?? startOf(row), last: endOf(row) });
    if (row.body.length === 0) continue;
    commit = lastCommitOf(row) ?? commit;
  }
  if (chains.size === 0) return undefined;
  return {
    start,
    database: noDatabase,
    chains: [...chains.values()],
    commit,
    commitReadings: 0,
    commitMs: null,
    gap: { number: 0, fromMs: null, toMs: null, readings: null },
    told: [],
    ...outbox.kept(),
    removed: removed ?? 0,
    dropped: 0,
    uplinks: [],
  };
}

function lastCommitOf(row: OutboxRow): number | undefined {
  for (const bytes of decodeBatch(row.body).records.toReversed()) {
    const record = JSON.parse(Buffer.from(bytes).toString()) as { kind: string; commit: number };
    if (record.kind === 'readings') return record.commit;
  }
  return undefined;
}
