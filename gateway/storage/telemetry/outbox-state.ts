import assert from 'node:assert';
import type { MarkStore } from '../mark-store.ts';
import type { TelemetryStart } from '../telemetry-calls.ts';

/** The end of a part of a chain. */
export interface ChainEnd {
  /** Number of the record; 0 before the first. */
  readonly sequence: number;
  /** Its hash, hex. */
  readonly head: string;
  /** Readings that were sealed up to there, in all chains there ever were. */
  readonly readings: number;
}

export interface Chain {
  /** Counts the chains of this outbox. */
  readonly number: number;
  readonly epoch: string;
  /** What is kept of it begins after this. */
  readonly after: ChainEnd;
  readonly last: ChainEnd;
}

/** What a gap of the store said when it was sealed. */
export interface SaidGap {
  readonly number: number;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly readings: number | null;
}

/** Where the outbox stands: one row, written in the transaction of what it tells of. */
export interface OutboxState {
  readonly start: TelemetryStart;
  /** The epoch of the database that the present chain is of. */
  readonly database: number;
  /** Those of which something is kept, oldest first; the last one is the present one. */
  readonly chains: readonly Chain[];
  /** The last commit that is sealed, and how many readings had been acknowledged up to it. */
  readonly commit: number;
  readonly commitReadings: number;
  /** Time of the newest reading of that commit; null when none was sealed. */
  readonly commitMs: number | null;
  /** The newest gap of the store that is sealed. */
  readonly gap: SaidGap;
  /** The newest gaps that were sealed, but for those of the store: told again when a batch is damaged. */
  readonly told: readonly string[];
  /** Batches that are kept, and what they take. */
  readonly batches: number;
  readonly bytes: number;
  /** Readings in batches that everybody has and are gone, and in those that were lost before. */
  readonly removed: number;
  readonly dropped: number;
  /** Those that were configured at last. */
  readonly uplinks: readonly string[];
}

const markName = 'telemetry';

/** undefined before the first chain. Errors: `database_unreadable`. */
export function readOutboxState(marks: MarkStore): OutboxState | undefined {
  const text = marks.text(markName);
  // What was written by `writeOutboxState`; its row has a check.
  return text === undefined ? undefined : (JSON.parse(text) as OutboxState);
}

/** In the transaction that makes it so. */
export function writeOutboxState(marks: MarkStore, state: OutboxState): void {
  marks.putText(markName, JSON.stringify(state));
}

export function presentChain({ chains }: OutboxState): Chain {
  const chain = chains.at(-1);
  assert(chain !== undefined, 'an outbox has a chain');
  return chain;
}

/** With one of its chains changed. */
export function withChain(state: OutboxState, changed: Chain): OutboxState {
  return {
    ...state,
    chains: state.chains.map((chain) => (chain.number === changed.number ? changed : chain)),
  };
}
