import { statSync } from 'node:fs';
import type { Alarm, Clock } from '../core/clock.ts';
import type { Programs } from '../core/programs.ts';
import type { LightPattern, StatusLight } from '../core/status-light.ts';
import { KernelLed } from './kernel-led.ts';
import { LightProgram } from './light-program.ts';

export interface StatusLightPorts {
  readonly programs: Programs;
  readonly clock: Clock;
  readonly alarm: Alarm;
}

/** The light that the setting names: a folder is a LED of the kernel, anything else a program. */
export function createRealStatusLight(path: string, ports: StatusLightPorts): StatusLight {
  const isLed = path.startsWith('/sys/') || isFolder(path);
  return new OnlyChanges(isLed ? new KernelLed(path, ports) : new LightProgram(path, ports));
}

/** What may not be looked at is told when it is to be shown. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** What is shown already is not shown again. */
class OnlyChanges implements StatusLight {
  readonly #light: StatusLight;
  #shown: LightPattern | undefined;

  constructor(light: StatusLight) {
    this.#light = light;
  }

  show(pattern: LightPattern): void {
    if (pattern === this.#shown) return;
    this.#shown = pattern;
    this.#light.show(pattern);
  }

  problem(): ReturnType<StatusLight['problem']> {
    return this.#light.problem();
  }

  close(): void {
    this.#light.close();
  }
}
