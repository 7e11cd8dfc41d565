import { microEurosOf } from '../../../core/micro-euros.ts';

/** Euros per kWh that nobody pays: cents given as euros are more. */
export const eurosMax = 10;

/** `0.1654`, or with a decimal comma; six decimals at most count. */
const decimal = /^-?\d{1,9}([.,]\d{1,12})?$/;

/** Whole micro-euros of euros per kWh as a number or as people write it; a text says why it is no price. */
export function readPrice(value: unknown): number | string {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  const euros = typeof value === 'number' ? value : decimal.test(text) ? Number(text.replace(',', '.')) : NaN;
  if (!Number.isFinite(euros))
    return `${value === undefined ? 'nothing' : JSON.stringify(value)} is no price in euros per kWh`;
  if (euros < 0) return `${text} is negative`;
  return euros > eurosMax ? `${text} is more than ${eurosMax} euros per kWh` : microEurosOf(euros);
}
