import { readingsOf, type TelemetryBatch } from '../modbus-sim/services/telemetry-batch.ts';

type Records = Pick<TelemetryBatch, 'records'>;

/** Where everything is that was stored. */
export interface UplinkAccount {
  /** Readings that were stored. */
  readonly committed: number;
  /** The backend has them. */
  readonly delivered: number;
  /** They are in the outbox, or not sealed yet. */
  readonly pending: number;
  /** The gateway says that nobody will get them. */
  readonly declared: number;
  /** They are nowhere: as many as are declared, and no more. */
  readonly lost: number;
  /** They are there twice, in two batches. */
  readonly doubled: number;
  /** The backend has them, and they were never stored. */
  readonly foreign: number;
}

export interface AccountInput {
  /** Readings of each commit that was stored. */
  readonly stored: ReadonlyMap<number, number>;
  /** That the backend has, and that the outbox has. */
  readonly had: readonly Records[];
  readonly kept: readonly Records[];
}

/** Answers the account, and the commits that are pending. */
export function accountOf({ stored, had, kept }: AccountInput): {
  readonly account: UplinkAccount;
  readonly waiting: readonly number[];
} {
  const [delivered, outbox] = [new Map<number, number>(), new Map(readingsByCommit(kept))];
  let [doubled, foreign, lost, pending] = [0, 0, 0, 0];
  for (const [commit, readings] of readingsByCommit(had)) {
    if (delivered.has(commit)) doubled += readings;
    if (stored.get(commit) !== readings) foreign += readings;
    delivered.set(commit, readings);
  }
  const newestSealed = Math.max(0, ...delivered.keys(), ...outbox.keys());
  const waiting: number[] = [];
  for (const [commit, readings] of stored) {
    if (delivered.has(commit)) continue;
    if (outbox.has(commit) || commit > newestSealed) {
      waiting.push(commit);
      pending += readings;
    } else lost += readings;
  }
  const account = {
    committed: sum(stored.values()),
    delivered: sum(delivered.values()),
    declared: declaredIn(had),
    ...{ pending, lost, doubled, foreign },
  };
  return { account, waiting };
}

/** How many readings there are in each commit that is told of, as often as it is. */
export function readingsByCommit(
  batches: readonly Records[],
): readonly (readonly [commit: number, readings: number])[] {
  return batches.flatMap(({ records }) =>
    records
      .filter(({ kind }) => kind === 'readings')
      .map((record) => [Number(record['commit']), readingsOf({ records: [record] }).length] as const),
  );
}

/** Batches are one chain, from its first record on, each with the hash of the one before; or a gap tells of its own. */
export function chainProblems(batches: readonly TelemetryBatch[]): readonly string[] {
  const problems: string[] = [];
  for (const [epoch, chain] of Map.groupBy(batches, (batch) => batch.epoch)) {
    let [next, head] = [1, '0'.repeat(64)];
    for (const { from, to, before, head: newHead } of chain) {
      const isNext = from === next && before === head;
      if (!isNext) problems.push(`record ${from} of chain ${epoch} does not follow record ${next - 1}`);
      [next, head] = [to + 1, newHead];
    }
  }
  return problems;
}

/** Readings of which the gateway has said that nobody will get them. */
function declaredIn(batches: readonly Records[]): number {
  const gaps = batches
    .flatMap(({ records }) => records)
    .filter((record) => record['kind'] === 'gap' && ('commits' in record || 'from' in record));
  return gaps.reduce((total, { readings }) => total + Number(readings ?? 0), 0);
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, number) => total + number, 0);
}
