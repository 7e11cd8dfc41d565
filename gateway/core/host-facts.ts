/** What the machine tells of itself, now. What it does not tell is undefined, never 0. Neither throws nor waits. */
export interface HostFacts {
  hostName(): string;
  processors(): number;
  /** °C of the processor. */
  temperatureC(): number | undefined;
  /** Processes that run or wait to run: mean of the last 1, 5 and 15 minutes. */
  loadAverages(): readonly [number, number, number] | undefined;
  /** Since the machine started. */
  uptimeMs(): number | undefined;
  memory(): HostMemory | undefined;
  /** The loopback interface and those of containers included. */
  interfaces(): readonly HostInterface[];
  /** The way to everybody who is in no attached network: IPv4. */
  defaultRoute(): DefaultRoute | undefined;
}

export interface HostMemory {
  readonly totalBytes: number;
  /** What programs can have without the machine swapping. */
  readonly availableBytes: number;
  /** What nobody uses, not even as a cache. */
  readonly freeBytes: number;
}

export type InterfaceKind = 'ethernet' | 'wifi' | 'loopback' | 'other';

export interface HostInterface {
  readonly name: string;
  readonly kind: InterfaceKind;
  /** Whether its cable is in, or its radio joined. */
  readonly isUp: boolean;
  /** Six pairs of small hex digits with colons. */
  readonly mac: string | undefined;
  /** With their prefix: `192.168.1.50/24`. */
  readonly addresses: readonly string[];
}

export interface DefaultRoute {
  readonly interface: string;
  /** Of the router. */
  readonly gateway: string;
}

/** Of a machine that tells nothing. */
export const noHostFacts: HostFacts = {
  hostName: () => 'egw',
  processors: () => 1,
  temperatureC: () => undefined,
  loadAverages: () => undefined,
  uptimeMs: () => undefined,
  memory: () => undefined,
  interfaces: () => [],
  defaultRoute: () => undefined,
};
