/** How a network is kept from strangers, as its access points say. `unknown` cannot be joined. */
export type WirelessSecurity = 'open' | 'owe' | 'wep' | 'wpa-psk' | 'sae' | 'wpa-eap' | 'unknown';

/** A network in reach: access points of one name and one security are one network, told by the strongest. */
export interface WirelessNetwork {
  /** As people read it; bytes that are not UTF-8 are shown as U+FFFD. */
  readonly ssid: string;
  /** 1 to 32 bytes, as they are in the air. */
  readonly ssidBytes: Uint8Array;
  /** 0 to 100. */
  readonly signalPct: number;
  readonly security: WirelessSecurity;
  /** Whether the machine keeps a password for it. */
  readonly isKnown: boolean;
  readonly isJoined: boolean;
}

/** What was asked for: a network, and how to come in. */
export interface WirelessWish {
  readonly ssidBytes: Uint8Array;
  /** WPA: 8 to 63 characters or 64 hex digits; absent for open networks, and for one that is known already. */
  readonly password: string | undefined;
  /** Whether it does not say its name. */
  readonly isHidden: boolean;
}

/** How far it has come. */
export type JoiningStep = 'associating' | 'authenticating' | 'address' | 'checking';

/**
 * Why a network was not joined, in terms of what a person can do about it. These are error codes, too:
 * `wifi_password_wrong`, `wifi_network_not_found`, `wifi_no_address` (no DHCP), `wifi_security_unsupported`,
 * `wifi_timeout`, `wifi_lost` (joined, and lost again at once), `wifi_failed` (anything else, with the cause in words).
 */
export type JoiningFailure =
  | 'wifi_failed'
  | 'wifi_lost'
  | 'wifi_network_not_found'
  | 'wifi_no_address'
  | 'wifi_password_wrong'
  | 'wifi_security_unsupported'
  | 'wifi_timeout';

/** `captive-portal`: something between wants a person to sign in. `unknown`: nobody has looked. */
export type InternetReach = 'online' | 'captive-portal' | 'limited' | 'none' | 'unknown';

export interface WirelessState {
  /** `off`: switched off by a person, or by rfkill. */
  readonly radio: 'on' | 'off' | 'missing';
  /** Null where none is joined. */
  readonly joined: {
    readonly ssid: string;
    readonly signalPct: number | null;
    /** With prefix: `192.168.1.51/24`. */
    readonly addresses: readonly string[];
  } | null;
  /** By any interface; whether by this radio is not told. */
  readonly internet: InternetReach;
}

/**
 * The machine's wireless networks, in the hands of its own network manager. Errors of every call: `wifi_missing`
 * (no radio, or nobody who manages it; the hint says which), `wifi_forbidden` (not allowed to this user).
 */
export interface WirelessNetworks {
  state(): Promise<WirelessState>;
  /** Strongest first. Takes seconds: it looks anew, unless it did within the last few. Errors: above. */
  scan(signal: AbortSignal): Promise<readonly WirelessNetwork[]>;
  /**
   * Joins, and keeps what is needed to join again after a start. When it fails or the signal ends it, what was written
   * for it is gone, and the network of before is joined again if it was joined by a profile: the answer of
   * `JoiningEnd`. Never two at once: the second is refused with `wifi_busy`. A password is in no log and no error.
   */
  join(wish: WirelessWish, told: (step: JoiningStep) => void, signal: AbortSignal): Promise<JoiningEnd>;
  /** Leaves the network of now, and does not come back to it by itself. Errors: above, `not_found` where none is joined. */
  leave(): Promise<void>;
  /** Removes every profile that `join` has written: for a reset. */
  forgetAll(): Promise<void>;
  close(): Promise<void>;
}

export type JoiningEnd =
  | { readonly ok: true; readonly state: WirelessState }
  | {
      readonly ok: false;
      readonly failure: JoiningFailure;
      /** For people, in English: what the network manager said. */
      readonly detail: string;
      /** The name of the network that was joined again; null where there was none, or it could not be. */
      readonly rolledBackTo: string | null;
    };
