/** How far a command from the cloud has come. */
export type CloudCommandState = 'begun' | 'done' | 'refused' | 'failed' | 'unknown';

/** A command from the cloud, on disk before it takes effect. */
export interface CloudCommand {
  readonly issuer: string;
  /** ULID, unique for the issuer. */
  readonly id: string;
  /** Of the issuer, ascending: nothing at or below the highest one is begun. */
  readonly sequence: number;
  readonly receivedMs: number;
  readonly state: CloudCommandState;
  /** The answer or the problem as JSON; null while it is begun. */
  readonly result: string | null;
}

/** Commands from the cloud, and who may give them: the part of `StoreCalls` about it. */
export interface CloudCalls {
  /**
   * Begins a command, once: true, and on disk when this returns. false when this id is known already, or its sequence
   * is not above the issuer's highest.
   */
  beginCloudCommand(command: Omit<CloudCommand, 'state' | 'result'>): boolean;
  /** Ends one that is begun. The same again changes nothing. */
  endCloudCommand(
    issuer: string,
    id: string,
    end: { readonly state: Exclude<CloudCommandState, 'begun'>; readonly result: string },
  ): void;
  findCloudCommand(issuer: string, id: string): CloudCommand | undefined;
  /** Highest sequence that was ever begun; 0 when none was. Kept when commands are pruned. */
  lastCloudSequence(issuer: string): number;
  /** Those that were begun and never ended, by a run before: they become `unknown`. Answers them. */
  settleCloudCommands(): readonly CloudCommand[];
  /** Takes out what was received before that time and has ended. */
  pruneCloudCommands(beforeMs: number): number;
  /** Newest first. */
  listCloudCommands(query: { readonly beforeMs: number; readonly rowsMax: number }): readonly CloudCommand[];
}
