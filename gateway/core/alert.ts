/**
 * How much an alert matters. `safety`: told at any hour. `warning` and `info` wait for the end of the quiet hours.
 */
export const alertSeverities = ['safety', 'warning', 'info'] as const;

export type AlertSeverity = (typeof alertSeverities)[number];

export const languages = ['en', 'fr'] as const;

export type Language = (typeof languages)[number];

/** What is said of an alert besides its words: they stand in the words' places `{name}`. */
export type AlertFacts = Readonly<Record<string, string | number | null>>;

/**
 * What people are told, in one language: plain text with places `{name}`, which facts fill, besides `{site}`,
 * `{subject}` and `{time}` (when it began, local: `13/02 06h40` or `13 Feb 06:40`). `short` is for an SMS: less than
 * 160 characters of GSM 03.38 when it is filled.
 */
export interface AlertWords {
  readonly title: string;
  readonly text: string;
  readonly short: string;
  readonly recoveredTitle: string;
  readonly recoveredText: string;
  readonly recoveredShort: string;
}

/** Something that people want to be told of. Features bring rules; the alerts feature decides and tells. */
export interface AlertRule {
  /** Unique: `boiler-fire-out`. */
  readonly id: string;
  readonly severity: AlertSeverity;
  /** A rule that is off forgets all: what holds when it is switched on is told at once. */
  readonly isEnabled: boolean;
  /** It must hold so long; 0: at once. */
  readonly forMs: number;
  /** Between two alerts of one rule and subject, by the time of what they tell of; the later one waits. */
  readonly cooldownMs: number;
  /** While it holds it is told again so often; undefined: never. */
  readonly repeatMs: number | undefined;
  /** Whether its end is told, once. */
  readonly tellsRecovery: boolean;
  readonly words: Readonly<Record<Language, AlertWords>>;
  /** Of our page, where one sees more: `#/boiler`; undefined: its front. */
  readonly page: string | undefined;
}

/**
 * What a rule's owner saw of one subject from one instant to the next. All that follows is said by these times, never
 * by when they come: the same stretch in one piece or in many, once or again after a restart, comes to the same alerts.
 */
export interface AlertObservation {
  readonly rule: string;
  /** `boiler`, a source's id, `device/quantity`. */
  readonly subject: string;
  /** UTC epoch ms, half-open: minutes [from, to). */
  readonly fromMs: number;
  readonly toMs: number;
  /** undefined: not known, which neither begins nor ends anything. */
  readonly holds: boolean | undefined;
  readonly facts: AlertFacts;
}

/** Takes what was seen, and tells people. */
export interface AlertDesk {
  /**
   * Takes what was seen, of a rule and subject in the order of time; what lies before `observedToMs` changes nothing.
   * Returns when what follows of it is on disk, with every message that is to be sent: after that no crash loses or
   * doubles one; where the medium takes nothing, people are told from memory. Errors: those of the store; then nothing
   * was taken, and the same may come again.
   */
  observe(observations: readonly AlertObservation[]): Promise<void>;
  /** Up to where it is on disk what was seen; undefined: nothing yet. What is told again from there on is safe. */
  observedToMs(rule: string, subject: string): number | undefined;
}
