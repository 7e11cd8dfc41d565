import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clampsFile, type ClampsNow } from '../i2c/clamps-file.ts';
import { W1Folder, type W1Probe } from '../w1/w1-folder.ts';
import { isFaulty, probeFaultAt, probeNames, type BoilerFault, type ProbeName } from './boiler-fault.ts';
import type { BoilerTruth, PelletBoiler } from './pellet-boiler.ts';

/** Of the probes, as the kernel calls them. */
export const probeIds: Readonly<Record<ProbeName, string>> = {
  water: '28-00000a69bebf',
  flue: '28-00000a6c1d02',
  enclosure: '28-00000a6e77d4',
};

export const clampsBus = 1;
export const clampsAddress = 0x48;

const troubles = {
  'probe-gone': 'gone',
  'probe-silent': 'silent',
  'probe-shorted': 'shorted',
  'probe-power-on': 'power-on',
} as const;

/**
 * What hangs at the pins of the gateway's board in the boiler room, as files in a folder of its own: three probes as
 * the kernel shows them, and what flows through the four clamps.
 */
export class BoilerRoom {
  readonly #boiler: PelletBoiler;
  readonly #faults: readonly BoilerFault[];
  readonly #folder: string;
  readonly #probes: W1Folder;
  #clampsText = '';

  constructor(boiler: PelletBoiler, faults: readonly BoilerFault[] = []) {
    this.#boiler = boiler;
    this.#faults = faults;
    this.#folder = mkdtempSync(join(tmpdir(), 'egw-boiler-room-'));
    this.#probes = new W1Folder(this.#folder);
  }

  /** What is `/sys/bus/w1/devices` elsewhere. */
  get probesPath(): string {
    return this.#probes.devices;
  }

  /** See clamps-file.ts. */
  get clampsPath(): string {
    return join(this.#folder, clampsFile(clampsBus));
  }

  /** Shows the boiler as it is at a time. */
  show(nowMs: number): void {
    this.#boiler.advanceTo(nowMs);
    const truth = this.#boiler.truth();
    this.#probes.show(probeNames.map((name) => this.#probe(name, truth)));
    this.#showClamps(truth);
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #probe(name: ProbeName, truth: BoilerTruth): W1Probe {
    const fault = probeFaultAt(this.#faults, name, truth.atMs);
    return {
      id: probeIds[name],
      celsius: truth[`${name}C`],
      ...(fault !== undefined && { trouble: troubles[fault] }),
    };
  }

  #showClamps({ atMs, currents }: BoilerTruth): void {
    const { secondaryFanA, igniterA, primaryFanA, augerA } = currents;
    const isSilent = isFaulty(this.#faults, 'clamps-silent', atMs);
    const now: ClampsNow = isSilent
      ? {}
      : { [clampsAddress]: [secondaryFanA, igniterA, primaryFanA, augerA] };
    const text = JSON.stringify(now);
    if (text === this.#clampsText) return;
    this.#clampsText = text;
    writeFileSync(`${this.clampsPath}.new`, text);
    renameSync(`${this.clampsPath}.new`, this.clampsPath);
  }
}
