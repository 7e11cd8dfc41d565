import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clampsFile, type ClampsNow } from '../i2c/clamps-file.ts';
import { SimulatorError } from '../simulator-error.ts';
import { W1Folder, type W1Probe } from '../w1/w1-folder.ts';
import {
  isFaulty,
  probeFaultAt,
  probeNames,
  type BoilerFault,
  type ProbeFaultKind,
  type ProbeName,
} from './boiler-fault.ts';
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

  /** Throws a SimulatorError when there is no place for the folder. */
  constructor(boiler: PelletBoiler, faults: readonly BoilerFault[] = []) {
    this.#boiler = boiler;
    this.#faults = faults;
    this.#folder = makeFolder();
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
    this.#probes.show(
      probeNames.map((name) => probeOf(name, truth, probeFaultAt(this.#faults, name, nowMs))),
    );
    this.#showClamps(truth, isFaulty(this.#faults, 'clamps-silent', nowMs));
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #showClamps({ currents }: BoilerTruth, isSilent: boolean): void {
    const { secondaryFanA, igniterA, primaryFanA, augerA } = currents;
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

function probeOf(name: ProbeName, truth: BoilerTruth, fault: ProbeFaultKind | undefined): W1Probe {
  const probe = { id: probeIds[name], celsius: truth[`${name}C`] };
  return fault === undefined ? probe : { ...probe, trouble: troubles[fault] };
}

function makeFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'egw-boiler-room-'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SimulatorError(`no folder for the boiler room in ${tmpdir()} (TMPDIR): ${reason}`);
  }
}
