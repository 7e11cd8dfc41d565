import { buildNotifiers, buildSinks, buildSources, buildSwitches, buildUplinks } from './build-items.ts';
import type { Config, DeviceConfig, HostTransportConfig, SerialTransportConfig } from './config.ts';
import type { DeviceRules } from './device-section.ts';
import type { ItemKinds, KindSectionKey } from './kind-section.ts';
import { parseDurationMs } from '../core/duration.ts';
import type { SerialSettings } from '../core/serial-lines.ts';

interface BuildParts {
  /** Indexes of devices that are left out. */
  readonly quarantined: ReadonlySet<number>;
  /** Of profiles. */
  readonly quarantinedProfiles: ReadonlySet<number>;
  readonly kinds: ItemKinds;
  readonly quarantinedSources: ReadonlySet<number>;
  readonly quarantinedSinks: ReadonlySet<number>;
  readonly quarantinedUplinks: ReadonlySet<number>;
  readonly quarantinedNotifiers: ReadonlySet<number>;
  readonly quarantinedSwitches: ReadonlySet<number>;
  /** Keys of the features' sections. */
  readonly features: readonly string[];
  readonly serialLineOf: DeviceRules['serialLineOf'];
}

/** The typed configuration of a tree that has passed its schema and all checks. */
export function buildConfig(root: Readonly<Record<string, unknown>>, parts: BuildParts): Config {
  const valid = root as unknown as Omit<Config, 'devices' | 'features' | KindSectionKey> & {
    readonly devices: readonly WrittenDevice[];
  };
  return {
    site: valid.site,
    network: valid.network,
    http: valid.http,
    storage: valid.storage,
    log: valid.log,
    home: valid.home,
    profiles: valid.profiles.filter((_, index) => !parts.quarantinedProfiles.has(index)),
    devices: valid.devices
      .filter((_, index) => !parts.quarantined.has(index))
      .map((device) => buildDevice(device, parts.serialLineOf(device.driver))),
    sources: buildSources(root, parts.kinds.sources, parts.quarantinedSources),
    sinks: buildSinks(root, parts.kinds.sinks, parts.quarantinedSinks),
    uplinks: buildUplinks(root, parts.kinds.uplinks, parts.quarantinedUplinks),
    notifiers: buildNotifiers(root, parts.kinds.notifiers, parts.quarantinedNotifiers),
    switches: buildSwitches(root, parts.kinds.switches, parts.quarantinedSwitches),
    features: Object.fromEntries(parts.features.map((key) => [key, root[key]])),
  };
}

/** A device as it stands in the file, with defaults. */
interface WrittenDevice extends Omit<DeviceConfig, 'periodMs' | 'transport'> {
  readonly transport:
    HostTransportConfig | (Pick<SerialTransportConfig, 'kind' | 'path'> & Partial<SerialSettings>);
  readonly period: string;
}

function buildDevice(
  { period, transport, ...rest }: WrittenDevice,
  serialLine: SerialSettings,
): DeviceConfig {
  return {
    ...rest,
    transport: 'path' in transport ? { ...serialLine, ...transport } : transport,
    periodMs: parseDurationMs(period) ?? Number.NaN,
  };
}
