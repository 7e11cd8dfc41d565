/** What the gateway's commands answer, as far as the page reads it. Times are UTC epoch milliseconds. */

export type Quality = 'good' | 'estimated' | 'suspect' | 'missing' | 'sensor_error';

export interface SeriesKey {
  readonly device: string;
  readonly quantity: string;
}

export interface LiveValue extends SeriesKey {
  readonly atMs: number;
  readonly value: number | null;
  readonly quality: Quality;
  /** Whether it is on disk. */
  readonly stored: boolean;
}

/** A word that a source or a part of it has said. */
export interface LiveText extends SeriesKey {
  readonly text: string;
  readonly atMs: number;
}

export interface LatestAnswer {
  readonly readings: readonly (LiveValue & { readonly unit: string })[];
}

export interface Device {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly address: string;
  readonly lane: string;
  readonly state: 'unseen' | 'up' | 'suspect' | 'down' | 'retired' | 'quarantined';
  readonly stateSinceMs: number;
  readonly periodMs: number;
  readonly effectivePeriodMs: number;
  readonly ageBoundMs: number | null;
  readonly answers: number;
  readonly failures: number;
  readonly lastError: string | null;
}

export interface DeviceDetail extends Device {
  readonly driverTitle: string;
  readonly serialNumber: string | null;
  readonly lastErrorText: string | null;
  readonly quantities: readonly {
    readonly quantity: string;
    readonly unit: string;
    readonly title: string;
  }[];
  readonly problems: readonly {
    readonly path: string;
    readonly message: string;
    readonly hint: string | null;
  }[];
}

/** What is read besides devices. */
export interface Source {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly state: 'unseen' | 'up' | 'failing' | 'down' | 'disabled' | 'skipped' | 'quarantined';
  readonly sinceMs: number | null;
  readonly readAtMs: number | null;
  readonly nextReadMs: number | null;
  readonly periodMs: number | null;
  readonly requestsToday: number | null;
  readonly requestsPerDay: number | null;
  readonly reason: string | null;
}

export interface SourceDetail extends Source {
  readonly title: string;
  readonly answers: number;
  readonly failures: number;
  readonly lastError: string | null;
  readonly hint: string | null;
}

/** Where readings are sent to. */
export interface Sink {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly state: 'starting' | 'up' | 'down' | 'disabled' | 'skipped';
  readonly written: number;
  readonly refused: number;
  readonly lost: number;
  readonly backlogMs: number;
  readonly writtenMs: number | null;
  readonly reason: string | null;
  readonly hint: string | null;
}

export interface HealthLine {
  readonly subject: string;
  readonly status: 'ok' | 'degraded' | 'failing';
  readonly message: string;
  readonly hint: string | null;
  readonly sinceMs: number;
}

export interface GatewayStatus {
  readonly id: string;
  readonly version: { readonly version: string; readonly node: string; readonly platform: string };
  readonly state: {
    readonly life: string;
    readonly link: string;
    readonly health: string;
    readonly status: 'ok' | 'degraded' | 'failing';
    readonly startedMs: number;
    readonly uptimeMs: number;
    readonly lines: readonly HealthLine[];
  };
  readonly storage: {
    readonly readings: number;
    readonly fileBytes: number;
    readonly walBytes: number;
    readonly oldestMs: number | null;
    readonly newestMs: number | null;
  } | null;
}

/** What is absent, an older gateway does not tell. */
export interface StorageStatus {
  readonly schemaVersion: number;
  readonly readings: number;
  readonly fileBytes: number;
  readonly walBytes: number;
  readonly oldestMs: number | null;
  readonly pendingReadings?: number;
  readonly mode?: string;
  readonly quotaBytes?: number;
  readonly usedBytes?: number;
  readonly freeBytes?: number | null;
  readonly gaps?: number;
  readonly gapReadings?: number;
  readonly lastBackupMs?: number | null;
  readonly written: readonly {
    readonly over: string;
    readonly measuredMs: number;
    readonly perDayBytes: number;
    readonly perReadingBytes: number | null;
  }[];
  readonly card: {
    readonly sizeBytes: number | null;
    readonly writesPerCell: number;
    readonly writeAmplification: number;
    readonly lifeYears: number | null;
  };
  readonly policies: readonly {
    readonly policy: string;
    readonly active: boolean;
    readonly losesAtMostMs: number;
    readonly perDayBytes: number | null;
    readonly cardLifeYears: number | null;
  }[];
}

export interface Lane {
  readonly name: string;
  readonly state: 'idle' | 'busy' | 'closed';
  readonly tasks: number;
  readonly queued: number;
  readonly ageBoundMs: number | null;
  readonly ageMeasuredMs: number | null;
  readonly utilisation: number;
  readonly busyShare: number;
  readonly deadShare: number;
}

export interface Task {
  readonly name: string;
  readonly group: string;
  readonly priority: string;
  readonly lane: string | null;
  readonly state: 'waiting' | 'ready' | 'held' | 'running' | 'suspended';
  readonly periodMs: number | null;
  readonly nextDueMs: number | null;
  readonly runs: number;
  readonly failures: number;
  readonly lastDurationMs: number | null;
  readonly lateMs: number | null;
  readonly lastError: string | null;
}

export type Resolution = 'raw' | '1m' | '1h' | '1d';

/** A reading, or a window with its mean as value. */
export interface HistoryRow {
  readonly atMs: number;
  readonly value: number | null;
  readonly quality?: Quality;
  readonly endMs?: number;
  readonly min?: number | null;
  readonly max?: number | null;
  readonly last?: number | null;
  readonly n?: number;
}

export interface HistoryAnswer {
  readonly unit: string;
  readonly resolution: Resolution;
  readonly rows: readonly HistoryRow[];
  readonly next: number | null;
}

export interface NewAccess {
  readonly id: string;
  readonly token: string;
  readonly expiresMs: number;
}

export interface SiteConfig {
  readonly site?: { readonly name?: string; readonly zone?: string };
  readonly boiler?: { readonly inputs?: object };
  readonly server?: { readonly meter?: string; readonly switch?: string };
  readonly home?: { readonly gridMeter?: string };
}

export type LiveEvent =
  | { readonly type: 'readings'; readonly values: readonly LiveValue[] }
  | { readonly type: 'texts'; readonly values: readonly LiveText[] }
  | { readonly type: 'device'; readonly id: string; readonly state: string; readonly since: number }
  | { readonly type: 'source'; readonly id: string; readonly state: string; readonly since: number }
  | { readonly type: 'job'; readonly id: number; readonly state: string }
  | { readonly type: 'alert' }
  | { readonly type: 'boiler' }
  | { readonly type: 'server' }
  | { readonly type: 'gateway'; readonly life: string; readonly link: string; readonly health: string };
