import { monotonicMs, type Alarm, type Cancel, type Clock } from '../core/clock.ts';
import type { ButtonEdge, PushButton } from '../core/push-button.ts';
import type { ProgramCall, Programs } from '../core/programs.ts';
import type { ButtonProblem, ButtonSource } from './button-source.ts';
import { gpioLineButton } from './gpio-line-button.ts';
import { inputDeviceButton } from './input-device-button.ts';

export interface PushButtonPorts {
  readonly programs: Programs;
  readonly clock: Clock;
  readonly alarm: Alarm;
  /** As `process.arch` has it. */
  readonly arch: string;
}

const againMsMin = 2_000;
const againMsMax = 60_000;
/** A program that has run for so long sees its device. */
const seenMs = 1_000;

/**
 * The button that the setting names: `/dev/input/eventN`, or `gpiochipN/LINE`. It is opened at once, and again when it
 * went away, after 2 s at first and after a minute at last. A button that goes away while it is down was let go.
 */
export function createRealPushButton(setting: string, ports: PushButtonPorts): PushButton {
  const line = /^(gpiochip\d+)\/(\d+)$/.exec(setting);
  const source =
    line === null ? inputDeviceButton(setting, ports.arch) : gpioLineButton(line[1] ?? '', line[2] ?? '');
  return new FollowedSource(source, ports);
}

class FollowedSource implements PushButton {
  readonly #source: ButtonSource;
  readonly #ports: PushButtonPorts;
  readonly #listeners = new Set<(edge: ButtonEdge, atMs: number) => void>();
  #problem: ButtonProblem | undefined;
  #isDown = false;
  readonly #closing = new AbortController();
  #againMs = againMsMin;
  #cancelAlarm: Cancel | undefined;

  constructor(source: ButtonSource, ports: PushButtonPorts) {
    this.#source = source;
    this.#ports = ports;
    void this.#open();
  }

  onEdge(listener: (edge: ButtonEdge, atMs: number) => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  problem(): ButtonProblem | undefined {
    return this.#problem;
  }

  close(): void {
    this.#closing.abort();
    this.#listeners.clear();
    this.#cancelAlarm?.();
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #open(): Promise<void> {
    const call = await this.#source.call(this.#ports.programs);
    if (this.#isClosed()) return;
    const problem = 'message' in call ? call : await this.#follow(call);
    this.#tell('release');
    this.#problem = problem;
    if (this.#isClosed()) return;
    this.#ring(this.#againMs, () => void this.#open());
    this.#againMs = Math.min(this.#againMs * 2, againMsMax);
  }

  /** Until the program ends. */
  async #follow(call: ProgramCall): Promise<ButtonProblem> {
    const garbled = new AbortController();
    const read = this.#source.reader();
    this.#ring(seenMs, () => this.#seen());
    const end = await this.#ports.programs.follow(
      call,
      (line) => {
        const said = garbled.signal.aborted ? 'garbled' : read(line);
        if (said === 'garbled') {
          garbled.abort();
          return;
        }
        this.#seen();
        if (said !== 'nothing') this.#tell(said);
      },
      AbortSignal.any([this.#closing.signal, garbled.signal]),
    );
    this.#cancelAlarm?.();
    const problem = this.#source.explain(end);
    if (!garbled.signal.aborted) return problem;
    return { ...problem, message: `${problem.message.replace(/: .*$/, '')}: what it says are no presses` };
  }

  #seen(): void {
    this.#problem = undefined;
    this.#againMs = againMsMin;
  }

  #tell(edge: ButtonEdge): void {
    const isDown = edge === 'press';
    if (isDown === this.#isDown) return;
    this.#isDown = isDown;
    const atMs = this.#ports.clock.monotonic();
    for (const listener of this.#listeners) listener(edge, atMs);
  }

  #ring(afterMs: number, callback: () => void): void {
    this.#cancelAlarm?.();
    this.#cancelAlarm = this.#ports.alarm.at(monotonicMs(this.#ports.clock.monotonic() + afterMs), callback);
  }
}
