// Made by scripts/make-client.mjs from what the commands declare.
type SystemShowInput = Record<string, never>;

interface SystemShowOutput {
  atMs: number;
  hostName: string;
  processors: number;
  /** Of the processor */
  temperatureC: number | null;
  /** Processes that run or wait to run: mean of the last 1 min */
  load1: number | null;
  /** Processes that run or wait to run: mean of the last 5 min */
  load5: number | null;
  /** Processes that run or wait to run: mean of the last 15 min */
  load15: number | null;
  /** Since the machine started */
  upMs: number | null;
  memoryTotalBytes: number | null;
  /** What programs can have without swapping */
  memoryAvailableBytes: number | null;
  /** What nobody uses, not even as a cache */
  memoryFreeBytes: number | null;
}

export interface SystemOperations {
  /** The machine: temperature, load, memory, and how long it has been up; null is what it does not tell. Needs the scope read. */
  'system.show': { input: SystemShowInput; output: SystemShowOutput };
}
