// Made by scripts/make-client.mjs from what the commands declare.
type WifiStatusInput = Record<string, never>;

interface WifiStatusOutput {
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
  /** By any interface; captive-portal: something between wants a person to sign in */
  internet: 'online' | 'captive-portal' | 'limited' | 'none' | 'unknown';
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

export interface WifiOperations {
  /** The Wi-Fi of the machine: the network that is joined, and how the last attempt to join one ended. Needs the scope read. */
  'wifi.status': { input: WifiStatusInput; output: WifiStatusOutput };
}
