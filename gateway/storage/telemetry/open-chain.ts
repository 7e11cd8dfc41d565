import type { GapStore } from '../gap-store.ts';
import type { ReadingStore } from '../reading-store.ts';
import type { TelemetryStart } from '../telemetry-calls.ts';
import { beginChain } from './begin-chain.ts';
import type { Outbox } from './outbox.ts';
import type { Chain, OutboxState } from './outbox-state.ts';
import { recoverOutbox } from './recover-outbox.ts';
import type { TelemetryEvents } from './telemetry-events.ts';
import { leftCommits, readingsUpTo } from './unsealed-commits.ts';

export interface ChainSources {
  readonly outbox: Outbox;
  readonly events: TelemetryEvents;
  readonly readings: ReadingStore;
  readonly gaps: GapStore;
}

/**
 * Where the outbox stands when it is gone on with: with the same chain, or with a new one where there was none, the
 * database is another one, or the gateway has another key. To be called in a transaction.
 */
export function openChain(
  sources: ChainSources,
  before: OutboxState | undefined,
  start: TelemetryStart,
): OutboxState {
  const { readings, outbox } = sources;
  if (before === undefined) {
    const recovered = recoverOutbox(outbox, start);
    return recovered === undefined
      ? firstChain(sources, start)
      : nextChain(sources, asFarAsKnown(recovered, readings), start);
  }
  const isSame = before.database === readings.epoch && isSameGateway(before.start, start);
  return isSame ? withoutLeft(sources, before, 'off') : nextChain(sources, before, start);
}

/** Notes what has left the log unsealed. To be called in a transaction. */
export function withoutLeft(
  { readings, events }: Pick<ChainSources, 'readings' | 'events'>,
  state: OutboxState,
  reason: 'off' | 'unsealed',
): OutboxState {
  const left = leftCommits(readings, state.commit);
  if (left === undefined) return state;
  const { commit, commitReadings, toMs } = left;
  const missing = commitReadings - state.commitReadings;
  // Of commits whose numbers alone are missing a salvaging has told.
  if (missing > 0) {
    const commits = [state.commit + 1, commit];
    const span = { fromMs: state.commitMs, toMs };
    events.add({ kind: 'gap', reason, commits, ...span, readings: missing }, state.commit);
  }
  return { ...state, commit, commitReadings };
}

/** It takes what is in the log; what is older was never meant to be sent. */
function firstChain(sources: ChainSources, start: TelemetryStart): OutboxState {
  const { readings, gaps, outbox } = sources;
  outbox.clear(1);
  const gap = { number: gaps.lastNumber, fromMs: null, toMs: null, readings: null };
  const begun = { start, database: readings.epoch, commit: 0, commitReadings: 0, gap };
  return withoutLeft(sources, beginChain(undefined, begun), 'off');
}

/** It names the one before, of which what is there can still be sent. */
function nextChain(sources: ChainSources, before: OutboxState, start: TelemetryStart): OutboxState {
  const { outbox, readings } = sources;
  const { epoch: database, lastCommit } = readings;
  const { commitReadings, gap } = before;
  outbox.clear((before.chains.at(-1)?.number ?? 0) + 1);
  // Of a database that was put together of what was left, numbers of commits may be given again.
  const commit = Math.min(before.commit, lastCommit);
  const next = beginChain(before, { start, database, commit, commitReadings, gap });
  const state = before.database === database ? next : mended(outbox, next, before.chains);
  return withoutLeft(sources, state, 'off');
}

/** Batches that the database lost are found, and told; the rest is counted. */
function mended(outbox: Outbox, begun: OutboxState, chains: readonly Chain[]): OutboxState {
  let state = begun;
  for (const chain of chains) state = outbox.mend(state, chain);
  return { ...state, ...outbox.kept() };
}

/** How many readings there had been is lost: what has left the log is told of by nobody twice. */
function asFarAsKnown(recovered: OutboxState, { log }: ReadingStore): OutboxState {
  const firstInLog = log.commits[0]?.commit ?? 1;
  return { ...recovered, commitReadings: readingsUpTo(log, Math.max(recovered.commit, firstInLog - 1)) };
}

function isSameGateway(one: TelemetryStart, other: TelemetryStart): boolean {
  return (
    one.gateway === other.gateway && one.publicKey === other.publicKey && one.algorithm === other.algorithm
  );
}
