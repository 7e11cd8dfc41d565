import type { AlertSeverity } from '../core/alert.ts';

/**
 * `pending`: holds, not long enough yet. `held`: long enough, and too soon after the last alert. `firing`: told.
 * `acknowledged`: somebody has seen to it, and is not reminded. `recovered`: over, and whoever was told knows.
 */
export type AlertState = 'quiet' | 'pending' | 'held' | 'firing' | 'acknowledged' | 'recovered';

/** Where a rule stands of one subject. Times are those of what was observed, UTC epoch ms. */
export interface StoredAlertState {
  readonly rule: string;
  readonly subject: string;
  readonly state: AlertState;
  /** Since when it holds or has recovered; null while it is quiet. */
  readonly sinceMs: number | null;
  /** When it was last told; null: never. */
  readonly alertedMs: number | null;
  /** Reminders of this episode. */
  readonly reminders: number;
  /** Since when nothing is known; null while it is. */
  readonly unknownSinceMs: number | null;
  readonly observedToMs: number;
}

export type AlertKind = 'alert' | 'reminder' | 'recovered' | 'test';

/**
 * Something that is told. (rule, subject, episode, kind, sequence) is there once: the same again is not told again.
 */
export interface NewAlert {
  readonly rule: string;
  readonly subject: string;
  /** When the episode began, UTC epoch ms: its name. */
  readonly episodeMs: number;
  readonly kind: AlertKind;
  /** Of a reminder from 1; else 0. */
  readonly sequence: number;
  /** What it tells of, by the time of what was observed; and when that was decided. */
  readonly atMs: number;
  readonly notedMs: number;
  readonly severity: AlertSeverity;
  /** JSON. */
  readonly facts: string;
  /** To whom, each once; none where nobody is to be told. */
  readonly deliveries: readonly NewDelivery[];
}

export interface NewDelivery {
  /** Id of the notifier. */
  readonly notifier: string;
  /** '' where the notifier reaches one place only. */
  readonly recipient: string;
  /** Not before: quiet hours. */
  readonly dueMs: number;
}

export interface StoredAlert extends Omit<NewAlert, 'deliveries'> {
  /** Ascending. */
  readonly id: number;
  readonly acknowledgedMs: number | null;
  /** Name of the principal. */
  readonly acknowledgedBy: string | null;
}

/**
 * `queued`: to be sent when it is due. `sending`: begun; after a crash it is not known whether it went out. `sent`.
 * `failed`: given up, and why.
 */
export type DeliveryState = 'queued' | 'sending' | 'sent' | 'failed';

export interface StoredDelivery extends NewDelivery {
  readonly id: number;
  /** Id of the alert. */
  readonly alert: number;
  readonly state: DeliveryState;
  /** Tries that were begun; `unclear` of them may have gone out although nobody said so. */
  readonly tries: number;
  readonly unclear: number;
  /** When the last try was begun, and when it was over for good. */
  readonly begunMs: number | null;
  readonly endedMs: number | null;
  /** Why the last try failed. */
  readonly reason: string | null;
  /** What the other side calls it. */
  readonly receipt: string | null;
}

export interface DeliveryEnd {
  readonly id: number;
  readonly state: 'queued' | 'sent' | 'failed';
  readonly isUnclear: boolean;
  readonly atMs: number;
  /** When the next try is due; the same as before where there is none. */
  readonly dueMs: number;
  readonly reason: string | null;
  readonly receipt: string | null;
}

/** Alerts and what became of them: the part of `StoreCalls` about them. */
export interface AlertCalls {
  alertStates(): readonly StoredAlertState[];
  /**
   * In one transaction: where the rules stand, and what is told because of that. An alert that is there already stays
   * as it is. Answers those that were not. Errors: `input_invalid`; nothing is noted then.
   */
  noteAlerts(noted: {
    readonly states: readonly StoredAlertState[];
    /** Rules and subjects that nobody looks at any more. */
    readonly forgotten: readonly { readonly rule: string; readonly subject: string }[];
    readonly alerts: readonly NewAlert[];
  }): readonly StoredAlert[];
  findAlert(id: number): StoredAlert | undefined;
  /** Newest first. */
  listAlerts(query: {
    readonly beforeId?: number;
    readonly rowsMax: number;
    readonly rule?: string;
    readonly subject?: string;
    readonly kind?: AlertKind;
    /** By `atMs`. */
    readonly fromMs?: number;
    readonly toMs?: number;
  }): readonly StoredAlert[];
  /**
   * The open alert of an episode, or its reminder, is seen to: with its state, in one transaction. False when it is not
   * open; the same again is answered as at first.
   */
  acknowledgeAlert(of: { readonly id: number; readonly by: string; readonly atMs: number }): boolean;
  /** Queued ones of a notifier that are due: those of alerts of safety first, then oldest first. */
  dueDeliveries(query: {
    readonly notifier: string;
    readonly nowMs: number;
    readonly rowsMax: number;
  }): readonly StoredDelivery[];
  /** When the next queued one of a notifier is due; null when none waits. */
  nextDeliveryMs(notifier: string): number | null;
  /**
   * A queued one, due or not: on disk before anything goes out. undefined, and nothing changed, when it is begun or
   * over; the same time again answers the try that it began, for callers who did not get the answer.
   */
  beginDelivery(of: { readonly id: number; readonly atMs: number }): StoredDelivery | undefined;
  /** Of one that was begun; any other stays as it is, so that it may be said again until it is written. */
  endDelivery(end: DeliveryEnd): void;
  /** What was begun and never ended is queued again, as unclear: once, at the start. Answers how many. */
  settleDeliveries(nowMs: number): number;
  /** Newest first. */
  listDeliveries(query: {
    readonly alert?: number;
    readonly notifier?: string;
    readonly state?: DeliveryState;
    readonly beforeId?: number;
    readonly rowsMax: number;
  }): readonly StoredDelivery[];
  /**
   * Alerts that were noted before, with their deliveries; not those with a delivery that waits, nor the one of an
   * episode that is open. Bounded per call; answers how many.
   */
  pruneAlerts(beforeMs: number): number;
}
