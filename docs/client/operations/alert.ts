// Made by scripts/make-client.mjs from what the commands declare.
interface AlertListInput {
  /** Only those that are not over */
  open?: boolean;
  /** Only of this rule */
  rule?: string;
  /** Only of this subject: boiler */
  subject?: string;
  /** ISO with its zone (2026-03-01T08:00:00Z), epoch milliseconds, or so long ago (24h); all unless said */
  from?: string;
  /** Not in it; as from, now unless said */
  to?: string;
  /** Only alerts with smaller ids: for the next page */
  before?: number;
  /** Alerts */
  limit?: number;
  /** Of titles and texts; that of the site unless said */
  language?: 'en' | 'fr';
}

interface AlertListOutput {
  alerts: {
    id: number;
    rule: string;
    /** What it is about: boiler, a source, a device/quantity */
    subject: string;
    kind: 'alert' | 'reminder' | 'recovered' | 'test';
    severity: 'safety' | 'warning' | 'info';
    title: string;
    text: string;
    /** What it tells of */
    atMs: number;
    /** When what it tells of began */
    episodeMs: number;
    /** When it was decided */
    notedMs: number;
    /** Whether it goes on; of alerts only, never of what follows them */
    isOpen: boolean;
    acknowledgedMs: number | null;
    acknowledgedBy: string | null;
  }[];
  /** There are older ones: ask again with this as `before` */
  next: number | null;
}

interface AlertShowInput {
  /** Of the alert */
  id: number;
  /** Of titles and texts; that of the site unless said */
  language?: 'en' | 'fr';
}

interface AlertShowOutput {
  id: number;
  rule: string;
  /** What it is about: boiler, a source, a device/quantity */
  subject: string;
  kind: 'alert' | 'reminder' | 'recovered' | 'test';
  severity: 'safety' | 'warning' | 'info';
  title: string;
  text: string;
  /** What it tells of */
  atMs: number;
  /** When what it tells of began */
  episodeMs: number;
  /** When it was decided */
  notedMs: number;
  /** Whether it goes on; of alerts only, never of what follows them */
  isOpen: boolean;
  acknowledgedMs: number | null;
  acknowledgedBy: string | null;
  deliveries: {
    id: number;
    /** Id of the alert */
    alert: number;
    notifier: string;
    /** As it may be shown; empty where the notifier reaches one place */
    recipient: string;
    /** queued: sent when it is due; failed: given up */
    state: 'queued' | 'sending' | 'sent' | 'failed';
    tries: number;
    /** Of the tries: may have gone out, although nobody said so */
    unclear: number;
    /** Not before */
    dueMs: number;
    /** The last try */
    begunMs: number | null;
    /** When it was sent, or given up */
    endedMs: number | null;
    /** Why the last try failed */
    reason: string | null;
    /** What the other side calls it */
    receipt: string | null;
  }[];
}

interface AlertRulesInput {
  /** Of titles and texts; that of the site unless said */
  language?: 'en' | 'fr';
}

interface AlertRulesOutput {
  rules: {
    id: string;
    /** own: of alerts.rules */
    origin: 'built-in' | 'own';
    enabled: boolean;
    severity: 'safety' | 'warning' | 'info';
    title: string;
    /** As it is configured; null where it is built in */
    condition: string | null;
    /** It must hold so long */
    forMs: number;
    /** Between two alerts of one subject */
    cooldownMs: number;
    /** A reminder goes out so often; null: never */
    repeatMs: number | null;
    tellsRecovery: boolean;
    /** null: those of alerts.notifiers */
    notifiers: string[] | null;
    /** Why it is left out; null while it is not */
    problem: string | null;
    /** Those that it looks at, or has looked at */
    subjects: {
      subject: string;
      state: 'quiet' | 'pending' | 'held' | 'firing' | 'acknowledged' | 'recovered';
      /** Since when it holds, or is over */
      sinceMs: number | null;
      /** When it was told last */
      alertedMs: number | null;
      /** Of what goes on */
      reminders: number;
      /** Since when nothing is known */
      unknownSinceMs: number | null;
      /** Up to when it was looked at */
      observedToMs: number;
    }[];
  }[];
}

export interface AlertOperations {
  /** What people were told, newest first, or what is going on now. Needs the scope read. */
  'alert.list': { input: AlertListInput; output: AlertListOutput };
  /** One alert: what was said, to whom it went, and what became of that. Needs the scope read. */
  'alert.show': { input: AlertShowInput; output: AlertShowOutput };
  /** What people are told of: every rule, how it is set, and where it stands. Needs the scope read. */
  'alert.rules': { input: AlertRulesInput; output: AlertRulesOutput };
}
