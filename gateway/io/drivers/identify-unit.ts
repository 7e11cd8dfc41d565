import { GatewayError } from '../../core/errors.ts';
import * as all from './all.ts';
import type { DriverDefinition, Recognition, RecognitionCheck, RegisterReader } from './driver.ts';
import { recognise } from './recognise.ts';

export interface DriverMatch {
  readonly driver: DriverDefinition;
  readonly certainty: Recognition['certainty'];
}

export interface UnitIdentity {
  /** Whether anything answered there at all, if only that it refuses. */
  readonly isPresent: boolean;
  /** The best first: one that is certain alone, or all that are likely. */
  readonly matches: readonly DriverMatch[];
}

/** Requests without an answer after which nobody is there. */
const silencesMax = 2;
/** The same once something answered: some devices keep silent about registers that they have not. */
const silencesOfPresentMax = 4;
/** A gateway says that it does not reach the unit. */
const unitAbsent: readonly unknown[] = [10, 11];
const silences: readonly string[] = ['device_timeout', 'connection_closed', 'frame_invalid', 'device_busy'];

/** Those whose checks name the maker come first; among the others those that look at more. */
const candidates: readonly DriverDefinition[] = Object.values(all satisfies Record<string, DriverDefinition>)
  .filter(({ recognition }) => recognition !== undefined)
  .sort((left, right) => strengthOf(right) - strengthOf(left));

/**
 * What kind of device a unit is, by the checks of all drivers. No register is read twice. Errors of the connection
 * itself (refused, forbidden, stopped, out of requests) are the reader's and reject.
 *
 * @param silencesAllowed before anything answered; then it is taken for absent
 */
export async function identifyUnit(
  read: RegisterReader,
  silencesAllowed: number = silencesMax,
): Promise<UnitIdentity> {
  const unit = new AskedUnit(read, silencesAllowed);
  const likely: DriverMatch[] = [];
  for (const driver of candidates) {
    if (unit.isGivenUp) break;
    const certainty = await unit.recognise(driver);
    if (certainty === 'certain') return { isPresent: true, matches: [{ driver, certainty }] };
    if (certainty === 'likely') likely.push({ driver, certainty });
  }
  return { isPresent: unit.isPresent, matches: likely };
}

class AskedUnit {
  readonly #read: RegisterReader;
  readonly #silencesAllowed: number;
  readonly #answers = new Map<string, Promise<Uint16Array>>();
  #silences = 0;
  #isAbsent = false;
  isPresent = false;

  constructor(read: RegisterReader, silencesAllowed: number) {
    this.#read = read;
    this.#silencesAllowed = silencesAllowed;
  }

  get isGivenUp(): boolean {
    return (
      this.#isAbsent || this.#silences >= (this.isPresent ? silencesOfPresentMax : this.#silencesAllowed)
    );
  }

  async recognise(driver: DriverDefinition): Promise<Recognition['certainty'] | undefined> {
    try {
      return await recognise(driver, async (range) => await this.#ask(range));
    } catch (error) {
      if (isSilence(error) || isAbsence(error)) return undefined;
      throw error;
    }
  }

  async #ask(range: Parameters<RegisterReader>[0]): Promise<Uint16Array> {
    const key = `${range.table} ${range.address} ${range.count}`;
    const known = this.#answers.get(key);
    if (known !== undefined) return await known;
    const answer = this.#read(range);
    this.#answers.set(key, answer);
    try {
      const words = await answer;
      this.isPresent = true;
      return words;
    } catch (error) {
      if (isAbsence(error)) this.#isAbsent = true;
      else if (isSilence(error)) this.#silences += 1;
      else if (error instanceof GatewayError && error.code === 'device_exception') this.isPresent = true;
      throw error;
    }
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof GatewayError && unitAbsent.includes(error.facts['exception']);
}

function isSilence(error: unknown): boolean {
  return error instanceof GatewayError && silences.includes(error.code);
}

function strengthOf({ recognition }: DriverDefinition): number {
  if (recognition === undefined) return 0;
  const checks = recognition.checks.reduce((sum, check) => sum + strengthOfCheck(check), 0);
  return recognition.certainty === 'certain' ? checks + 1_000 : checks;
}

/** A text is hard to match by chance; so is one of a few codes; a number within its range is not. */
function strengthOfCheck(check: RecognitionCheck): number {
  if ('not' in check) return 1;
  if ('text' in check) return 10;
  return check.anyOf === undefined ? 2 : 5;
}
