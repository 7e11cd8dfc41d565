import type { Disk } from '../../core/disk.ts';

/** How the starts of the machine went, as it is kept. */
export interface StartsFacts {
  /** The last start of the machine, by the kernel's own name for it. */
  readonly start: string | undefined;
  /** Whether that one has lasted a minute. */
  readonly hasLasted: boolean;
  /** Starts in a row with less than a minute between them, this one included. */
  readonly inRow: number;
}

/** Whoever switches it off and on so often means something by it. */
const startsForTouch = 3;
export const shortStartMs = 60_000;

/** Pure: what is known now that the machine has this start, and what that means. */
export function afterStart(
  before: StartsFacts,
  start: string,
): { readonly facts: StartsFacts; readonly isNew: boolean; readonly isGesture: boolean } {
  if (before.start === start) return { facts: before, isNew: false, isGesture: false };
  const inRow = before.start === undefined || before.hasLasted ? 1 : before.inRow + 1;
  const isGesture = inRow >= startsForTouch;
  // After the gesture the next one begins anew.
  const facts = { start, hasLasted: isGesture, inRow };
  return { facts, isNew: before.start !== undefined, isGesture };
}

/**
 * Whether somebody has switched the machine off and on: a power cycle, which is enough where nobody owns the gateway;
 * three in a row, each less than a minute after the one before, where somebody does. Kept in a small file; where none
 * can be written there is no such gesture.
 */
export class MachineStarts {
  readonly #disk: Disk;
  readonly #path: string;
  #facts: StartsFacts;

  constructor(disk: Disk, path: string) {
    this.#disk = disk;
    this.#path = path;
    this.#facts = this.#read();
  }

  /** To be called once a start of the gateway. */
  started(start: string): { readonly isPowerCycle: boolean; readonly isGesture: boolean } {
    const { facts, isNew, isGesture } = afterStart(this.#facts, start);
    const isKept = facts === this.#facts || this.#write(facts);
    return { isPowerCycle: isNew && isKept, isGesture: isGesture && isKept };
  }

  /** To be called when a minute is over. */
  lasted(): void {
    if (!this.#facts.hasLasted) this.#write({ ...this.#facts, hasLasted: true });
  }

  #read(): StartsFacts {
    try {
      const kept = JSON.parse(this.#disk.readText(this.#path) ?? '{}') as Partial<StartsFacts> | null;
      const { start, hasLasted, inRow } = kept ?? {};
      const isSound = typeof start === 'string' && Number.isSafeInteger(inRow) && Number(inRow) >= 0;
      return isSound ? { start, hasLasted: hasLasted === true, inRow: Number(inRow) } : nothingKnown;
    } catch {
      return nothingKnown;
    }
  }

  /** Whether it is kept: what is not would count again at the next start. */
  #write(facts: StartsFacts): boolean {
    try {
      this.#disk.writeText(this.#path, `${JSON.stringify(facts)}\n`, 0o600);
      this.#facts = facts;
      return true;
    } catch {
      return false;
    }
  }
}

const nothingKnown: StartsFacts = { start: undefined, hasLasted: true, inRow: 0 };
