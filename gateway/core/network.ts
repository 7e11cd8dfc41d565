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
  readonly listener: ConnectionListener;
  readonly signal: AbortSignal;
}

/** The network as the gateway sees it. Errors: `connection_refused`, `connection_timeout`, `host_unresolved`. */
export interface Network {
  connectTcp(options: ConnectOptions): Promise<Connection>;
}
