/** A place in the chain of telemetry: everything up to the record with this number. */
export interface TelemetryPlace {
  /** Of the chain: 16 hex digits, random. */
  readonly epoch: string;
  /** Number of the last record, from 1 on. */
  readonly sequence: number;
  /** Hash of that record, hex. */
  readonly head: string;
}

/** What happened, besides readings: a record of its own, in the order in which it was noted. */
export type TelemetryEvent =
  | { readonly kind: 'restart'; readonly atMs: number; readonly bootId: string; readonly version: string }
  | { readonly kind: 'clock_step'; readonly atMs: number; readonly stepMs: number };

/** How a chain begins: its first record. */
export interface TelemetryStart {
  /** The gateway's id, in the first record. */
  readonly gateway: string;
  /** base64url; empty without a signer. */
  readonly publicKey: string;
  readonly algorithm: string;
  /** 16 hex digits, random: used when a chain has to begin. */
  readonly newEpoch: string;
  readonly atMs: number;
}

/** A batch that is not sealed yet. */
export interface TelemetryDraft {
  readonly epoch: string;
  /** Numbers of its first and its last record. */
  readonly from: number;
  readonly to: number;
  /** Readings in it. */
  readonly count: number;
  /** Hash of its last record, hex: what is signed. */
  readonly head: string;
  /** Whether there is more to seal after it. */
  readonly remaining: boolean;
}

/** A batch as it is stored, until every uplink has its word that it arrived. */
export interface TelemetryBatch extends Omit<TelemetryDraft, 'remaining'> {
  /** Hash before its first record, hex. */
  readonly before: string;
  /** base64url; empty without a signer. */
  readonly signature: string;
  readonly sealedMs: number;
  /** Canonical JSON of its records, a list, UTF-8. */
  readonly records: Uint8Array<ArrayBuffer>;
}

/** Records from here to there, both included. */
export type SequenceRange = readonly [from: number, to: number];

/** What a backend has said that it has for good. */
export interface UplinkMark {
  readonly epoch: string;
  /** All up to this one. */
  readonly sequence: number;
  /** And these after it, ascending, not touching. */
  readonly also: readonly SequenceRange[];
  /** When the backend said so, by its clock: what it says with an older time is not heard. */
  readonly saidMs: number;
  /** Readings in what it has, as counted here. */
  readonly readings: number;
}

export interface TelemetryQuery {
  /** Of that chain; of the present one unless said. */
  readonly epoch?: string;
  /** Batches that begin after this record. */
  readonly after: number;
  /** Batches that end before this record; absent: all. */
  readonly before?: number;
  /** Newest first; oldest first unless said. */
  readonly isNewestFirst?: boolean;
  readonly batchesMax: number;
  /** Of their records together; one batch at least. */
  readonly bytesMax: number;
}

/** How much is kept. */
export interface TelemetryRetention {
  /** The uplinks that are configured: a batch may go when all of them have it. */
  readonly uplinks: readonly string[];
  /** That long after it was sealed it is kept all the same, for backends that forget. */
  readonly keptMs: number;
  /** Room for all batches; above it the oldest give way, whether they were sent or not, and leave a gap. */
  readonly bytesMax: number;
}

export interface TelemetryStatus {
  /** undefined before the first. */
  readonly place?: TelemetryPlace;
  /** Batches that are kept, and readings in them. */
  readonly batches: number;
  readonly readings: number;
  readonly bytes: number;
  /** Readings in all batches that were ever sealed, and in those that gave way before they were sent everywhere. */
  readonly readingsSealed: number;
  readonly readingsDropped: number;
  /** Oldest record that is still kept; undefined when none is. */
  readonly oldest?: number;
  /** Chains before of which batches are kept, oldest first: what was not sent of them can still be. */
  readonly chainsBefore: readonly (TelemetryPlace & {
    /** What is kept comes after this record. */
    readonly after: number;
  })[];
  /** Commits that are not sealed yet, as far as they have their times. */
  readonly commitsWaiting: number;
}

/**
 * The outbox: what was committed, as chained batches of canonical records (docs/cloud-protocol.md), made from the log,
 * in which commits stay until they are sealed. The part of `StoreCalls` about it.
 */
export interface TelemetryCalls {
  /**
   * To be called once at the start: goes on with the chain, or begins one where there is none, or where the database
   * is another one (its epoch): then the first record names where the one before ended, as far as that is known.
   */
  openTelemetry(start: TelemetryStart): TelemetryPlace;
  /** A record of its own in the next batch. On disk when this returns. */
  noteTelemetryEvent(event: TelemetryEvent): void;
  /**
   * The next batch, whole commits (one at least) and what happened before them: no more readings than that, and no
   * longer than that between its first and last commit. undefined when nothing waits. Changes nothing.
   */
  draftTelemetry(bounds: {
    readonly readingsMax: number;
    readonly spanMsMax: number;
  }): TelemetryDraft | undefined;
  /**
   * Keeps the batch that was drafted, with its signature; one transaction. The same again changes nothing. Errors:
   * `input_invalid` when it is not the newest draft, or its head is another: draft again.
   */
  sealTelemetry(seal: {
    readonly to: number;
    readonly head: string;
    readonly signature: string;
    readonly atMs: number;
  }): void;
  /**
   * Sealed batches. One whose bytes are not what was sealed is left out, taken out of the outbox, and noted as a gap
   * in the next batch; one that is lost already is left out.
   */
  telemetryBatches(query: TelemetryQuery): readonly TelemetryBatch[];
  /** Of that chain; of the present one unless said. undefined when it has said nothing of it yet. */
  getUplinkMark(uplink: string, epoch?: string): UplinkMark | undefined;
  /** One for each chain: that of another one stays. */
  putUplinkMark(uplink: string, mark: UplinkMark): void;
  /** Takes out what may go. Bounded per call. */
  pruneTelemetry(
    nowMs: number,
    retention: TelemetryRetention,
  ): { readonly batches: number; readonly remaining: boolean };
  telemetryStatus(): TelemetryStatus;
}
