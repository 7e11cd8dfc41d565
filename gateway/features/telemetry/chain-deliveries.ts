import type {
  SequenceRange,
  TelemetryBatch,
  TelemetryPlace,
  UplinkMark,
} from '../../storage/telemetry-calls.ts';
import type { StorePort } from '../store-port.ts';
import { DeliveryBook, type NextRange } from './delivery-book.ts';

/** A chain, and what one backend has of it. */
export interface ChainDelivery {
  /** Its last record that is sealed. */
  readonly place: TelemetryPlace;
  /** It is not the present one: nothing follows, and a backend may have more of it than a database that was restored. */
  readonly hasEnded: boolean;
  readonly book: DeliveryBook;
}

/** What to send next, and of which chain. */
export interface NextDelivery extends NextRange {
  readonly chain: ChainDelivery;
}

type Store = StorePort<'getUplinkMark' | 'putUplinkMark' | 'telemetryBatches' | 'telemetryStatus'>;

/** Nothing yet, of that chain; readings are counted from the first chain on. */
function newMark(epoch: string, readings: number): UplinkMark {
  return { epoch, sequence: 0, also: [], saidMs: 0, readings };
}

/** What one backend has of the present chain, and of those before of which something is kept. */
export class ChainDeliveries {
  readonly #uplink: string;
  readonly #store: Store;
  #present: ChainDelivery | undefined;
  #before: readonly ChainDelivery[] = [];
  readonly #saved = new Map<string, UplinkMark>();

  constructor(uplink: string, store: Store) {
    this.#uplink = uplink;
    this.#store = store;
  }

  get all(): readonly ChainDelivery[] {
    return this.#present === undefined ? this.#before : [...this.#before, this.#present];
  }

  get present(): ChainDelivery | undefined {
    return this.#present;
  }

  of(epoch: string): ChainDelivery | undefined {
    return this.all.find(({ place }) => place.epoch === epoch);
  }

  /** That the present chain goes so far. Errors: those of the store. */
  async extend({ epoch, sequence, head }: TelemetryPlace): Promise<void> {
    const present = this.#present;
    if (present?.place.epoch !== epoch) {
      await this.save();
      await this.#load({ epoch, sequence, head });
      // All of a chain that began while we run is new.
      if (present !== undefined) this.#present?.book.beginLive(1);
      return;
    }
    present.book.extend(sequence);
    this.#present = { ...present, place: { epoch, sequence, head } };
  }

  /** What is new first; then what was missed, oldest first. */
  next(): NextDelivery | undefined {
    const presents = this.#present?.book.next();
    if (this.#present !== undefined && presents?.isLive === true)
      return { ...presents, chain: this.#present };
    for (const chain of this.#before) {
      const next = chain.book.next();
      if (next !== undefined) return { ...next, chain };
    }
    return this.#present === undefined || presents === undefined
      ? undefined
      : { ...presents, chain: this.#present };
  }

  /**
   * The batches of that range, from its beginning on. What nobody has any more is set aside: its place in the chain is
   * filled by a record that says so. Errors: those of the store.
   */
  async read(
    { chain, range }: NextDelivery,
    bounds: { readonly batchesMax: number; readonly bytesMax: number },
  ): Promise<readonly TelemetryBatch[]> {
    const [from, to] = range;
    const { epoch } = chain.place;
    const query = { epoch, before: to + 1, ...bounds };
    const batches = await this.#store.call('telemetryBatches', { ...query, after: from - 1 });
    const [first] = batches;
    if (first?.from === from) return untilHole(batches);
    const missing: SequenceRange = [from, first === undefined ? to : first.from - 1];
    const cut = await this.#batchOver(epoch, missing);
    if (cut !== undefined) return [cut];
    chain.book.setAside(missing);
    return [];
  }

  /** Errors: those of the store. */
  async save(): Promise<void> {
    for (const { book } of this.all) {
      const { mark } = book;
      if (this.#saved.get(mark.epoch) === mark) continue;
      await this.#store.call('putUplinkMark', this.#uplink, mark);
      this.#saved.set(mark.epoch, mark);
    }
  }

  get isSaved(): boolean {
    return this.all.every(({ book: { mark } }) => this.#saved.get(mark.epoch) === mark);
  }

  async #load(place: TelemetryPlace): Promise<void> {
    const {
      chainsBefore,
      readingsSealed,
      readingsDropped,
      readings: kept,
    } = await this.#store.call('telemetryStatus');
    this.#before = [];
    for (const before of chainsBefore) {
      const chain = await this.#chainOf(before, { readings: 0, hasEnded: true });
      if (before.after > 0) chain.book.setAside([1, before.after]);
      this.#before = [...this.#before, chain];
    }
    // Whoever comes to a chain that is under way is told what is kept of it.
    const readings = readingsSealed - readingsDropped - (place.sequence === 0 ? 0 : kept);
    this.#present = await this.#chainOf(place, { readings, hasEnded: false });
  }

  async #chainOf(
    { epoch, sequence, head }: TelemetryPlace,
    { readings, hasEnded }: { readonly readings: number; readonly hasEnded: boolean },
  ): Promise<ChainDelivery> {
    const mark = await this.#store.call('getUplinkMark', this.#uplink, epoch);
    if (mark !== undefined) this.#saved.set(epoch, mark);
    return {
      place: { epoch, sequence, head },
      hasEnded,
      book: new DeliveryBook(mark ?? newMark(epoch, readings), sequence),
    };
  }

  /** A batch of which only a part is in there: of a backend that has said to have the rest of it. */
  async #batchOver(epoch: string, [from, to]: SequenceRange): Promise<TelemetryBatch | undefined> {
    const one = { epoch, batchesMax: 1, bytesMax: 1 };
    const [next] = await this.#store.call('telemetryBatches', { ...one, after: from - 1 });
    if (next !== undefined && next.from <= to) return next;
    const end = next !== undefined && { before: next.from };
    const newest = { ...one, after: 0, isNewestFirst: true, ...end };
    const [last] = await this.#store.call('telemetryBatches', newest);
    return last !== undefined && last.to >= from ? last : undefined;
  }
}

/** Behind a hole may be what the backend has. */
function untilHole(batches: readonly TelemetryBatch[]): readonly TelemetryBatch[] {
  const hole = batches.findIndex(
    ({ from }, index) => index > 0 && from !== (batches[index - 1]?.to ?? 0) + 1,
  );
  return hole < 0 ? batches : batches.slice(0, hole);
}
