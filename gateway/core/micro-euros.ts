import assert from 'node:assert';

const millionthsInOne = 1_000_000;
const mwhPerKwh = 1_000_000n;

/** An amount of energy, and what a kWh of it costs. */
export interface PricedEnergy {
  /** Whole. */
  readonly mwh: number;
  /** Whole; may be negative. */
  readonly microEurosPerKwh: number;
}

/**
 * What energies cost together, in whole micro-euros: added up exactly, and rounded once, halves away from zero. Each
 * amount is a whole number.
 */
export function costInMicroEuros(energies: readonly PricedEnergy[]): number {
  let exact = 0n;
  for (const { mwh, microEurosPerKwh } of energies) exact += BigInt(mwh) * BigInt(microEurosPerKwh);
  return roundedMicroEuros(exact);
}

/** Whole micro-euros of an exact product of milliwatt-hours and micro-euros per kWh: halves away from zero. */
export function roundedMicroEuros(exact: bigint): number {
  const size = exact < 0n ? -exact : exact;
  const rounded = Number((size + mwhPerKwh / 2n) / mwhPerKwh);
  return exact < 0n ? -rounded : rounded;
}

/**
 * Parts a whole amount equally; what is left over goes to the earliest id, so the shares add up to the amount. Ids are
 * decimal numbers of any length, each once, at least one.
 */
export function splitEqually(amount: number, ids: readonly string[]): ReadonlyMap<string, number> {
  assert(Number.isSafeInteger(amount), `${amount} is not whole`);
  const [earliest, ...others] = ids.toSorted(compareIds);
  assert(earliest !== undefined, 'there is nobody to split among');
  const share = Math.trunc(amount / ids.length);
  const shares = new Map([[earliest, amount - share * others.length]]);
  for (const id of others) shares.set(id, share);
  assert(shares.size === ids.length, 'an id came twice');
  return shares;
}

/** Numbers by their value, however long; what is no number comes after them, by its letters. */
export function compareIds(left: string, right: string): number {
  const [isLeft, isRight] = [isNumber(left), isNumber(right)];
  if (isLeft !== isRight) return isLeft ? -1 : 1;
  return isLeft ? compare(BigInt(left), BigInt(right)) : compare(left, right);
}

function isNumber(id: string): boolean {
  return /^[0-9]+$/.test(id);
}

function compare<Value extends bigint | string>(left: Value, right: Value): number {
  return Number(left > right) - Number(left < right);
}

/** Whole micro-euros of an amount in euros, which has no more than six decimals that count. */
export function microEurosOf(euros: number): number {
  return Math.round(euros * millionthsInOne);
}

/** `12.345678`, `-0.000001`: euros with all their decimals, a full stop between. */
export function eurosText(microEuros: number): string {
  return millionthsText(microEuros);
}

/** The same of milliwatt-hours: kWh with all their decimals. */
export function kwhText(mwh: number): string {
  return millionthsText(mwh);
}

function millionthsText(amount: number): string {
  const size = Math.abs(amount);
  const fraction = String(size % millionthsInOne).padStart(6, '0');
  return `${amount < 0 ? '-' : ''}${Math.trunc(size / millionthsInOne)}.${fraction}`;
}
