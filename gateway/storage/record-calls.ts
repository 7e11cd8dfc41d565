export interface StoredToken {
  readonly id: string;
  readonly label: string;
  /** SHA-256 of the secret, hex. The secret itself is never stored. */
  readonly secretHash: string;
  readonly scopes: readonly string[];
  readonly createdMs: number;
  readonly expiresMs: number;
}

export interface AuditLine {
  readonly atMs: number;
  /** Who: `local`, `token:ID`, `pairing`. */
  readonly principal: string;
  /** What: a command's id, or a security event such as `pairing.failed`. */
  readonly action: string;
  /** ok, or an error's code. */
  readonly outcome: string;
  /** Without secrets. */
  readonly detail: string;
}

/**
 * `intended`: on its way. `applied`: the device holds it. `reverting`: the device is to be put back. `failed`: the
 * same, because it did not confirm. Closed are `reverted`, `replaced` by a newer one, and `withdrawn`: nothing
 * was written.
 */
export type IntentState =
  'intended' | 'applied' | 'reverting' | 'failed' | 'reverted' | 'replaced' | 'withdrawn';

/** Something that a device was to be told, on disk before the first write. */
export interface StoredIntent {
  /** Unique for ever. */
  readonly id: string;
  readonly device: string;
  readonly control: string;
  /** In the control's unit; null when the device was only to be put back. */
  readonly value: number | null;
  readonly source: string;
  /** Who: `local`, `token:ID`, `gateway`. */
  readonly principal: string;
  /** The start of the gateway that made it: its lease ended with that. */
  readonly bootId: string;
  /** By the wall clock, for people: leases are measured by the other one. */
  readonly openedMs: number;
  /** As first asked for: renewals are not written down. */
  readonly leaseUntilMs: number;
  readonly state: IntentState;
  /** What registers held before it, as JSON; null where nothing is to be put back as it was. */
  readonly before: string | null;
}

/** Register writes of a control in a UTC calendar year. */
export interface WriteCount {
  readonly device: string;
  readonly control: string;
  readonly year: number;
  /** All of the year, not those that were added; a smaller number than the stored one changes nothing. */
  readonly count: number;
}

/** What the gateway may tell a device. */
export interface StoredMode {
  readonly device: string;
  readonly mode: string;
}

/** Changes to the journal of controls, made together. */
export interface ControlRecord {
  readonly open?: StoredIntent;
  readonly moves?: readonly { readonly id: string; readonly state: IntentState }[];
  readonly writes?: WriteCount;
  readonly mode?: StoredMode;
}

export interface StoredControls {
  /** Intents that are not closed, oldest first. */
  readonly open: readonly StoredIntent[];
  readonly writes: readonly WriteCount[];
  readonly modes: readonly StoredMode[];
}

/** What the database keeps besides readings: the part of `StoreCalls` about it. */
export interface RecordCalls {
  getSetting(name: string): string | undefined;
  putSetting(name: string, value: string): void;

  addToken(token: StoredToken): void;
  listTokens(): readonly StoredToken[];
  removeToken(id: string): boolean;

  addAuditLine(line: AuditLine): void;
  listAuditLines(query: { readonly beforeMs: number; readonly rowsMax: number }): readonly AuditLine[];

  /** Returns after the commit: an intent in it survives a power cut from then on. */
  recordControl(record: ControlRecord): void;
  listControls(): StoredControls;
}
