/**
 * A service that a thing in the home network says it has (DNS-SD over multicast DNS, RFC 6763 and RFC 6762).
 * Anybody there may say anything: all of it is a hint, and text to be shown at most.
 */
export interface FoundService {
  /** As its owner called it, without control characters; never empty. */
  readonly name: string;
  /** `_hwenergy._tcp` */
  readonly type: string;
  /** IPv4. A service with several addresses is found at each. */
  readonly address: string;
  readonly port: number;
  readonly txt: Readonly<Record<string, string>>;
}

export interface AdvertisedService {
  /** For people. Another name is taken when somebody in the network has this one. */
  readonly name: string;
  /** `_egw._tcp` */
  readonly type: string;
  /** What it listens on: one of this machine's addresses, or all of them (`0.0.0.0`, `::`). */
  readonly host: string;
  readonly port: number;
  /** Read by everybody in the network: no secrets. */
  readonly txt: Readonly<Record<string, string>>;
}

/** Takes it back: whoever has heard of the service is told that it is gone. Never rejects; a second call does nothing. */
export type StopAdvertising = () => Promise<void>;

/** Asks the network that this machine is attached to what is there, and tells it what is here. No call fails. */
export interface ServiceDiscovery {
  /**
   * Listens for `forMs`; ends early, with what was found so far, when the signal fires. At most
   * `limits.foundServicesMax`, each once. Empty where multicast does not work.
   */
  browse(types: readonly string[], forMs: number, signal: AbortSignal): Promise<readonly FoundService[]>;
  /** Until it is stopped, and on networks that are attached later as well. */
  advertise(service: AdvertisedService): StopAdvertising;
}

/** Of a machine without a network. */
export const noServiceDiscovery: ServiceDiscovery = {
  browse: () => Promise.resolve([]),
  advertise: () => () => Promise.resolve(),
};
