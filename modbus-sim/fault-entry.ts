import { SimulatorError } from './simulator-error.ts';

/** An object of a fault plan, as people wrote it. */
export type FaultEntry = Readonly<Record<string, unknown>>;

/** The plan as a whole. Throws a SimulatorError, as all here do, that names the place and what is wrong there. */
export function parseFaultJson(json: string): FaultEntry {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SimulatorError(`fault plan: not JSON: ${reason.replaceAll('\n', ' ')}`);
  }
  return asFaultEntry(value, 'the fault plan');
}

export function asFaultEntry(value: unknown, place: string): FaultEntry {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as FaultEntry;
  throw wrongFault(place, 'must be an object');
}

export function asFaultList(value: unknown, owner: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new SimulatorError(`fault plan: "${owner}" must be a list of faults`);
}

export function asFaultNumber(entry: FaultEntry, key: string, place: string, min: number): number {
  const value = entry[key];
  if (typeof value === 'number' && value >= min && value <= Number.MAX_SAFE_INTEGER) return value;
  throw wrongFault(place, `"${key}" must be a number of at least ${min}`);
}

export function asFaultWord<Word extends string>(
  entry: FaultEntry,
  key: string,
  place: string,
  words: readonly Word[],
): Word {
  const word = words.find((candidate) => candidate === entry[key]);
  if (word === undefined) throw wrongFault(place, `"${key}" must be one of ${words.join(', ')}`);
  return word;
}

/** Of a fault of that kind. */
export function refuseOtherKeys(
  entry: FaultEntry,
  kind: string,
  known: readonly string[],
  place: string,
): void {
  for (const key of Object.keys(entry)) {
    if (!known.includes(key))
      throw wrongFault(place, `unknown key "${key}"; a ${kind} has ${known.join(', ')}`);
  }
}

export function wrongFault(place: string, what: string): SimulatorError {
  return new SimulatorError(`fault plan: ${place}: ${what}`);
}
