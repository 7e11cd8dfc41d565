import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  conversionMsByBits,
  scratchpadOf,
  temperatureText,
  w1SlaveText,
  type ProbeTrouble,
} from './ds18b20-chip.ts';

/** A probe on the bus, now. */
export interface W1Probe {
  /** As the kernel calls it: `28-00000a69bebf`. */
  readonly id: string;
  readonly celsius: number;
  /** `gone`: the kernel has forgotten it. */
  readonly trouble?: ProbeTrouble | 'gone';
}

const master = 'w1_bus_master1';

/**
 * A folder that shows 1-wire probes as the kernel does in `/sys` (Documentation/w1/slaves/w1_therm.rst): what is
 * written to `resolution` and `therm_bulk_read` is obeyed at the next `show`. Its files are there at once, where the
 * kernel's make who reads them wait for a conversion.
 */
export class W1Folder {
  readonly #root: string;
  /** What was written last, by path: a file that would say the same is left alone. */
  readonly #written = new Map<string, string>();
  readonly #present = new Set<string>();

  /** @param root is made */
  constructor(root: string) {
    this.#root = root;
    mkdirSync(this.devices, { recursive: true });
    mkdirSync(this.#masterPath, { recursive: true });
    symlinkSync(join('..', '..', '..', 'devices', master), join(this.devices, master));
  }

  /** What is `/sys/bus/w1/devices` elsewhere. */
  get devices(): string {
    return join(this.#root, 'bus', 'w1', 'devices');
  }

  /** From now on the probes are so, and no others. */
  show(probes: readonly W1Probe[]): void {
    const there = probes.filter(({ trouble }) => trouble !== 'gone');
    for (const id of this.#present) if (!there.some((probe) => probe.id === id)) this.#remove(id);
    for (const probe of there) this.#showProbe(probe);
    this.#write(join(this.#masterPath, 'w1_master_slave_count'), `${there.length}\n`);
    this.#write(
      join(this.#masterPath, 'w1_master_slaves'),
      there.length === 0 ? 'not found.\n' : there.map(({ id }) => `${id}\n`).join(''),
    );
    this.#convertTogether();
  }

  get #masterPath(): string {
    return join(this.#root, 'devices', master);
  }

  #showProbe({ id, celsius, trouble }: W1Probe): void {
    const path = join(this.#masterPath, id);
    if (!this.#present.has(id)) this.#add(id, path);
    const resolutionBits = this.#resolutionOf(path);
    const chip = { celsius, resolutionBits, ...(trouble !== undefined && trouble !== 'gone' && { trouble }) };
    const scratchpad = scratchpadOf(chip);
    this.#write(join(path, 'w1_slave'), w1SlaveText(scratchpad));
    this.#write(join(path, 'temperature'), temperatureText(scratchpad));
    this.#write(join(path, 'conv_time'), `${conversionMsByBits[resolutionBits] ?? 750}\n`);
  }

  #add(id: string, path: string): void {
    mkdirSync(path);
    const fixed = { name: id, alarms: '70 75', ext_power: '1', features: '0', resolution: '12' };
    for (const [file, text] of Object.entries(fixed)) writeFileSync(join(path, file), `${text}\n`);
    symlinkSync(join('..', '..', '..', 'devices', master, id), join(this.devices, id));
    this.#present.add(id);
  }

  #remove(id: string): void {
    const path = join(this.#masterPath, id);
    rmSync(join(this.devices, id));
    rmSync(path, { recursive: true });
    for (const written of this.#written.keys())
      if (written.startsWith(`${path}/`)) this.#written.delete(written);
    this.#present.delete(id);
  }

  /** What was written there; what is no resolution is refused, as by the driver. */
  #resolutionOf(path: string): number {
    const file = join(path, 'resolution');
    const bits = Number(readFileSync(file, 'latin1'));
    if (bits in conversionMsByBits) return bits;
    writeFileSync(file, '12\n');
    return 12;
  }

  /** All have been converted when somebody looks: nothing is pending. */
  #convertTogether(): void {
    const path = join(this.#masterPath, 'therm_bulk_read');
    if (this.#written.has(path) && readFileSync(path, 'latin1') === '0\n') return;
    this.#written.delete(path);
    this.#write(path, '0\n');
  }

  /** Whole: nobody reads half a file. */
  #write(path: string, text: string): void {
    if (this.#written.get(path) === text) return;
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
    this.#written.set(path, text);
  }
}
