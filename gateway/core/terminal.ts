/** A person at a terminal. */
export interface Terminal {
  /** Characters in one of its lines, now. */
  readonly columns: number;
  /** Fires when the person stops with Ctrl-C or Ctrl-D, or the terminal is gone. */
  readonly stopped: AbortSignal;
  /**
   * One line that was typed, without its end; undefined once `stopped` has fired. What is typed before it is asked for
   * waits unseen. A secret is never shown, nor kept in a history.
   */
  ask(prompt: string, isSecret?: boolean): Promise<string | undefined>;
  /** Writes the text as it is. */
  write(text: string): void;
  /** Leaves the terminal as it was. */
  close(): void;
}
