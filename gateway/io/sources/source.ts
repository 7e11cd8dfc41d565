import type { Clock } from '../../core/clock.ts';
import type { GridForecast } from '../../core/grid-forecast.ts';
import type { GridHour } from '../../core/grid-hour.ts';
import type { HttpClient } from '../../core/http.ts';
import type { Logger } from '../../core/logger.ts';
import type { Network } from '../../core/network.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import type { Quality } from '../../core/quality.ts';
import type { SerialLines } from '../../core/serial-lines.ts';
import type { TempoDay } from '../../core/tempo-day.ts';
import type { SaidTempoDay } from '../../core/tempo-said-day.ts';
import type { ServiceDiscovery } from '../../core/service-discovery.ts';

/** One number that a source has said. */
export interface SourceValue {
  /**
   * A name of core/quantity.ts where there is one; otherwise the answer's own, flattened (`a.b`, `c[0]`), so that a
   * new firmware's field is not lost.
   */
  readonly quantity: string;
  /** In the unit of the quantity; NaN when there is none now, and then the quality says why. */
  readonly value: number;
  /** `good` unless said. */
  readonly quality?: Quality;
  /** UTC epoch ms of the measurement, where the answer tells and it is older than the answer: a gas meter's hour. */
  readonly atMs?: number;
  /** How long before the reading ended it was measured, where it came by itself and tells no time of its own. */
  readonly ageMs?: number;
  /** The part of the source that it is of, where that is a device of its own: `gas-4730303332353631`, `zone-3432576`. */
  readonly part?: string;
}

/** One word that a source has said: an id, a mode. Kept when it changes. */
export interface SourceText {
  readonly quantity: string;
  readonly text: string;
  readonly part?: string;
}

/** What one reading of a source brought; a name comes once a part. */
export interface SourceAnswer {
  readonly values: readonly SourceValue[];
  readonly texts: readonly SourceText[];
}

/** What is kept for a source over restarts, in a file that only its owner can read: tokens, and what they are for. */
export interface KeptSecrets {
  load(name: string): Promise<string | undefined>;
  /** Errors: `data_dir_unusable`, `disk_full`. */
  save(name: string, text: string): Promise<void>;
}

/** Work that blocks, in the worker pool. Errors: those of the work; `worker_crashed`, `queue_full`. */
export interface BlockingWork {
  run<Result>(kind: string, request: unknown, signal: AbortSignal): Promise<Result>;
}

export interface SourcePorts {
  /** Its configured id. */
  readonly id: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly http: HttpClient;
  readonly network: Network;
  readonly serial: SerialLines;
  readonly secrets: KeptSecrets;
  readonly work: BlockingWork;
  /** What says in the home network that it is there. */
  readonly services?: Pick<ServiceDiscovery, 'browse'>;
  /** The site's IANA zone, for meters whose times have none. */
  readonly zone: string;
}

/** A source that is configured. It keeps what it needs between readings: a connection, a token. */
export interface SourceReader {
  /**
   * One reading. Values that cannot be are left out or `suspect`, never clamped. Errors are about the source as a
   * whole: those of the ports; `source_refused` (401, 403: the hint says which setting), `source_missing` (404, or
   * moved: facts.location), `rate_limited` (facts.retryAfterMs where it was said), `source_unavailable` (5xx, or it
   * says so itself), `answer_invalid` (facts.where: what was expected there).
   */
  read(signal: AbortSignal): Promise<SourceAnswer>;
  /**
   * Asks once to be let in where that takes a button: false while nobody has pressed it. What it is given it keeps.
   * Errors: as `read`; `config_invalid` where its settings say otherwise.
   */
  pair?(signal: AbortSignal): Promise<boolean>;
  /** What the last readings brought of the grid's next hours, where the source and its plan have a forecast. */
  forecast?(): GridForecast | undefined;
  /**
   * What the last reading brought of the grid's hours, the newest word on each last: hours of before among them, as
   * they are said to have been now. A word that has only some of an hour's numbers says nothing of the others.
   */
  gridHours?(): readonly GridHour[];
  /**
   * What was said of the colours of days of Tempo since this was last asked: those of before among them. Each day is
   * in it once.
   */
  tempoDays?(): readonly SaidTempoDay[];
  /**
   * Seasons of Tempo of which days are not known, by their first days: the source asks for them politely, one a day of
   * whomever it asks. Instead of those that were wanted before.
   */
  wantTempoSeasons?(firstDays: readonly TempoDay[]): void;
  close?(): void;
}

/** How often a source may be asked. */
export interface SourcePace {
  readonly periodMs: number;
  /** It is never asked more often, by whomever; a shorter period is refused, and one below 10 s. */
  readonly periodMsMin: number;
  /** Periods below 10 s are not refused: it hangs on the machine's own wires. */
  readonly allowsShortPeriods?: true;
  /** Of one reading, with all its requests. */
  readonly timeoutMs: number;
  /** Requests in any 24 hours that its provider allows, where it counts them. */
  readonly requestsPerDay?: number;
  /** Of what all the world asks at the same beat: each gateway does so up to that much later, always by the same. */
  readonly spreadMs?: number;
}

/**
 * A kind of source: one file, one line in all.ts, one fixture, one simulated counterpart. See docs/adding-a-source.md.
 */
export interface SourceDefinition {
  /** Kebab-case; the file's name, and what the configuration calls it. */
  readonly id: string;
  /** Maker and product, for people. */
  readonly title: string;
  /** Manual and page, or where its form was found. */
  readonly source: string;
  readonly options: OptionFields;
  readonly pace: SourcePace;
  /** What to do when no answer came within its time-out; unless said, to look whether it is on, and at its address. */
  readonly lateHint?: string;
  /** Sources with the same are asked one at a time: a host, a bus. */
  lane(options: OptionValues): string;
  /** Reads nothing yet. Errors: `config_invalid` for what no single option's field can say. */
  open(options: OptionValues, ports: SourcePorts): SourceReader;
}
