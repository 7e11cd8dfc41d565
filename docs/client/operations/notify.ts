// Made by scripts/make-client.mjs from what the commands declare.
type NotifyListInput = Record<string, never>;

interface NotifyListOutput {
  notifiers: {
    id: string;
    /** For people; the id when none is configured */
    name: string;
    kind: string;
    /** Of its kind */
    title: string;
    enabled: boolean;
    /** Why nothing can be sent with it; null while it can */
    problem: string | null;
    language: 'en' | 'fr';
    /** As they may be shown */
    recipients: string[];
    /** Whether a message that goes out twice is shown once */
    isRepeatSafe: boolean;
    /** Whether what is left of what was paid for can be asked */
    hasBalance: boolean;
    /** Messages that wait, 1,000 at most */
    queued: number;
    /** When one was sent last */
    sentMs: number | null;
    /** When one was given up last */
    failedMs: number | null;
    /** Why that was, or why those that wait were not sent yet */
    reason: string | null;
  }[];
}

interface NotifyLogInput {
  /** Only of this one */
  notifier?: string;
  /** Only queued, sending, sent, failed */
  state?: 'queued' | 'sending' | 'sent' | 'failed';
  /** Only of this alert */
  alert?: number;
  /** Only messages with smaller ids: for the next page */
  before?: number;
  /** Messages */
  limit?: number;
}

interface NotifyLogOutput {
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
  /** There are older ones: ask again with this as `before` */
  next: number | null;
}

interface NotifyBalanceInput {
  /** The notifier, as in the configuration */
  id: string;
}

interface NotifyBalanceOutput {
  id: string;
  amount: number;
  /** EUR */
  currency: string;
}

export interface NotifyOperations {
  /** The notifiers: whom they reach, and how the last messages fared. Needs the scope read. */
  'notify.list': { input: NotifyListInput; output: NotifyListOutput };
  /** What was sent to whom, newest first: each message, its tries, and why it was given up. Needs the scope read. */
  'notify.log': { input: NotifyLogInput; output: NotifyLogOutput };
  /** What is left of what was paid for: of SMS. Needs the scope admin. */
  'notify.balance': { input: NotifyBalanceInput; output: NotifyBalanceOutput };
}
