import { monotonicMs } from '../gateway/core/clock.ts';
import type { SpoolEnd, SpoolFile, SpoolFolder, SpoolRejection } from '../gateway/core/spool-folder.ts';
import type { SimulatedClock } from './simulated-clock.ts';

interface Rejected extends SpoolRejection {
  readonly text: string;
}

/** What a look at the card takes, so that a kill can come between two steps. */
const stepMs = 20;

/** A spool in memory: what is in it outlives the gateway, as files do. */
export class VirtualSpool {
  readonly given = new Map<string, string>();
  readonly claimed = new Map<string, string>();
  readonly done = new Map<string, string>();
  readonly rejected: Rejected[] = [];
  readonly #clock: SimulatedClock;

  constructor(clock: SimulatedClock) {
    this.#clock = clock;
  }

  /** As one life of the gateway has it. */
  folder(isOver: () => boolean): SpoolFolder {
    const step = async <Result>(act: () => Result): Promise<Result> => {
      if (this.given.size + this.claimed.size > 0) await this.#pass();
      // A process that was killed neither acts nor hears.
      if (isOver()) return await new Promise<never>(() => undefined);
      return act();
    };
    return {
      path: '/virtual/spool',
      open: async () => await step(() => undefined),
      list: async (place, namesMax) => await step(() => [...this[place].keys()].slice(0, namesMax)),
      read: async (place, name) => await step(() => fileOf(this[place].get(name))),
      claim: async (name, claimedName) => await step(() => this.#claim(name, claimedName)),
      finish: async (claimedName, end) => await step(() => this.#finish(claimedName, end)),
      rejections: async (rowsMax) => await step(() => this.rejected.toReversed().slice(0, rowsMax)),
    };
  }

  #claim(name: string, claimedName: string): boolean {
    const text = this.given.get(name);
    if (text === undefined) return false;
    this.given.delete(name);
    this.claimed.set(claimedName, text);
    return true;
  }

  #finish(claimedName: string, end: SpoolEnd): void {
    const text = this.claimed.get(claimedName) ?? '';
    this.claimed.delete(claimedName);
    if (end.place === 'done') this.done.set(end.name, text);
    else this.rejected.push({ name: end.name, reason: end.reason, text, atMs: this.#clock.truth() });
  }

  async #pass(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#clock.at(monotonicMs(this.#clock.monotonic() + stepMs), resolve);
    });
  }
}

function fileOf(text: string | undefined): SpoolFile {
  if (text === undefined) return { kind: 'gone' };
  return { kind: 'bytes', bytes: new TextEncoder().encode(text), version: text };
}
