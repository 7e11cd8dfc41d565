// Made by scripts/make-client.mjs from what the commands declare.
type SrcfulScheduleInput = Record<string, never>;

interface SrcfulScheduleOutput {
  orders: {
    id: string;
    principal: string;
    device: string;
    control: string;
    /** In the control's unit */
    value: number;
    atMs: number;
    state: 'waiting' | 'running' | 'done' | 'cancelled' | 'failed';
    reason: string | null;
  }[];
}

export interface SrcfulOperations {
  /** What was ordered for later in the words of the earlier gateway, and what became of it. Needs the scope read. */
  'srcful.schedule': { input: SrcfulScheduleInput; output: SrcfulScheduleOutput };
}
