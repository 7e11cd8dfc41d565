import type { AlertSeverity, Language } from '../../core/alert.ts';
import type { Clock } from '../../core/clock.ts';
import type { HttpClient } from '../../core/http.ts';
import type { Logger } from '../../core/logger.ts';
import type { Network } from '../../core/network.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';

/** What goes to one recipient. */
export interface NotifierMessage {
  /** The same at each try, and no other message's: `egw-<gateway>-<alert>-<delivery>`, at most 100 characters. */
  readonly reference: string;
  readonly kind: 'alert' | 'reminder' | 'recovered' | 'test';
  readonly severity: AlertSeverity;
  readonly rule: string;
  readonly subject: string;
  readonly language: Language;
  /** One line. */
  readonly title: string;
  /** Lines. */
  readonly text: string;
  /** Of less than 160 characters of GSM 03.38. */
  readonly short: string;
  /** Where one sees more; absent where nobody said under what address the page is. */
  readonly link?: string;
  /** When it began, UTC epoch ms. */
  readonly atMs: number;
  readonly site: string;
}

/** A notifier that is open. */
export interface Notifier {
  /**
   * Returns when the other side has it, with what that calls it. Errors: those of the ports; `notifier_unavailable`
   * (again later), `rate_limited` (with the fact `retryAfterSeconds` where it was said), `notifier_refused` (the
   * hint says which setting; not tried again). With the fact `isUnclear` true it may have gone out all the same.
   */
  send(
    message: NotifierMessage,
    recipient: string,
    signal: AbortSignal,
  ): Promise<{ readonly receipt: string | null }>;
  /** What is left of what was paid for. Errors: as above. */
  balance?(signal: AbortSignal): Promise<{ readonly amount: number; readonly currency: string }>;
  close(): Promise<void>;
}

export interface NotifierPorts {
  /** Its configured id. */
  readonly id: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly http: HttpClient;
  readonly network: Network;
}

/** A kind of notifier: one file, one line in all.ts, one fixture. See docs/adding-a-notifier.md. */
export interface NotifierDefinition {
  readonly id: string;
  readonly title: string;
  /** Manual and page of its protocol. */
  readonly source: string;
  readonly options: OptionFields;
  /** Of one message. */
  readonly timeoutMs: number;
  /** Whether the other side shows a message once that it gets twice with one reference. */
  readonly isRepeatSafe: boolean;
  /** Whom it reaches; [''] where it reaches one place only. */
  recipients(options: OptionValues): readonly string[];
  /** A recipient as it may be shown to those who may read: without what would let them write to it. */
  shownRecipient(recipient: string): string;
  /** Opens nothing outside. Errors: `config_invalid`. */
  open(options: OptionValues, ports: NotifierPorts): Notifier;
}
