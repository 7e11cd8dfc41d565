import { createHash } from 'node:crypto';
import type { TelemetryStart } from '../telemetry-calls.ts';
import type { Chain, ChainEnd, OutboxState, SaidGap } from './outbox-state.ts';
import { chainStart } from './record-chain.ts';

export interface NewChain {
  readonly start: TelemetryStart;
  /** The epoch of the database. */
  readonly database: number;
  /** What was sealed is up to that commit. */
  readonly commit: number;
  readonly commitReadings: number;
  readonly gap: SaidGap;
}

/** Where the outbox stands when a chain begins, the first one or after others. */
export function beginChain(before: OutboxState | undefined, begun: NewChain): OutboxState {
  const { start, database, commit, commitReadings, gap } = begun;
  const last = before?.chains.at(-1);
  const end: ChainEnd = { sequence: 0, head: chainStart, readings: last?.last.readings ?? 0 };
  const number = (last?.number ?? 0) + 1;
  const epoch = freshEpoch(start.newEpoch, before?.chains ?? [], database);
  const chain: Chain = { number, epoch, after: end, last: end };
  return {
    start,
    database,
    chains: before === undefined ? [chain] : [...before.chains, chain],
    commit,
    commitReadings,
    commitMs: before?.commitMs ?? null,
    gap,
    batches: before?.batches ?? 0,
    bytes: before?.bytes ?? 0,
    removed: before?.removed ?? 0,
    dropped: before?.dropped ?? 0,
    uplinks: before?.uplinks ?? [],
  };
}

/** The one that was given may have been used since: a database can be replaced while the program runs. */
function freshEpoch(given: string, chains: readonly Chain[], database: number): string {
  if (!chains.some(({ epoch }) => epoch === given)) return given;
  return createHash('sha256').update(`${given} ${database} ${chains.length}`).digest('hex').slice(0, 16);
}
