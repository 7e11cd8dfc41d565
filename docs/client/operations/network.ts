// Made by scripts/make-client.mjs from what the commands declare.
interface NetworkShowInput {
  /** Try a connection to the internet: 3 s at most */
  internet?: boolean;
}

interface NetworkShowOutput {
  hostName: string;
  /** IPv4, of the interface that leads to everybody else */
  address: string | null;
  /** The interface that leads to everybody else */
  interface: string | null;
  /** The router on that way */
  gateway: string | null;
  /** null: nobody asked for it */
  isInternetReachable: boolean | null;
  interfaces: {
    name: string;
    kind: 'ethernet' | 'wifi' | 'loopback' | 'other';
    /** Its cable is in, or its radio joined */
    isUp: boolean;
    mac: string | null;
    /** With their prefix: 192.168.1.50/24 */
    addresses: string[];
  }[];
}

export interface NetworkOperations {
  /** The interfaces of the machine and their addresses, and, when asked, whether it reaches the internet. Needs the scope read. */
  'network.show': { input: NetworkShowInput; output: NetworkShowOutput };
}
