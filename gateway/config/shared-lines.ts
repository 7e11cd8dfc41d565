import type { SerialSettings } from '../core/serial-lines.ts';
import { valueAt } from './path.ts';
import { serialSettingValues } from './serial-setting-values.ts';
import type { TransportFindings } from './transport-checks.ts';

interface Owner {
  readonly index: number;
  readonly settings: SerialSettings;
}

const settingNames = ['baudRate', 'parity', 'stopBits'] as const;

/**
 * Serial lines by their paths. All devices of a line talk alike: one with other settings than the first that
 * is enabled is refused.
 */
export class SharedLines {
  readonly #findings: TransportFindings;
  readonly #owners = new Map<string, Owner>();

  constructor(findings: TransportFindings) {
    this.#findings = findings;
  }

  check(device: unknown, index: number): void {
    const path = valueAt(device, ['transport', 'path']);
    const settings = this.#settingsOf(device);
    if (typeof path !== 'string' || settings === undefined || valueAt(device, ['enabled']) === false) return;
    const owner = this.#owners.get(path);
    if (owner === undefined) this.#owners.set(path, { index, settings });
    else this.#compare(settings, owner, index);
  }

  /** Of the file, else the driver's; undefined when one is none, which the schema has reported. */
  #settingsOf(device: unknown): SerialSettings | undefined {
    const driver = valueAt(device, ['driver']);
    if (typeof driver !== 'string') return undefined;
    const usual = this.#findings.rules.serialLineOf(driver);
    const written = settingNames.map(
      (name) => [name, valueAt(device, ['transport', name]) ?? usual[name]] as const,
    );
    const isSound = written.every(([name, value]) =>
      serialSettingValues[name].some((allowed) => allowed === value),
    );
    return isSound ? (Object.fromEntries(written) as unknown as SerialSettings) : undefined;
  }

  #compare(settings: SerialSettings, owner: Owner, index: number): void {
    const at = ['devices', index, 'transport'];
    for (const name of settingNames) {
      const [ours, theirs] = [settings[name], owner.settings[name]];
      if (ours === theirs) continue;
      const message = `is ${ours}, but devices[${owner.index}] opens the same line with ${theirs}`;
      const hint = 'set all devices of a line alike, in the devices themselves and here';
      this.#findings.report([...at, name], message, hint, at);
    }
  }
}
