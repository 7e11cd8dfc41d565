import { commitPeriodsMs } from '../gateway/core/commit-policy.ts';
import { monotonicMs } from '../gateway/core/clock.ts';
import type { CommitReceipt, Database } from '../gateway/storage/store-calls.ts';
import type { UplinkMark } from '../gateway/storage/telemetry-calls.ts';
import type { TelemetryBatch } from '../modbus-sim/services/telemetry-batch.ts';
import { backendWaitSecondsMax, type BackendFault, type BackendTrouble } from './backend-fault.ts';
import { accountOf, chainProblems, readingsByCommit, type UplinkAccount } from './uplink-account.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { VirtualBackend } from './virtual-backend.ts';

export interface UplinkWatchParts {
  readonly clock: SimulatedClock;
  readonly backend: VirtualBackend;
  /** What was read while the time was not known is not sent before it is. */
  readonly isClockFaulty: boolean;
  readonly report: (message: string) => void;
}

/** What the comparison of a backend with the database has found. */
export interface UplinkReport extends UplinkAccount {
  /** Batches that came though they were there. */
  readonly duplicates: number;
  /** How long after each of its outages it was told the newest that was stored, ms. */
  readonly liveAgainMs: readonly number[];
}

interface Stored {
  readonly readings: number;
  readonly atMs: number;
}

const commitMs = commitPeriodsMs.balanced;
/** What is promised for when it is back: to be tried, and to be told the newest, of which a commit may be on its way. */
const liveMsMax = 5_000 + commitMs;
/** An attempt that is under way then has its time. */
const attemptMs = 30_000;
/** A backend that said that it cannot, or hung up often, is left alone for longer, so nothing is promised. */
const promisedMs: Readonly<Partial<Record<BackendTrouble['kind'], number>>> = {
  fails: liveMsMax,
  hangs: attemptMs + liveMsMax,
  slow: attemptMs + liveMsMax,
  mute: liveMsMax,
  unsynced: liveMsMax,
  restored: liveMsMax,
  repeats: liveMsMax,
};
/** What it asks for, and the longest time between two attempts. */
const wellMs = 2 * backendWaitSecondsMax * 1_000 + 5 * 60_000;
/** From a commit until it is there, when all is well. */
const lagMsMax = 15_000;
const everything = { after: 0, batchesMax: 100_000, bytesMax: Infinity };

/** Watches that a backend is told what is stored: soon while it is well, and all of it in the end, once. */
export class UplinkWatch {
  readonly #parts: UplinkWatchParts;
  readonly #commits = new Map<number, Stored>();
  readonly #liveAgainMs: number[] = [];
  #awaited: { readonly fault: BackendFault; readonly commit: number } | undefined;
  #newestStored = 0;
  #newestTaken = 0;
  #bootMs = 0;
  #checks = 0;

