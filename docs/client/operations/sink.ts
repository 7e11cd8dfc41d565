// Made by scripts/make-client.mjs from what the commands declare.
type SinkListInput = Record<string, never>;

interface SinkListOutput {
  sinks: {
    id: string;
    name: string;
    /** What it is, as the configuration calls it */
    kind: string;
    title: string;
    /** down: it takes nothing now; skipped: it lacks a secret */
    state: 'starting' | 'up' | 'down' | 'disabled' | 'skipped';
    /** Readings that it has had */
    written: number;
    /** Readings that it would not take */
    refused: number;
    /** Readings that were deleted before they could be sent */
    lost: number;
    /** Time whose readings it has missed and not had yet */
    backlogMs: number;
    /** When it last had something; null: not since the start */
    writtenMs: number | null;
    /** Why it takes nothing */
    reason: string | null;
    /** What to do about it */
    hint: string | null;
  }[];
}

interface SinkShowInput {
  /** Its id in the configuration */
  id: string;
}

interface SinkShowOutput {
  id: string;
  name: string;
  /** What it is, as the configuration calls it */
  kind: string;
  title: string;
  /** down: it takes nothing now; skipped: it lacks a secret */
  state: 'starting' | 'up' | 'down' | 'disabled' | 'skipped';
  /** Readings that it has had */
  written: number;
  /** Readings that it would not take */
  refused: number;
  /** Readings that were deleted before they could be sent */
  lost: number;
  /** Time whose readings it has missed and not had yet */
  backlogMs: number;
  /** When it last had something; null: not since the start */
  writtenMs: number | null;
  /** Why it takes nothing */
  reason: string | null;
  /** What to do about it */
  hint: string | null;
}

export interface SinkOperations {
  /** Where readings are sent to, and how that goes. Needs the scope read. */
  'sink.list': { input: SinkListInput; output: SinkListOutput };
  /** One sink: what it has had, and what keeps it from more. Needs the scope read. */
  'sink.show': { input: SinkShowInput; output: SinkShowOutput };
}
