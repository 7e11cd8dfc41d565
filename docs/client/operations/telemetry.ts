// Made by scripts/make-client.mjs from what the commands declare.
type TelemetryStatusInput = Record<string, never>;

interface TelemetryStatusOutput {
  /** Of the chain; null before there is one */
  epoch: string | null;
  sequence: number | null;
  /** Hash of its last record, hex */
  head: string | null;
  oldest: number | null;
  /** Batches that are kept */
  batches: number;
  /** Readings in them */
  readings: number;
  /** What they take */
  bytes: number;
  /** Readings in all batches that ever were */
  readingsSealed: number;
  /** Those that gave way before they were sent everywhere */
  readingsDropped: number;
  /** Commits that are in no batch yet */
  commitsWaiting: number;
}

type TelemetryExportInput = Record<string, never>;

export interface TelemetryOperations {
  /** The signed chain: how far it goes, and what of it is kept. Needs the scope read. */
  'telemetry.status': { input: TelemetryStatusInput; output: TelemetryStatusOutput };
  /** All batches that are kept, as they are sent: one a line, for egw-verify. Needs the scope read. */
  'telemetry.export': { input: TelemetryExportInput; output: string };
}
