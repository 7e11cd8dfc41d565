/** One address of this machine, with the subnet that it attaches the machine to. */
export interface AttachedAddress {
  /** IPv4 or IPv6, without a zone: `192.168.1.10`. */
  readonly address: string;
  readonly prefixLength: number;
  /** True for the loopback interface. */
  readonly internal: boolean;
}
