import type { DriverProfile } from './profile-section.ts';
import type { OptionValues } from '../core/option-field.ts';
import type { SerialSettings } from '../core/serial-lines.ts';

/** How often commits are made: what a power cut can lose against what the card must take. */
export type StoragePolicy = 'durable' | 'balanced' | 'sdcard';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** `auto` is lines for people on a terminal, JSON anywhere else. */
export type LogFormat = 'auto' | 'json' | 'pretty';

/** The page and the API. */
export interface HttpConfig {
  /** Whether it answers at the paths of the gateway that it follows, too. True unless said. */
  readonly ancestorPaths?: boolean;
  readonly host: string;
  /** 0 takes any. */
  readonly port: number;
  readonly names: readonly string[];
  /** Absent: accepted where there is no TLS to use instead. */
  readonly plainTokens?: 'accept' | 'refuse';
  readonly rates?: {
    readonly readPerSecond?: number;
    readonly controlPerSecond?: number;
    readonly adminPerMinute?: number;
  };
  /** Absent: no encryption. */
  readonly tls?: HttpTlsConfig;
}

/** With neither file the gateway makes its own certificate. */
export interface HttpTlsConfig {
  /** 0 takes any. */
  readonly port: number;
  /** Files in PEM, absolute or seen from the data directory. */
  readonly certificate?: string;
  readonly key?: string;
  /** Whether the page and the API are there encrypted only. */
  readonly only: boolean;
}

/** How long the history of one device is kept. */
export interface DeviceRetentionConfig {
  readonly rawHours?: number;
  readonly minuteDays?: number;
  readonly hourDays?: number;
  readonly dayDays?: number;
}

/** Days that each level of history is kept; absent means for ever. */
export interface RetentionConfig {
  /** By id; a level that is not said is as for the others. */
  readonly devices?: Readonly<Record<string, DeviceRetentionConfig>>;
  readonly rawDays: number;
  readonly minuteDays: number;
  readonly hourDays?: number;
  readonly dayDays?: number;
}

/** What the data directory stands on. */
export interface CardConfig {
  /** In units of 1e9 bytes, as on the label; absent: the size of the file system. */
  readonly sizeGb?: number;
  readonly writesPerCell: number;
}

/** Copies of the database. */
export interface BackupConfig {
  /** Absolute, or seen from the data directory; `backups` in that when absent. */
  readonly directory?: string;
  readonly keep: number;
  /** Absent: only when somebody asks. */
  readonly everyDays?: number;
}

/** How a device is reached: over the network, or over a serial line, which has a `path`. */
export type DeviceTransportConfig = HostTransportConfig | SerialTransportConfig;

export interface HostTransportConfig {
  readonly kind: string;
  /** A name or an address; already checked against what is never allowed. */
  readonly host: string;
  /** The transport's or the driver's own when absent. */
  readonly port?: number;
  /** Present where the transport needs it. */
  readonly loggerSerial?: number;
}

/** Settings that the file does not give are the driver's. */
export interface SerialTransportConfig extends SerialSettings {
  readonly kind: string;
  /** `/dev/serial/by-id/…` */
  readonly path: string;
}

export interface DeviceConfig {
  readonly id: string;
  readonly name?: string;
  readonly driver: string;
  readonly transport: DeviceTransportConfig;
  /** Modbus unit, 1 to 247, over the network also 255; the driver's own when absent. */
  readonly unit?: number;
  /** Of values of several registers, where this device differs from its driver. */
  readonly wordOrder?: 'big' | 'little';
  readonly periodMs: number;
  readonly enabled: boolean;
  readonly role?: string;
}

/** Something that is configured by its kind: a source, a sink, a notifier, a switch. */
export interface ItemConfig {
  readonly id: string;
  readonly name?: string;
  readonly kind: string;
  readonly enabled: boolean;
  /** They passed the schema of the kind; defaults are filled in. */
  readonly options: OptionValues;
  /** Names of the secrets that it cannot do without and that nobody gave: it is skipped. */
  readonly missingSecrets: readonly string[];
}

export interface SourceConfig extends ItemConfig {
  readonly periodMs: number;
}

export interface SinkConfig extends ItemConfig {
  /** What it gets; absent lists mean all. */
  readonly only: {
    readonly devices?: readonly string[];
    readonly sources?: readonly string[];
    readonly quantities?: readonly string[];
  };
  /** Of what it has missed: readings a second at most. */
  readonly backlogRowsPerSecond: number;
}

export interface UplinkConfig extends ItemConfig {
  /** Ed25519, base64url: under which the backend says what it has. */
  readonly ackKey?: string;
  /** Of what it has missed: readings a second at most. */
  readonly backlogReadingsPerSecond: number;
}

/** A way to tell people something. */
export type NotifierConfig = ItemConfig;

/** What switches a machine on and off. */
export type SwitchConfig = ItemConfig;

/** The configuration in force: validated, with defaults filled in. */
export interface Config {
  readonly site: {
    readonly name: string;
    /** IANA zone. */
    readonly zone: string;
    /** `always`: whatever the clock of the machine says is right. Default: `auto`. */
    readonly clock?: 'auto' | 'always';
    /** Degrees, north +. Given together with the longitude or not at all. */
    readonly latitude?: number;
    /** Degrees, east +. */
    readonly longitude?: number;
  };
  readonly network: { readonly allowLoopbackDevices: boolean };
  /** Port 0 takes any free one. */
  readonly http: HttpConfig;
  readonly storage: {
    readonly policy: StoragePolicy;
    /** Room for the database; a share of its file system when absent. */
    readonly quotaMb?: number;
    readonly retention: RetentionConfig;
    readonly backup: BackupConfig;
    readonly card: CardConfig;
  };
  readonly log: { readonly level: LogLevel; readonly format: LogFormat };
  readonly home: { readonly gridMeter?: string };
  /** Device types that are not built in; without the quarantined ones. */
  readonly profiles: readonly DriverProfile[];
  /** Without the quarantined ones; disabled ones are in it. */
  readonly devices: readonly DeviceConfig[];
  /** Without the quarantined ones; disabled ones, and those without their secrets, are in it. */
  readonly sources: readonly SourceConfig[];
  readonly sinks: readonly SinkConfig[];
  readonly uplinks: readonly UplinkConfig[];
  readonly notifiers: readonly NotifierConfig[];
  readonly switches: readonly SwitchConfig[];
  /** The sections that features registered, by key; each has passed its schema. */
  readonly features: Readonly<Record<string, unknown>>;
}
