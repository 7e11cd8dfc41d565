// Made by scripts/make-client.mjs from what the commands declare.
interface UplinkRetryInput {
  /** Its id in the configuration */
  id: string;
}

interface UplinkRetryOutput {
  id: string;
}

export interface UplinkChangesOperations {
  /** Try an uplink now, and what it has refused once more. Needs the scope admin. */
  'uplink.retry': { input: UplinkRetryInput; output: UplinkRetryOutput };
}
