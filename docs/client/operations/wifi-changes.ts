// Made by scripts/make-client.mjs from what the commands declare.
type WifiScanInput = Record<string, never>;

interface WifiScanOutput {
  networks: {
    ssid: string;
    /** 0 to 100 */
    signalPct: number;
    security: 'open' | 'owe' | 'wep' | 'wpa-psk' | 'sae' | 'wpa-eap' | 'unknown';
    /** The machine keeps its password */
    isKnown: boolean;
    isJoined: boolean;
  }[];
}

interface WifiConnectInput {
  /** Name of the network, 32 bytes in UTF-8 at most */
  ssid: string;
  /** Left out for an open network, and for one whose password the machine keeps */
  password?: string;
  /** The network does not say its name */
  isHidden?: boolean;
  /** Answer when it has ended, but after so long at most; 0: at once */
  waitSeconds?: number;
}

interface WifiConnectOutput {
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
}

type WifiDisconnectInput = Record<string, never>;

interface WifiDisconnectOutput {
  left: boolean;
}

export interface WifiChangesOperations {
  /** Look which wireless networks are in reach, strongest first: a few seconds. Needs the scope provision. */
  'wifi.scan': { input: WifiScanInput; output: WifiScanOutput };
  /** Join a wireless network; the one of before is joined again where that fails. Needs the scope provision. */
  'wifi.connect': { input: WifiConnectInput; output: WifiConnectOutput };
  /** Leave the wireless network; the machine does not come back to it by itself. Needs the scope provision. */
  'wifi.disconnect': { input: WifiDisconnectInput; output: WifiDisconnectOutput };
}
