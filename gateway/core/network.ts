/**
 * Where a host may be. `home`: in the attached private subnets. `private`: in any private network, such as another
 * VLAN. `internet`: anywhere. The last two: on this machine where it is named outright, as `localhost` or by its address.
 * Never on its link, or where a cloud tells its secrets.
 */
export type Reach = 'home' | 'private' | 'internet';

/** An open byte stream. Its owner closes it; `onClose` is called exactly once, whoever ends it. */
export interface Connection {
  write(bytes: Uint8Array): void;
  /** Ends it at once, without waiting for the other side. Calling it again does nothing. */
  close(): void;
}

/** What the owner of a connection wants to hear. Calls stop after `onClose`. */
export interface ConnectionListener {
  onData(bytes: Uint8Array): void;
  onClose(reason: Error | undefined): void;
}

export interface ConnectOptions {
  /** A name or an IP address. Names go through the resolver with a time-out, and its cache. */
  readonly host: string;
  readonly port: number;
  /** `home` unless said. More is for hosts that the owner's own configuration names. */
  readonly reach?: Reach;
  readonly listener: ConnectionListener;
  readonly signal: AbortSignal;
}

/**
 * The network as the gateway sees it. Errors: `connection_refused`, `connection_timeout`, `host_unresolved`,
 * `host_forbidden` (no address of the host is within reach).
 */
export interface Network {
  connectTcp(options: ConnectOptions): Promise<Connection>;
}
