import { declaredGapsOf, readingsOf, type TelemetryBatch } from './telemetry-batch.ts';

/** Where a chain is complete to, and what there is beyond. */
export interface ShelfPlace {
  readonly epoch: string;
  readonly to: number;
  readonly head: string;
  readonly also?: readonly (readonly [from: number, to: number])[];
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly head: string;
}

const noHead = '0'.repeat(64);

/** What a backend has of one gateway: on disk, and what is only in memory yet. */
export class GatewayShelf {
  readonly #disk = new Map<string, TelemetryBatch>();
  readonly #memory = new Map<string, TelemetryBatch>();
  readonly #arrivals: { readonly key: string; readonly atMs: number }[] = [];
  #epoch: string | undefined;
  #duplicates = 0;

  /** Batches that came, each time that they came. */
  get arrivals(): readonly { readonly key: string; readonly atMs: number }[] {
    return this.#arrivals;
  }

  /** Batches that came although they were there. */
  get duplicates(): number {
    return this.#duplicates;
  }

  /** What it has for good, once each, in the order of the chain. */
  get batches(): readonly TelemetryBatch[] {
    return [...this.#disk.values()].sort((left, right) => left.from - right.from);
  }

  get readings(): readonly string[] {
    return this.batches.flatMap(readingsOf);
  }

  /** A chain of which it may have nothing yet. */
  open(epoch: string): void {
    this.#epoch = epoch;
  }

  put(batch: TelemetryBatch, atMs: number): void {
    const key = `${batch.epoch} ${batch.from}`;
    this.#epoch = batch.epoch;
    this.#arrivals.push({ key, atMs });
    if (this.#disk.has(key) || this.#memory.has(key)) this.#duplicates += 1;
    else this.#memory.set(key, batch);
  }

  sync(): void {
    for (const [key, batch] of this.#memory) this.#disk.set(key, batch);
    this.#memory.clear();
  }

  crash(): void {
    this.#memory.clear();
  }

  /** Goes back to a backup that ends with that record. */
  forgetAfter(record: number): void {
    for (const [key, batch] of this.#disk) if (batch.to > record) this.#disk.delete(key);
    this.#memory.clear();
  }

  /** What is on disk of the newest chain; undefined before there is one. */
  place(): ShelfPlace | undefined {
    const epoch = this.#epoch;
    if (epoch === undefined) return undefined;
    const also: [number, number][] = [];
    let whole: Stretch = { from: 1, to: 0, head: noHead };
    for (const stretch of stretchesOf(this.batches.filter((batch) => batch.epoch === epoch))) {
      const last = also.at(-1);
      if (also.length === 0 && stretch.from <= whole.to + 1) {
        if (stretch.to > whole.to) whole = stretch;
      } else if (last !== undefined && stretch.from <= last[1] + 1) last[1] = Math.max(last[1], stretch.to);
      else also.push([stretch.from, stretch.to]);
    }
    return { epoch, to: whole.to, head: whole.head, ...(also.length > 0 && { also }) };
  }
}

/** Batches, and gaps that were declared, which nobody needs to wait for. */
function stretchesOf(batches: readonly TelemetryBatch[]): readonly Stretch[] {
  return [...batches, ...batches.flatMap(declaredGapsOf)].sort((left, right) => left.from - right.from);
}
