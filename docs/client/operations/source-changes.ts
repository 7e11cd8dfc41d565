// Made by scripts/make-client.mjs from what the commands declare.
interface SourceReadInput {
  /** The source, as in the configuration */
  id: string;
}

interface SourceReadOutput {
  id: string;
  /** For people; the id when none is configured */
  name: string;
  kind: string;
  state: 'unseen' | 'up' | 'failing' | 'down' | 'disabled' | 'skipped' | 'quarantined';
  /** When its state changed last */
  sinceMs: number | null;
  /** When it answered last */
  readAtMs: number | null;
  /** When it is read next; null while it is being read */
  nextReadMs: number | null;
  periodMs: number | null;
  /** Requests of the last 24 hours, where its provider counts them */
  requestsToday: number | null;
  /** Requests that its provider allows in 24 hours */
  requestsPerDay: number | null;
  /** Why nothing comes; null while all is well */
  reason: string | null;
  /** Maker and product */
  title: string;
  /** Sources of the same lane are asked one at a time */
  lane: string | null;
  /** Since the start */
  answers: number;
  /** Since the start */
  failures: number;
  /** Code of the latest failure; null while it is well */
  lastError: string | null;
  /** What to do */
  hint: string | null;
  readings: {
    /** The source, or its part as source/part */
    device: string;
    quantity: string;
    /** null when there is none */
    value: number | null;
    unit: string;
    quality: 'good' | 'estimated' | 'suspect' | 'missing' | 'sensor_error';
    atMs: number;
  }[];
  texts: {
    device: string;
    quantity: string;
    text: string;
    /** Since when it says so */
    atMs: number;
  }[];
}

interface SourcePairInput {
  /** The source, as in the configuration */
  id: string;
}

interface SourcePairOutput {
  id: string;
  /** waiting: its button was not pressed in 40 seconds */
  state: 'done' | 'waiting';
  /** What comes next */
  message: string;
}

export interface SourceChangesOperations {
  /** Read a source now, unless it must be left alone still. Needs the scope read. */
  'source.read': { input: SourceReadInput; output: SourceReadOutput };
  /** Be let in by a device whose button you press now: a HomeWizard; the token that it gives is kept. Needs the scope admin. */
  'source.pair': { input: SourcePairInput; output: SourcePairOutput };
}
