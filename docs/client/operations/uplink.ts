// Made by scripts/make-client.mjs from what the commands declare.
type UplinkListInput = Record<string, never>;

interface UplinkListOutput {
  uplinks: {
    id: string;
    name: string;
    /** What it is, as the configuration calls it */
    kind: string;
    title: string;
    /** down: it takes nothing now; skipped: it lacks a secret */
    state: 'starting' | 'up' | 'down' | 'disabled' | 'skipped';
    /** Readings that were sent since the start */
    sent: number;
    /** Readings that its backend says to have for good */
    acknowledged: number;
    /** Readings that its backend has not said to have */
    waiting: number;
    /** Batches that it would not take */
    refused: number;
    /** When it was last sent something; null: not since the start */
    sentMs: number | null;
    /** When it last said what it has; null: not since the start */
    acknowledgedMs: number | null;
    /** Why it takes nothing */
    reason: string | null;
    /** What to do about it */
    hint: string | null;
  }[];
}

interface UplinkShowInput {
  /** Its id in the configuration */
  id: string;
}

interface UplinkShowOutput {
  id: string;
  name: string;
  /** What it is, as the configuration calls it */
  kind: string;
  title: string;
  /** down: it takes nothing now; skipped: it lacks a secret */
  state: 'starting' | 'up' | 'down' | 'disabled' | 'skipped';
  /** Readings that were sent since the start */
  sent: number;
  /** Readings that its backend says to have for good */
  acknowledged: number;
  /** Readings that its backend has not said to have */
  waiting: number;
  /** Batches that it would not take */
  refused: number;
  /** When it was last sent something; null: not since the start */
  sentMs: number | null;
  /** When it last said what it has; null: not since the start */
  acknowledgedMs: number | null;
  /** Why it takes nothing */
  reason: string | null;
  /** What to do about it */
  hint: string | null;
}

export interface UplinkOperations {
  /** The backends that get everything, signed, and how that goes. Needs the scope read. */
  'uplink.list': { input: UplinkListInput; output: UplinkListOutput };
  /** One uplink: what its backend has, and what keeps it from more. Needs the scope read. */
  'uplink.show': { input: UplinkShowInput; output: UplinkShowOutput };
}
