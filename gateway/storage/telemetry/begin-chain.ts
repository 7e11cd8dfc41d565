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
  const { chains, ...rest } = before ?? nothingBefore;
  const last = chains.at(-1);
  const end: ChainEnd = { sequence: 0, head: chainStart, readings: last?.last.readings ?? 0 };
  const number = (last?.number ?? 0) + 1;
  const chain: Chain = { number, epoch: freshEpoch(begun, chains), after: end, last: end };
  return { ...rest, ...begun, chains: [...chains, chain] };
}

const nothingBefore = {
  chains: [],
  commitMs: null,
  told: [],
  batches: 0,
  bytes: 0,
  removed: 0,
  dropped: 0,
  uplinks: [],
} as const;

/** The one that was given may have been used since: a database can be replaced while the program runs. */
function freshEpoch({ start, database }: NewChain, chains: readonly Chain[]): string {
  const { newEpoch } = start;
  if (!chains.some(({ epoch }) => epoch === newEpoch)) return newEpoch;
  const name = `${newEpoch} ${database} ${chains.length}`;
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}
