// Made by scripts/make-client.mjs from what the commands declare.
interface SinkRetryInput {
  /** Its id in the configuration */
  id: string;
}

interface SinkRetryOutput {
  id: string;
}

export interface SinkChangesOperations {
  /** Try a sink that is down now, instead of when its turn comes. Needs the scope admin. */
  'sink.retry': { input: SinkRetryInput; output: SinkRetryOutput };
}
