/** What the gateway answers of its setting up, as far as the page reads it. */
export interface SetupStatus {
  readonly door: {
    readonly state: 'closed' | 'open' | 'barred';
    /** How much longer; null: no such end. */
    readonly openMs: number | null;
    readonly triesLeft: number;
  };
  readonly isOwned: boolean;
  readonly bluetooth: 'none' | 'connected' | 'session';
  readonly wireless: {
    readonly radio: 'on' | 'off' | 'missing';
    readonly problem: string | null;
    readonly joined: {
      readonly ssid: string;
      readonly signalPct: number | null;
      readonly addresses: readonly string[];
    } | null;
  };
  readonly ethernet: { readonly isUp: boolean; readonly addresses: readonly string[] } | null;
  readonly internet: 'online' | 'captive-portal' | 'limited' | 'none' | 'unknown';
  readonly addresses: readonly string[];
  readonly pageIsLocalOnly: boolean;
  readonly joining: {
    readonly ssid: string;
    readonly stage: 'associating' | 'authenticating' | 'address' | 'checking' | 'joined' | 'failed';
    readonly message: string | null;
    readonly hint: string | null;
    readonly rolledBackTo: string | null;
  } | null;
}

/** What is on the label. */
export interface SetupLabel {
  /** Null for who may do less than it gives. */
  readonly code: string | null;
  readonly fingerprint: string;
  /** Rows of `0` and `1`, dark. */
  readonly qr: readonly string[];
}
