import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { monotonicMs, type Alarm, type Cancel, type Clock } from '../core/clock.ts';
import { describeError } from '../core/errors.ts';
import type { LightPattern, StatusLight } from '../core/status-light.ts';

/** How long it is on and off, by turns; undefined: it stays as it is. */
const turnsMs: Readonly<Record<LightPattern, readonly number[] | undefined>> = {
  off: undefined,
  on: undefined,
  waiting: [1_000, 1_000],
  busy: [250, 250],
  identify: [60, 60],
  failed: [100, 150, 100, 1_150],
};

const againMs = 30_000;

/**
 * A LED of the kernel (Documentation/leds/leds-class.rst). Even blinking is its trigger `timer`'s, which goes on whatever
 * the gateway does; where there is none, or its times may not be written, and for uneven blinking, it is the gateway's.
 * What drove the LED before drives it again when it is closed.
 */
export class KernelLed implements StatusLight {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  #triggerBefore: string | undefined;
  #hasTimer = false;
  #wanted: LightPattern | undefined;
  #cancel: Cancel | undefined;
  #problem: ReturnType<StatusLight['problem']>;

  constructor(folder: string, { clock, alarm }: { readonly clock: Clock; readonly alarm: Alarm }) {
    this.#folder = folder;
    this.#clock = clock;
    this.#alarm = alarm;
  }

  show(pattern: LightPattern): void {
    this.#wanted = pattern;
    this.#cancel?.();
    this.#attempt(() => {
      this.#rememberTrigger();
      const turns = turnsMs[pattern];
      if (turns === undefined) this.#set(pattern === 'on');
      else if (!this.#blinkByTimer(turns)) {
        this.#write('trigger', 'none');
        this.#blink(turns, 0);
      }
    });
  }

  problem(): ReturnType<StatusLight['problem']> {
    return this.#problem;
  }

  close(): void {
    this.#cancel?.();
    this.#wanted = undefined;
    const before = this.#triggerBefore;
    if (before === undefined) return;
    this.#attempt(() => {
      this.#set(false);
      if (before !== 'none') this.#write('trigger', before);
    });
    this.#cancel?.();
  }

  /** What fails is tried again later, as LEDs come with their modules and their permissions. */
  #attempt(deed: () => void): void {
    try {
      deed();
      this.#problem = undefined;
    } catch (error) {
      this.#problem = {
        message: `the light ${this.#folder} cannot be set: ${describeError(error)}`,
        hint: hintOf(error),
      };
      this.#ring(againMs, () => {
        if (this.#wanted !== undefined) this.show(this.#wanted);
      });
    }
  }

  #rememberTrigger(): void {
    if (this.#triggerBefore !== undefined) return;
    const triggers = readFileSync(join(this.#folder, 'trigger'), 'utf8').trim().split(/\s+/);
    this.#hasTimer = triggers.some((name) => name === 'timer' || name === '[timer]');
    this.#triggerBefore = triggers.find((name) => name.startsWith('['))?.slice(1, -1) ?? 'none';
  }

  #set(isOn: boolean): void {
    this.#write('trigger', 'none');
    this.#light(isOn);
  }

  #light(isOn: boolean): void {
    this.#write('brightness', isOn ? this.#brightest() : '0');
  }

  #brightest(): string {
    const text = readFileSync(join(this.#folder, 'max_brightness'), 'utf8').trim();
    return /^[1-9]\d*$/.test(text) ? text : '1';
  }

  /** Whether the kernel does it. The files of the times come with the trigger, and may be another user's. */
  #blinkByTimer(turns: readonly number[]): boolean {
    const [onMs, offMs, ...more] = turns;
    if (!this.#hasTimer || more.length > 0) return false;
    try {
      this.#write('trigger', 'timer');
      this.#write('delay_on', String(onMs));
      this.#write('delay_off', String(offMs));
      return true;
    } catch {
      return false;
    }
  }

  #blink(turns: readonly number[], turn: number): void {
    this.#light(turn % 2 === 0);
    this.#ring(turns[turn] ?? againMs, () =>
      this.#attempt(() => this.#blink(turns, (turn + 1) % turns.length)),
    );
  }

  /** Never makes a file: what is not there is a LED that is not there. */
  #write(name: string, text: string): void {
    const file = openSync(join(this.#folder, name), constants.O_WRONLY | constants.O_TRUNC);
    try {
      writeSync(file, text);
    } finally {
      closeSync(file);
    }
  }

  #ring(afterMs: number, callback: () => void): void {
    this.#cancel?.();
    this.#cancel = this.#alarm.at(monotonicMs(this.#clock.monotonic() + afterMs), callback);
  }
}

function hintOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return 'look in /sys/class/leds which lights there are, and set provisioning.light';
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return "let the gateway's user write trigger and brightness of it (docs/provisioning.md, Light), or name a program";
  }
  return 'it is tried again; provisioning.light may name a program instead';
}
