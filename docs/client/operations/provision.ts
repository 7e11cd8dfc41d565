// Made by scripts/make-client.mjs from what the commands declare.
type ProvisionInfoInput = Record<string, never>;

interface ProvisionInfoOutput {
  gatewayId: string;
  /** Of the site */
  name: string;
  version: string;
  algorithm: 'Ed25519' | 'ES256' | 'none';
  /** Whether anybody can come in */
  isOwned: boolean;
  timeIsTrusted: boolean;
  timeMs: number;
  hostName: string;
  hasWireless: boolean;
}

type ProvisionStatusInput = Record<string, never>;

interface ProvisionStatusOutput {
  door: {
    /** barred: there were too many wrong codes */
    state: 'closed' | 'open' | 'barred';
    /** Until it closes by itself; null: no such end */
    openMs: number | null;
    triesLeft: number;
  };
  isOwned: boolean;
  /** none: the Bluetooth service does not run; session: a phone sets the gateway up now */
  bluetooth: 'none' | 'connected' | 'session';
  wireless: {
    /** off: switched off, by a person or by the machine */
    radio: 'on' | 'off' | 'missing';
    /** Why nothing can be done with it, and what to do */
    problem: string | null;
    joined: {
      ssid: string;
      signalPct: number | null;
      /** With their prefix: 192.168.1.51/24 */
      addresses: string[];
    } | null;
  };
  ethernet: {
    isUp: boolean;
    addresses: string[];
  } | null;
  internet: 'online' | 'captive-portal' | 'limited' | 'none' | 'unknown';
  /** Of the page */
  addresses: string[];
  /** The page can be had on this machine alone: http.host says so */
  pageIsLocalOnly: boolean;
  /** SHA-256 of a certificate that nobody vouches for */
  fingerprint: string | null;
  joining: {
    /** From 1 after each start of the gateway */
    attempt: number;
    ssid: string;
    stage: 'associating' | 'authenticating' | 'address' | 'checking' | 'joined' | 'failed';
    failure:
      | 'wifi_failed'
      | 'wifi_lost'
      | 'wifi_network_not_found'
      | 'wifi_no_address'
      | 'wifi_password_wrong'
      | 'wifi_security_unsupported'
      | 'wifi_timeout'
      | null;
    /** What went wrong, or what a person still has to do */
    message: string | null;
    hint: string | null;
    /** The network that was joined again after a failure */
    rolledBackTo: string | null;
  } | null;
}

type ProvisionShowInput = Record<string, never>;

interface ProvisionShowOutput {
  gatewayId: string;
  /** SHA-256 of the public key in base 32 */
  fingerprint: string;
  /** Four groups of four; null for who may do less than the code gives */
  code: string | null;
  /** Of the QR code */
  text: string | null;
  /** The QR code row by row, 1 is dark; four light modules belong around it. Empty without the code */
  qr: string[];
}

export interface ProvisionOperations {
  /** Who the gateway is, to whoever sets it up. Needs the scope provision. */
  'provision.info': { input: ProvisionInfoInput; output: ProvisionInfoOutput };
  /** How far the setting up has come: door, networks, and where the page can be had. Needs the scope provision. */
  'provision.status': { input: ProvisionStatusInput; output: ProvisionStatusOutput };
  /** What is on the label: the set-up code, and the QR code with it. Needs the scope admin. */
  'provision.show': { input: ProvisionShowInput; output: ProvisionShowOutput };
}
