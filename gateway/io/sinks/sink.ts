import type { Clock } from '../../core/clock.ts';
import type { HttpClient } from '../../core/http.ts';
import type { Identity } from '../../core/identity.ts';
import type { Logger } from '../../core/logger.ts';
import type { Network } from '../../core/network.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import type { Quality } from '../../core/quality.ts';
import type { WideTables } from '../../core/wide-tables.ts';
import type { SaidText } from '../../core/said-text.ts';

/** One stored reading, with its names. */
export interface SinkRow {
  readonly device: string;
  readonly quantity: string;
  readonly unit: string;
  /** UTC epoch ms. */
  readonly atMs: number;
  /** null when there was none. */
  readonly value: number | null;
  readonly quality: Quality;
}

/** What goes to a sink together: committed, at most 1 000 rows, ordered by arrival where it is live, by time where not. */
export interface SinkBatch {
  readonly rows: readonly SinkRow[];
  readonly texts: readonly SaidText[];
  /** false: from before; the newest come first in `live` batches. */
  readonly isLive: boolean;
}

/** A row that the receiver will never take, however often it is sent. */
export interface RefusedRow {
  /** Its place in `rows`. */
  readonly index: number;
  readonly reason: string;
}

/** A sink that is open. */
export interface Sink {
  /**
   * Returns when the receiver has all of it for good, but what it answers as refused. The same rows may come again
   * after a failure: twice must be as once. Errors: those of the ports; `sink_refused` (credentials, a database that
   * is not there: the hint says which setting), `rate_limited`, `sink_unavailable` (retryable).
   */
  write(batch: SinkBatch, signal: AbortSignal): Promise<readonly RefusedRow[]>;
  close(): Promise<void>;
}

/** What is known of a device besides its readings; what is not known is absent. */
export interface SinkDevice {
  readonly serialNumber?: string;
  readonly model?: string;
  /** As its driver names it. */
  readonly maker?: string;
}

export interface SinkPorts {
  /** Its configured id. */
  readonly id: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly http: HttpClient;
  readonly network: Network;
  readonly identity: Identity;
  /** Of a source: nothing. */
  readonly aboutDevice: (device: string) => SinkDevice;
  /** The site's name, and its IANA zone. */
  readonly site: { readonly name: string; readonly zone: string };
  /** Where files go unless told otherwise. */
  readonly dataDirectory: string;
  /** SQLite files beside the database. */
  readonly tables: WideTables;
  /**
   * What a device has ever said, in numbers or words, of what this sink gets: for receivers that want to know all
   * columns of a table first. Errors: those of the database.
   */
  readonly quantitiesOf: (device: string) => Promise<readonly string[]>;
}

/** A kind of sink: one file, one line in all.ts, one fixture. See docs/adding-a-sink.md. */
export interface SinkDefinition {
  readonly id: string;
  readonly title: string;
  /** Manual and page of its format. */
  readonly source: string;
  readonly options: OptionFields;
  /** Rows a batch; at most 1 000. */
  readonly rowsMax: number;
  /** Of one write. */
  readonly timeoutMs: number;
  /** Errors: `config_invalid`; those of a first connection, after which it is opened again. */
  open(options: OptionValues, ports: SinkPorts, signal: AbortSignal): Promise<Sink>;
}
