// Made by scripts/make-client.mjs from what the commands declare.
interface DerogationListInput {
  /** Id of the member */
  member?: string;
  /** First tariff day; the one that runs unless said: 2025-01-10 */
  from?: string;
  /** Last tariff day, in it; all to come unless said: 2025-01-10 */
  to?: string;
  /** Also those that were taken back */
  removed?: boolean;
}

interface DerogationListOutput {
  /** By start */
  derogations: {
    id: number;
    member: string;
    startMs: number;
    /** Not in it */
    endMs: number;
    /** By the clocks of France */
    starts: string;
    ends: string;
    /** Tariff days that it touches: their cost is shared by holders of derogations alone */
    days: string[];
    createdMs: number;
    /** When it was taken back; null while it holds */
    removedMs: number | null;
    removedWhy: string | null;
  }[];
}

export interface DerogationOperations {
  /** Times in which members want the server on, though the day is red. Needs the scope read. */
  'derogation.list': { input: DerogationListInput; output: DerogationListOutput };
}
