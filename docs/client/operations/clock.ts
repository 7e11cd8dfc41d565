// Made by scripts/make-client.mjs from what the commands declare.
type ClockShowInput = Record<string, never>;

interface ClockShowOutput {
  /** trusted: the clock of the machine is believed; unset: nothing has confirmed it yet; stepped: it was set, and nothing confirms that */
  state: 'unset' | 'trusted' | 'stepped';
  /** What the gateway goes by */
  nowMs: number;
  /** What the clock of the machine says */
  machineMs: number;
  /** Until it is believed if nothing changes; null when it is, or never will be */
  remainingMs: number | null;
  /** Why it is not believed */
  message: string | null;
  /** What to do */
  hint: string | null;
}

export interface ClockOperations {
  /** Whether the clock of the machine is believed, and why not. Needs the scope read. */
  'clock.show': { input: ClockShowInput; output: ClockShowOutput };
}
