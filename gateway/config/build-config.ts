import type { Config, DeviceConfig, DeviceTransportConfig } from './config.ts';
import { parseDurationMs } from '../core/duration.ts';

interface BuildParts {
  /** Indexes of devices that are left out. */
  readonly quarantined: ReadonlySet<number>;
  /** Keys of the features' sections. */
  readonly features: readonly string[];
}

/** The typed configuration of a tree that has passed its schema and all checks. */
export function buildConfig(root: Readonly<Record<string, unknown>>, parts: BuildParts): Config {
  const valid = root as unknown as Omit<Config, 'devices' | 'features'> & {
    readonly devices: readonly WrittenDevice[];
  };
  return {
    site: valid.site,
    network: valid.network,
    http: valid.http,
    storage: valid.storage,
    log: valid.log,
    home: valid.home,
    devices: valid.devices.filter((_, index) => !parts.quarantined.has(index)).map(buildDevice),
    features: Object.fromEntries(parts.features.map((key) => [key, root[key]])),
  };
}

/** A device as it stands in the file, with defaults. */
interface WrittenDevice extends Omit<DeviceConfig, 'periodMs'> {
  readonly transport: DeviceTransportConfig;
  readonly period: string;
}

function buildDevice({ period, ...rest }: WrittenDevice): DeviceConfig {
  return { ...rest, periodMs: parseDurationMs(period) ?? Number.NaN };
}