  constructor(parts: UplinkWatchParts) {
    this.#parts = parts;
    const { clock, backend } = parts;
    const startMs = clock.truth() - clock.monotonic();
    for (const fault of backend.faults)
      if (Number.isFinite(fault.endMs))
        clock.at(monotonicMs(fault.endMs - startMs), () => this.#ended(fault));
  }

  get checks(): number {
    return this.#checks;
  }

  restarted(): void {
    this.#bootMs = this.#parts.clock.truth();
    this.#awaited = undefined;
  }

  committed({ commit, count }: CommitReceipt): void {
    if (this.#commits.has(commit)) return;
    this.#commits.set(commit, { readings: count, atMs: this.#parts.clock.truth() });
    this.#newestStored = commit;
  }

  taken(batches: readonly TelemetryBatch[]): void {
    for (const [commit] of readingsByCommit(batches)) this.#newestTaken = Math.max(this.#newestTaken, commit);
    const awaited = this.#awaited;
    if (awaited === undefined || this.#newestTaken < awaited.commit) return;
    this.#awaited = undefined;
    this.#isLive(awaited.fault);
  }

  /** Now and then. */
  look(): void {
    const { backend, clock, isClockFaulty } = this.#parts;
    const nowMs = clock.truth();
    if (isClockFaulty || this.#bootMs > nowMs - wellMs) return;
    if (backend.faults.some(({ startMs, endMs }) => startMs <= nowMs && endMs > nowMs - wellMs)) return;
    this.#checks += 1;
    const late = this.#commits.get(this.#newestTaken + 1);
    if (late !== undefined && late.atMs < nowMs - lagMsMax)
      this.#parts.report(`the backend is well and was not told of commit ${this.#newestTaken + 1}`);
  }

  /** Compares what the backend has with what was stored; when all had its time. */
  async settle(database: Database, uplink: string): Promise<UplinkReport> {
    const { backend, clock, report } = this.#parts;
    const { batches, duplicates } = backend.shelf;
    const stored = new Map([...this.#commits].map(([commit, { readings }]) => [commit, readings]));
    const { account, waiting } = accountOf({ stored, had: batches, kept: await keptIn(database) });
    this.#checks += stored.size;
    for (const problem of [...backend.problems, ...chainProblems(batches)]) report(problem);
    const { committed, delivered, pending, declared, doubled, foreign } = account;
    if (committed !== delivered + pending + declared || doubled + foreign > 0)
      report(`the backend has not what is stored: ${JSON.stringify(account)}`);
    const late = waiting.filter(
      (commit) => (this.#commits.get(commit)?.atMs ?? 0) < clock.truth() - lagMsMax,
    );
    if (late.length > 0) report(`all had its time, and commits wait still, such as ${late[0]}`);
    this.#judgeMark(await database.call('getUplinkMark', uplink), batches);
    return { ...account, duplicates, liveAgainMs: this.#liveAgainMs };
  }

  /** Nothing counts as acknowledged that the backend has not. */
  #judgeMark(mark: UplinkMark | undefined, batches: readonly TelemetryBatch[]): void {
    if (mark === undefined) return;
    this.#checks += 1;
    const { epoch, sequence, also, readings } = mark;
    const said = batches
      .filter((batch) => batch.epoch === epoch)
      .filter(({ from, to }) => to <= sequence || also.some((range) => range[0] <= from && to <= range[1]));
    const had = said.reduce((sum, { count }) => sum + count, 0);
    if (had !== readings)
      this.#parts.report(`${readings} readings count as acknowledged, and the backend has ${had} of them`);
  }

  #ended(fault: BackendFault): void {
    const { backend, isClockFaulty } = this.#parts;
    const isAlone = !backend.faults.some(
      ({ endMs }) => endMs <= fault.startMs && endMs > fault.startMs - wellMs,
    );
    if (this.#newestStored === 0 || !isAlone || isClockFaulty) return;
    if (this.#newestTaken >= this.#newestStored) this.#isLive(fault);
    else this.#awaited = { fault, commit: this.#newestStored };
  }

  #isLive({ endMs, trouble }: BackendFault): void {
    const afterMs = this.#parts.clock.truth() - endMs;
    this.#liveAgainMs.push(afterMs);
    this.#checks += 1;
    if (afterMs > (promisedMs[trouble.kind] ?? Infinity))
      this.#parts.report(`the backend, which was ${trouble.kind}, was told the newest after ${afterMs} ms`);
  }
}

/** What is in the outbox, of all chains. */
async function keptIn(database: Database): Promise<readonly Pick<TelemetryBatch, 'records'>[]> {
  const { chainsBefore, place } = await database.call('telemetryStatus');
  const kept: Pick<TelemetryBatch, 'records'>[] = [];
  for (const { epoch } of [...chainsBefore, ...(place === undefined ? [] : [place])])
    for (const { records } of await database.call('telemetryBatches', { ...everything, epoch }))
      kept.push({ records: JSON.parse(Buffer.from(records).toString()) as TelemetryBatch['records'] });
  return kept;
}
