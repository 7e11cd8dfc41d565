// Made by scripts/make-client.mjs from what the commands declare.
interface NotifyTestInput {
  /** Only with this one; all that are enabled unless said */
  notifier?: string;
  /** Only to this one of its recipients */
  recipient?: string;
}

interface NotifyTestOutput {
  /** Whether all of it was sent */
  isSent: boolean;
  results: {
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

export interface NotifyChangesOperations {
  /** Send a test message for real, and say what became of it. Needs the scope admin. */
  'notify.test': { input: NotifyTestInput; output: NotifyTestOutput };
}
