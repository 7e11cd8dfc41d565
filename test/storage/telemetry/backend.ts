import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { TelemetryBatch } from '../../../gateway/storage/telemetry-calls.ts';

/** A record as a backend reads it. */
interface ReadRecord {
  readonly kind: string;
  readonly commit?: number;
  readonly readings?: Record<string, Record<string, unknown[][]>> | number | null;
  readonly number?: number;
  readonly reason?: string;
  readonly epoch?: string;
  readonly from?: number;
  readonly to?: number;
  readonly before?: string;
  readonly head?: string;
  readonly previous?: { readonly epoch: string; readonly sequence: number; readonly head: string } | null;
}

/** Records of a chain, from one hash to another: a batch, or a gap that was declared. */
interface Link {
  readonly from: number;
  readonly to: number;
  readonly before: string;
  readonly head: string;
}

const start = '0'.repeat(64);

/**
 * A backend that believes nothing: it computes every hash itself, from the text alone, and keeps what it gets, in
 * whatever order it comes.
 */
export class Backend {
  readonly #batches = new Map<string, string>();
  readonly #links = new Map<string, Link[]>();
  readonly #commits = new Map<number, Record<string, Record<string, unknown[][]>>>();
  readonly #gaps = new Map<string, number>();
  readonly #left = new Map<string, number>();
  readonly #counts = new Map<
    string,
    { readonly from: number; readonly to: number; readonly count: number }[]
  >();

  /** The same batch again must be the same, byte by byte. */
  take(batch: TelemetryBatch): void {
    const text = Buffer.from(batch.records).toString();
    const name = `${batch.epoch} ${batch.from}`;
    const whole = JSON.stringify([text, batch.to, batch.before, batch.head, batch.signature, batch.count]);
    const known = this.#batches.get(name);
    assert.equal(known ?? whole, whole, `batch ${name} is another one`);
    if (known !== undefined) return;
    this.#batches.set(name, whole);
    const records = JSON.parse(text) as ReadRecord[];
    let hash = Buffer.from(batch.before, 'hex');
    // Names here never look like whole numbers, so that members keep their order.
    for (const record of records) {
      hash = createHash('sha256').update(hash).update(JSON.stringify(record)).digest();
    }
    assert.equal(hash.toString('hex'), batch.head, `head of ${name}`);
    assert.equal(batch.to, batch.from + records.length - 1, `records of ${name}`);
    assert.equal(batch.signature, `signed ${batch.head}`);
    this.#link(batch.epoch, batch);
    const { from, to, count } = batch;
    this.#counts.set(batch.epoch, [...(this.#counts.get(batch.epoch) ?? []), { from, to, count }]);
    const counted = records.reduce((sum, record) => sum + this.#take(batch.epoch, record), 0);
    assert.equal(counted, batch.count, `readings of ${name}`);
  }

  /** All up to there is had, or was declared missing. */
  hadTo(epoch: string): { readonly sequence: number; readonly head: string } {
    let end = { sequence: 0, head: start };
    for (;;) {
      const next = this.#links
        .get(epoch)
        ?.find(({ from, to }) => from <= end.sequence + 1 && to > end.sequence);
      if (next === undefined) return end;
      if (next.from === end.sequence + 1) assert.equal(next.before, end.head, `before ${next.from}`);
      end = { sequence: next.to, head: next.head };
    }
  }

  /** Readings by commit, as they were said. */
  get commits(): ReadonlyMap<number, Record<string, Record<string, unknown[][]>>> {
    return this.#commits;
  }

  /** Readings that were declared missing and that it does not have. */
  get declaredMissing(): number {
    let missing = [...this.#left.values()].reduce((sum, readings) => sum + readings, 0);
    for (const [name, readings] of this.#gaps) {
      const [chain = '', from, to] = name.split(' ');
      missing += readings;
      for (const batch of this.#counts.get(chain) ?? [])
        if (batch.from >= Number(from) && batch.to <= Number(to)) missing -= batch.count;
    }
    return missing;
  }

  /** Readings that it has. */
  get readings(): number {
    return [...this.#counts.values()].flat().reduce((sum, { count }) => sum + count, 0);
  }

  get batches(): number {
    return this.#batches.size;
  }

  #link(epoch: string, link: Link): void {
    const links = this.#links.get(epoch) ?? [];
    links.push({ from: link.from, to: link.to, before: link.before, head: link.head });
    this.#links.set(epoch, links);
  }

  #take(chain: string, record: ReadRecord): number {
    if (record.kind === 'gap') this.#takeGap(record.epoch ?? chain, record);
    if (record.kind !== 'readings' || record.commit === undefined) return 0;
    const readings = record.readings as Record<string, Record<string, unknown[][]>>;
    assert.ok(!this.#commits.has(record.commit), `commit ${record.commit} came twice`);
    this.#commits.set(record.commit, readings);
    return Object.values(readings)
      .flatMap((quantities) => Object.values(quantities))
      .reduce((sum, list) => sum + list.length, 0);
  }

  #takeGap(chain: string, record: ReadRecord): void {
    const { reason, from, to, before, head, readings } = record;
    if (reason === 'off' || reason === 'unsealed') this.#left.set(JSON.stringify(record), Number(readings));
    if (from === undefined || to === undefined || before === undefined || head === undefined) return;
    assert.equal(typeof readings, 'number');
    this.#link(chain, { from, to, before, head });
    // One that is longer takes the place of those that are in it.
    for (const name of this.#gaps.keys()) {
      const [ofChain, first, last] = name.split(' ');
      if (ofChain === chain && Number(first) >= from && Number(last) <= to) this.#gaps.delete(name);
    }
    this.#gaps.set(`${chain} ${from} ${to}`, Number(readings));
    assert.ok(reason === 'quota' || reason === 'damage');
  }
}
