import type { LightPattern, StatusLight } from '../core/status-light.ts';
import type { Programs } from '../core/programs.ts';
import { complaintOf } from './button-source.ts';

/** A light that a program shows: it is called with the pattern, one call at a time, and the last wish is what counts. */
export class LightProgram implements StatusLight {
  readonly #path: string;
  readonly #programs: Programs;
  #wanted: LightPattern | undefined;
  #isRunning = false;
  #problem: ReturnType<StatusLight['problem']>;

  constructor(path: string, { programs }: { readonly programs: Programs }) {
    this.#path = path;
    this.#programs = programs;
  }

  show(pattern: LightPattern): void {
    this.#wanted = pattern;
    if (!this.#isRunning) void this.#run();
  }

  problem(): ReturnType<StatusLight['problem']> {
    return this.#problem;
  }

  close(): void {
    this.show('off');
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#wanted !== undefined) {
      const pattern = this.#wanted;
      this.#wanted = undefined;
      const end = await this.#programs.run({ program: this.#path, args: [pattern] });
      this.#problem =
        end.exitCode === 0
          ? undefined
          : {
              message: `the light ${this.#path} does not show ${pattern}: ${complaintOf(end)}`,
              hint: 'provisioning.light is a LED in /sys/class/leds, or a program that may be run and ends with 0 within a minute',
            };
    }
    this.#isRunning = false;
  }
}
