// Made by scripts/make-client.mjs from what the commands declare.
type LaneListInput = Record<string, never>;

interface LaneListOutput {
  lanes: {
    name: string;
    state: 'idle' | 'busy' | 'closed';
    tasks: number;
    queued: number;
    /** Worst age of any reading of this lane, as computed at load; null when the lane is overloaded */
    ageBoundMs: number | null;
    /** Worst age seen since the start */
    ageMeasuredMs: number | null;
    /** Share of the time that it is busy, as computed at load */
    utilisation: number;
    /** As measured since the start */
    busyShare: number;
    /** Of the time, spent on probes of dead devices outside the slack, since the start */
    deadShare: number;
  }[];
}

export interface LaneOperations {
  /** The lanes: how old a reading can get, and how old it got. Needs the scope read. */
  'lane.list': { input: LaneListInput; output: LaneListOutput };
}
