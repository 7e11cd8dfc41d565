import type { Clock } from '../../core/clock.ts';
import type { HttpClient } from '../../core/http.ts';
import type { Identity } from '../../core/identity.ts';
import type { Logger } from '../../core/logger.ts';
import type { Network } from '../../core/network.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';

/** What the gateway says to a backend. See docs/cloud-protocol.md. */
export type UplinkKind = 'hello' | 'telemetry' | 'state' | 'result';

export interface UplinkMessage {
  readonly kind: UplinkKind;
  /** The whole message, canonical JSON in UTF-8, its signature in it. */
  readonly body: Uint8Array;
}

/** A way to a backend that is open. */
export interface Uplink {
  /** false once it has ended by itself: whoever uses it opens another. */
  readonly isOpen: boolean;
  /**
   * Returns when the message is handed over, which is not yet that the backend has it for good: that it says itself,
   * signed. What it answers is given to `receive`, before or after this returns. Errors: those of the ports;
   * `uplink_refused` (credentials, an address that is not there: the hint says which setting; with `isOfMessage` in its
   * facts it is only this message), `rate_limited` (with `retryAfterSeconds` in its facts), `uplink_unavailable`
   * (retryable), `request_too_large`.
   */
  send(message: UplinkMessage, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface UplinkPorts {
  /** Its configured id. */
  readonly id: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly http: HttpClient;
  readonly network: Network;
  readonly identity: Identity;
  /** Called with every message of the backend, one JSON text each; it never throws. */
  readonly receive: (message: Uint8Array) => void;
}

/** A kind of uplink: one file, one line in all.ts, one fixture. See docs/adding-an-uplink.md. */
export interface UplinkDefinition {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly options: OptionFields;
  /** Largest body of a message. */
  readonly bodyBytesMax: number;
  /** Of one message. */
  readonly timeoutMs: number;
  /** Silence after which it says hello, to hear what waits for it; absent where the backend can speak first. */
  readonly helloMs?: number;
  open(options: OptionValues, ports: UplinkPorts, signal: AbortSignal): Promise<Uplink>;
}
