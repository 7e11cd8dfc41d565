/** Sends a datagram; what becomes of it nobody knows. */
export interface Datagrams {
  /**
   * To one address, or, where it may be a broadcast, to all of an attached private subnet: by that subnet's own address,
   * or by 255.255.255.255, which stands for every one of them. Errors: `host_unresolved`, `host_forbidden` (out of the
   * home), `connection_refused` (it could not leave), `connection_timeout` (the signal fired before it left).
   */
  send(datagram: {
    readonly bytes: Uint8Array;
    readonly host: string;
    readonly port: number;
    readonly isBroadcast: boolean;
    readonly signal: AbortSignal;
  }): Promise<void>;
}
