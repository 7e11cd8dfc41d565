import type { HostEndpoint, SerialEndpoint } from '../../io/transports/transport.ts';

/** A place that may be asked what stands there. */
export interface ProbeTarget {
  /** Of a serial line without settings: those that drivers are known by are tried. */
  readonly endpoint: HostEndpoint | SerialEndpoint | { readonly path: string };
  /** Only this transport; all that fit when absent. */
  readonly kind?: string;
  /** Of a Solarman logger; without it none is asked as one. */
  readonly loggerSerial?: number;
  /** Only this unit; those that devices are known to use when absent. */
  readonly unit?: number;
}

/** What stands at a place. */
export interface ProbedDevice {
  readonly kind: string;
  readonly unit: number;
  /** Undefined when it answers, and no driver knows it. */
  readonly match: ProbedMatch | undefined;
  /** Of a serial line: the settings it answered with. */
  readonly line?: SerialEndpoint;
}

export interface ProbedMatch {
  readonly driver: string;
  readonly title: string;
  readonly certainty: 'certain' | 'likely';
  /** Other drivers that it may be as well. */
  readonly alternatives: readonly string[];
  /** Empty where the device does not say. */
  readonly serialNumber: string;
  readonly model: string;
}

/** Asks places what they are: in turn, without haste, and only so much. */
export interface DeviceProber {
  /**
   * At most `limits.identifyRequestsMax` requests and `limits.identifyMsMax`. Undefined when nothing answers.
   * Errors: `connection_refused`, `connection_timeout`, `host_forbidden`, `host_unresolved`, `serial_unavailable`,
   * and the signal's reason.
   */
  probe(target: ProbeTarget, signal: AbortSignal): Promise<ProbedDevice | undefined>;
  /** The TCP ports that drivers and transports use unless told otherwise. */
  readonly ports: readonly number[];
  /** The port that `egw device add` takes when none is given. */
  defaultPort(kind: string, driver: string): number | undefined;
}
