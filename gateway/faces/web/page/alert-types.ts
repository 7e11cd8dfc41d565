/** What the gateway answers about alerts, as far as the page reads it. Times are UTC epoch milliseconds. */

export interface Alert {
  readonly id: number;
  readonly rule: string;
  readonly subject: string;
  readonly kind: 'alert' | 'reminder' | 'recovered' | 'test';
  readonly severity: 'safety' | 'warning' | 'info';
  readonly title: string;
  readonly text: string;
  readonly atMs: number;
  /** When what it tells of began. */
  readonly episodeMs: number;
  readonly isOpen: boolean;
  readonly acknowledgedMs: number | null;
  readonly acknowledgedBy: string | null;
}

export interface Delivery {
  readonly id: number;
  readonly notifier: string;
  /** As it may be shown; empty where the notifier reaches one place. */
  readonly recipient: string;
  readonly state: 'queued' | 'sending' | 'sent' | 'failed';
  readonly tries: number;
  readonly dueMs: number;
  readonly endedMs: number | null;
  readonly reason: string | null;
}

export interface AlertDetail extends Alert {
  readonly deliveries: readonly Delivery[];
}

export interface RuleSubject {
  readonly subject: string;
  readonly state: 'quiet' | 'pending' | 'held' | 'firing' | 'acknowledged' | 'recovered';
  readonly sinceMs: number | null;
  readonly unknownSinceMs: number | null;
}

export interface Rule {
  readonly id: string;
  readonly enabled: boolean;
  readonly severity: Alert['severity'];
  readonly title: string;
  readonly condition: string | null;
  readonly forMs: number;
  readonly cooldownMs: number;
  readonly repeatMs: number | null;
  readonly problem: string | null;
  readonly subjects: readonly RuleSubject[];
}

export interface Notifier {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly enabled: boolean;
  readonly problem: string | null;
  readonly recipients: readonly string[];
  readonly queued: number;
  readonly sentMs: number | null;
  readonly failedMs: number | null;
  readonly reason: string | null;
}

export interface TestAnswer {
  readonly isSent: boolean;
  readonly results: readonly Delivery[];
}
