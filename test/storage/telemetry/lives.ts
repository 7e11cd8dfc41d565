import assert from 'node:assert/strict';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { SeededRandom } from '../../../modbus-sim/random.ts';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { batchOf, internSeries, openScratch, packAll, rollUpAll, startMs } from '../scratch.ts';
import { Backend } from './backend.ts';
import { assertConserved, sealAll, startOf } from './sealing.ts';

const seriesMax = 4;
const uplinks = ['one', 'two'];

/**
 * A life of an outbox: commits, seals, acknowledgements that come in any order or go back, pruning, a quota, restarts,
 * hours in which telemetry is off, batches that are damaged or gone. A backend that misses nothing that is kept must end
 * with every reading, or its declaration. Answers what it had.
 */
export class OutboxLife {
  readonly #directory: string;
  readonly #random: SeededRandom;
  readonly #mayBeDamaged: boolean;
  readonly #backend = new Backend();
  readonly #appended = new Map<number, number>();
  #service: DatabaseService;
  #nowMs = startMs;
  #sequence = 0;
  #boots = 0;
  #off = 0;

  constructor(directory: string, random: SeededRandom, mayBeDamaged: boolean) {
    this.#mayBeDamaged = mayBeDamaged;
    this.#directory = directory;
    this.#random = random;
    this.#service = openScratch(directory);
    internSeries(this.#service, seriesMax);
    this.#service.openTelemetry(startOf(0));
  }

  run(steps: number): Backend {
    const acts: readonly (() => void)[] = [
      () => this.#append(this.#random.integer(1, 6)),
      () => this.#append(this.#random.integer(1, 30)),
      () => sealAll(this.#service, this.#nowMs, this.#random.integer(1, 40)),
      () => this.#send(this.#random.integer(1, 3)),
      () => this.#acknowledge(),
      () => this.#prune(),
      () => this.#hours(),
      () => this.#event(),
      () => this.#restart(),
      ...(this.#mayBeDamaged ? [() => this.#damage()] : []),
    ];
    for (let step = 0; step < steps; step += 1) {
      this.#random.pick(acts as readonly [() => void, ...(() => void)[]])();
      if (step % 4 === 0) this.#assertConserved();
    }
    return this.#end();
  }

  /** As a disk does it: one batch is another, or gone. */
  #damage(): void {
    this.#service.close();
    const file = new Sqlite(join(this.#directory, 'egw.db'));
    const places = file.prepare<[], number>('SELECT place FROM outbox WHERE length(body) > 0').pluck().all();
    const [first, ...others] = places;
    if (first !== undefined) {
      const place = this.#random.pick([first, ...others]);
      const change = this.#random.pick([
        'DELETE FROM outbox WHERE place = ?',
        "UPDATE outbox SET body = CAST(substr(body, 1, length(body) - 1) || x'07' AS BLOB) WHERE place = ?",
        'UPDATE outbox SET head = before WHERE place = ?',
        'UPDATE outbox SET count = count + 1 WHERE place = ?',
      ]);
      file.prepare(change).run(place);
    }
    file.close();
    this.#open();
  }

  #append(count: number): void {
    const samples = Array.from(
      { length: count },
      () => [this.#random.integer(1, seriesMax), this.#nowMs, this.#random.integer(-50, 5_000) / 10] as const,
    );
    this.#sequence += 1;
    const { commit } = this.#service.appendReadings(
      { bootId: `boot-${this.#boots}`, sequence: this.#sequence },
      batchOf(samples),
    );
    this.#appended.set(commit, count);
    this.#nowMs += 10_000;
  }

  /** From one end or the other, and a part of it. */
  #send(batchesMax: number): void {
    const { place } = this.#service.telemetryStatus();
    const after = this.#random.isLucky(0.5) ? 0 : this.#random.integer(0, place?.sequence ?? 0);
    const query = { after, isNewestFirst: this.#random.isLucky(0.5), batchesMax, bytesMax: 3_000 };
    for (const batch of this.#service.telemetryBatches(query)) this.#backend.take(batch);
  }

  #acknowledge(): void {
    const { place } = this.#service.telemetryStatus();
    if (place === undefined) return;
    const had = this.#backend.hadTo(place.epoch);
    const sequence = this.#random.isLucky(0.2) ? this.#random.integer(0, had.sequence) : had.sequence;
    const mark = { epoch: place.epoch, sequence, also: [], saidMs: this.#nowMs, readings: 0 };
    this.#service.putUplinkMark(this.#random.pick(['one', 'two', 'two']), mark);
  }

  #prune(): void {
    const bytesMax = this.#random.pick([2_000, 8_000, 1e9, 1e9]);
    this.#service.pruneTelemetry(this.#nowMs, { uplinks, keptMs: 60_000, bytesMax });
  }

  #hours(): void {
    this.#nowMs += this.#random.integer(1, 5) * 3_600_000;
    packAll(this.#service, this.#nowMs);
    rollUpAll(this.#service, this.#nowMs);
  }

  #event(): void {
    this.#service.noteTelemetryEvent({
      kind: 'clock_step',
      atMs: this.#nowMs,
      stepMs: this.#random.integer(1, 9),
    });
  }

  /** Often with some hours in which nobody begins the chain. */
  #restart(): void {
    this.#service.close();
    this.#boots += 1;
    this.#sequence = 0;
    if (this.#random.isLucky(0.4)) {
      this.#service = openScratch(this.#directory);
      for (let commits = 0; commits < 3; commits += 1) this.#append(2);
      this.#hours();
      this.#append(1);
      this.#hours();
      this.#service.close();
      this.#off += 1;
      this.#boots += 1;
      this.#sequence = 0;
    }
    this.#open();
  }

  #open(): void {
    this.#service = openScratch(this.#directory);
    this.#service.openTelemetry(startOf(this.#boots + 1));
  }

  #assertConserved(): void {
    assertConserved(this.#service);
  }

  /** Everything that is there is sent; what the backend then lacks must have been declared. */
  #end(): Backend {
    // Damage that nobody came by yet is found by reading all.
    for (let round = 0; round < 3; round += 1) {
      this.#service.pruneTelemetry(this.#nowMs, { uplinks, keptMs: 1e15, bytesMax: 1e15 });
      sealAll(this.#service, this.#nowMs, 100);
      for (const batch of allBatches(this.#service)) this.#backend.take(batch);
    }
    const { place, commitsWaiting } = this.#service.telemetryStatus();
    assert.equal(commitsWaiting, 0);
    assert.deepEqual(this.#backend.hadTo(place?.epoch ?? ''), {
      sequence: place?.sequence,
      head: place?.head,
    });
    assertConserved(this.#service);
    this.#service.close();
    return this.#backend;
  }

  /** Readings that were appended, by commit. */
  get appended(): ReadonlyMap<number, number> {
    return this.#appended;
  }

  /** How often telemetry was off. */
  get off(): number {
    return this.#off;
  }
}

function* allBatches(
  service: DatabaseService,
): Generator<ReturnType<DatabaseService['telemetryBatches']>[number]> {
  for (let after = 0; ;) {
    const batches = service.telemetryBatches({ after, batchesMax: 7, bytesMax: 1e6 });
    if (batches.length === 0) return;
    yield* batches;
    after = batches.at(-1)?.to ?? 0;
  }
}
