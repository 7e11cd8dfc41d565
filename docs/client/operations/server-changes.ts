// Made by scripts/make-client.mjs from what the commands declare.
interface ServerOnInput {
  /** Whose derogation it is; whoever asks, where he is a member */
  member?: string;
}

interface ServerOnOutput {
  id: number;
  wanted: 'on' | 'off';
  cause: 'policy' | 'person' | 'ups';
  /** Who or what gave it */
  by: string;
  decidedMs: number;
  /** Stable: red-day, derogation, asked, battery-long */
  reason: string;
  /** Why, in words */
  words: string;
  /** waiting: not sent; sent: taken, not seen to be done; done: seen; unneeded: it was so; failed: given up; dry: not sent */
  state: 'waiting' | 'sending' | 'sent' | 'done' | 'unneeded' | 'failed' | 'superseded' | 'dry';
  /** Commands that were sent */
  tries: number;
  /** The last command */
  sentMs: number | null;
  endedMs: number | null;
  /** What went wrong last */
  problem: string | null;
}

type ServerOffInput = Record<string, never>;

interface ServerOffOutput {
  id: number;
  wanted: 'on' | 'off';
  cause: 'policy' | 'person' | 'ups';
  /** Who or what gave it */
  by: string;
  decidedMs: number;
  /** Stable: red-day, derogation, asked, battery-long */
  reason: string;
  /** Why, in words */
  words: string;
  /** waiting: not sent; sent: taken, not seen to be done; done: seen; unneeded: it was so; failed: given up; dry: not sent */
  state: 'waiting' | 'sending' | 'sent' | 'done' | 'unneeded' | 'failed' | 'superseded' | 'dry';
  /** Commands that were sent */
  tries: number;
  /** The last command */
  sentMs: number | null;
  endedMs: number | null;
  /** What went wrong last */
  problem: string | null;
}

export interface ServerChangesOperations {
  /** Switch the server on; where the policy wants it off, with a derogation for who asks. Needs the scope control. */
  'server.on': { input: ServerOnInput; output: ServerOnOutput };
  /** Switch the server off; the policy speaks again at its next change. Needs the scope control. */
  'server.off': { input: ServerOffInput; output: ServerOffOutput };
}
