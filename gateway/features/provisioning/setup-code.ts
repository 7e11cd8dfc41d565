import type { Disk } from '../../core/disk.ts';
import { describeError } from '../../core/errors.ts';
import { makePairingCode, normalisePairingCode } from '../pairing-code.ts';

export interface SetupCodeParts {
  readonly disk: Disk;
  /** `undefined`: it is of this run only. */
  readonly path: string | undefined;
  /** The one of the label, as the configuration says it; it has passed `setupCodeProblem`. */
  readonly labelled?: string | undefined;
}

const formatVersion = 1;
const form = /^[0-9A-HJKMNP-TV-Z]{16}$/;
/** A code of fewer different characters was made by nobody's dice: of 80 random bits, one in 10^7. */
const differentCharactersMin = 6;

/** Why a code that somebody chose is not one; undefined when it is. */
export function setupCodeProblem(typed: string): string | undefined {
  const code = normalisePairingCode(typed);
  if (!form.test(code))
    return 'must be 16 characters of Crockford’s base 32: digits, and letters without I, L, O and U';
  if (new Set(code).size < differentCharactersMin || isCounted(code)) return 'must be harder to guess';
  return undefined;
}

/** Of the file in the data directory. */
export const setupCodeName = 'setup-code.json';

/** `0123456789ABCDEF`, also backwards. */
function isCounted(code: string): boolean {
  const steps = Array.from(
    { length: code.length - 1 },
    (_step, index) => code.charCodeAt(index + 1) - code.charCodeAt(index),
  );
  return steps.filter((step) => step === steps[0]).length >= code.length - 3;
}

/**
 * What whoever sets the gateway up must know: the code of its label, or one that was made at the first start. It is in
 * a file of its own, so that it outlives restarts; where no file can be written it is of this run only.
 */
export class SetupCode {
  readonly #parts: SetupCodeParts;
  #code: string;
  #isOnLabel: boolean;
  #isOffered: boolean;
  #problem: string | undefined;

  constructor(parts: SetupCodeParts) {
    this.#parts = parts;
    const kept = this.#read();
    const labelled = parts.labelled === undefined ? undefined : normalisePairingCode(parts.labelled);
    this.#isOnLabel = labelled !== undefined || kept?.isOnLabel === true;
    this.#code = labelled ?? kept?.code ?? normalisePairingCode(makePairingCode());
    this.#isOffered = kept?.code === this.#code && kept.isOffered;
    if (kept?.code !== this.#code || kept.isOnLabel !== this.#isOnLabel) this.#write();
  }

  /** 16 characters, as the handshake takes them. */
  get plain(): string {
    return this.#code;
  }

  /** `7K3M-9QXC-41TZ-HW0E`. */
  get forPeople(): string {
    return (this.#code.match(/.{4}/g) ?? []).join('-');
  }

  /** Whether it is on a label, and so cannot be changed. */
  get isOnLabel(): boolean {
    return this.#isOnLabel;
  }

  /** Why it is of this run only. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** From now on it may go over the network in the clear, until the gateway is owned. */
  offer(): void {
    this.#setOffered(true);
  }

  /**
   * The gateway is owned. `wasHeard`: it went over the network in the clear; undefined where nobody knows, for the gateway
   * was stopped in between. One that may have been heard is made anew; that of a label stays.
   */
  settle(wasHeard = this.#isOffered): void {
    if (wasHeard && !this.#isOnLabel) {
      this.#code = normalisePairingCode(makePairingCode());
      this.#isOffered = true;
    }
    this.#setOffered(false);
  }

  /** All forms in which it must be in no log. */
  secrets(): readonly string[] {
    return [this.plain, this.forPeople];
  }

  #setOffered(isOffered: boolean): void {
    if (this.#isOffered === isOffered) return;
    this.#isOffered = isOffered;
    this.#write();
  }

  /** A file that cannot be read, or holds something else, counts as none. */
  #read(): { readonly code: string; readonly isOnLabel: boolean; readonly isOffered: boolean } | undefined {
    const { disk, path } = this.#parts;
    try {
      const text = path === undefined ? undefined : disk.readText(path);
      if (text === undefined) return undefined;
      const kept = JSON.parse(text) as Readonly<Record<string, unknown>> | null;
      const code = kept?.['code'];
      if (kept?.['formatVersion'] !== formatVersion || typeof code !== 'string' || !form.test(code))
        return undefined;
      return { code, isOnLabel: kept['isOnLabel'] === true, isOffered: kept['isOffered'] === true };
    } catch {
      return undefined;
    }
  }

  #write(): void {
    const { disk, path } = this.#parts;
    if (path === undefined) return;
    try {
      const kept = {
        formatVersion,
        code: this.#code,
        isOnLabel: this.#isOnLabel,
        ...(this.#isOffered && { isOffered: true }),
      };
      disk.writeText(path, `${JSON.stringify(kept)}\n`, 0o600);
      this.#problem = undefined;
    } catch (error) {
      this.#problem = describeError(error);
    }
  }
}
