// Made by scripts/make-client.mjs from what the commands declare.
type SourceListInput = Record<string, never>;

interface SourceListOutput {
  sources: {
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
  }[];
}

interface SourceShowInput {
  /** The source, as in the configuration */
  id: string;
}

interface SourceShowOutput {
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

type SourceKindsInput = Record<string, never>;

interface SourceKindsOutput {
  kinds: {
    id: string;
    /** Maker and product */
    title: string;
    /** Where its form was found */
    source: string;
    /** Unless configured */
    periodMs: number;
    /** No shorter one may be configured */
    periodMsMin: number;
    /** Requests that its provider allows in 24 hours */
    requestsPerDay: number | null;
    options: {
      name: string;
      type: 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'texts';
      isRequired: boolean;
      isSecret: boolean;
      /** As text */
      default: string | null;
      /** Of a choice */
      values: string[];
      description: string;
    }[];
  }[];
}

interface SourceKindInput {
  /** As egw source kinds lists it */
  kind: string;
}

interface SourceKindOutput {
  id: string;
  /** Maker and product */
  title: string;
  /** Where its form was found */
  source: string;
  /** Unless configured */
  periodMs: number;
  /** No shorter one may be configured */
  periodMsMin: number;
  /** Requests that its provider allows in 24 hours */
  requestsPerDay: number | null;
  options: {
    name: string;
    type: 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'texts';
    isRequired: boolean;
    isSecret: boolean;
    /** As text */
    default: string | null;
    /** Of a choice */
    values: string[];
    description: string;
  }[];
}

export interface SourceOperations {
  /** The sources, their states and when each is read. Needs the scope read. */
  'source.list': { input: SourceListInput; output: SourceListOutput };
  /** One source: how it does, and what it said last. Needs the scope read. */
  'source.show': { input: SourceShowInput; output: SourceShowOutput };
  /** The kinds of sources that there are, and their options. Needs the scope read. */
  'source.kinds': { input: SourceKindsInput; output: SourceKindsOutput };
  /** One kind of source, and its options. Needs the scope read. */
  'source.kind': { input: SourceKindInput; output: SourceKindOutput };
}
