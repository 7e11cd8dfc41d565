import { GatewayError } from '../../core/errors.ts';
import type { RegisterRange } from '../transports/transport.ts';

/**
 * What devices of one model and firmware taught us: a request that covers one of the `refused` ranges whole is
 * refused. As JSON, so that it can be stored as it is.
 */
export interface Learned {
  readonly version: 1;
  /** Longer requests are refused, whatever the driver says. */
  readonly registersMax?: number;
  readonly refused: readonly RegisterRange[];
}

/**
 * Keeps what was learned, for ever. Both may fail with errors of the store: reading goes on without. `save` replaces
 * what was there, and nobody waits for it.
 */
export interface LearnedAddresses {
  /** What `save` was given last for this key, as it came back from storage; undefined when it never was. */
  load(key: string): Promise<unknown>;
  save(key: string, learned: Learned): Promise<void>;
}

export interface LearnedFrom {
  readonly driver: string;
  /** Empty when the device does not say; as below. */
  readonly model: string;
  readonly firmware: string;
  readonly serialNumber: string;
}

export const nothingLearned: Learned = { version: 1, refused: [] };

/** More than these are not learned of one device, nor believed. */
const refusedMax = 1_000;

/**
 * What is learned is for one driver, model and firmware; for this one device where it names neither, as others
 * may differ. Undefined when it does not even have a serial number: then nothing is remembered.
 */
export function learnedKey({ driver, model, firmware, serialNumber }: LearnedFrom): string | undefined {
  if (model !== '' || firmware !== '') return JSON.stringify([driver, model, firmware]);
  return serialNumber === '' ? undefined : JSON.stringify([driver, { serialNumber }]);
}

/** Errors: `input_invalid` when this is not what `save` was given. */
export function parseLearned(stored: unknown): Learned {
  const { version, registersMax, refused, ...rest } = recordOf(stored, 'the entry');
  refuseOthers(rest, 'the entry');
  if (version !== 1) throw invalid(`its version is ${JSON.stringify(version)}, not 1`);
  if (!Array.isArray(refused) || refused.length > refusedMax) {
    throw invalid(`"refused" is not a list of at most ${refusedMax} ranges`);
  }
  const ranges = refused.map((range, index) => rangeOf(range, `refused[${index}]`));
  if (registersMax === undefined) return { version, refused: ranges };
  return { version, registersMax: wholeNumber(registersMax, 'registersMax', [1, 125]), refused: ranges };
}

function rangeOf(stored: unknown, where: string): RegisterRange {
  const { table, address, count, ...rest } = recordOf(stored, where);
  refuseOthers(rest, where);
  if (table !== 'holding' && table !== 'input') throw invalid(`${where}.table is neither holding nor input`);
  const first = wholeNumber(address, `${where}.address`, [0, 65_535]);
  return { table, address: first, count: wholeNumber(count, `${where}.count`, [1, 65_536 - first]) };
}

function recordOf(stored: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) {
    throw invalid(`${where} is not an object`);
  }
  return stored as Record<string, unknown>;
}

function refuseOthers(rest: object, where: string): void {
  const [name] = Object.keys(rest);
  if (name !== undefined) throw invalid(`${where} has an unknown key ${JSON.stringify(name)}`);
}

function wholeNumber(stored: unknown, where: string, [min, max]: readonly [number, number]): number {
  if (typeof stored === 'number' && Number.isInteger(stored) && stored >= min && stored <= max) return stored;
  throw invalid(`${where} is not a whole number from ${min} to ${max}`);
}

function invalid(what: string): GatewayError {
  return new GatewayError('input_invalid', `what was learned cannot be used: ${what}`, {
    hint: 'nothing to do: it is learned again',
  });
}
