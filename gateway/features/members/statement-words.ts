import type { Language } from '../../core/alert.ts';

const microEurosPerCent = 10_000;
const mwhPerTenthKwh = 100_000;

/** What a member is told. */
export interface ToldStatement {
  readonly name: string;
  readonly year: number;
  /** Negative: he gets it. */
  readonly microEuros: number;
  readonly mwh: number;
}

/** A message to a member, in his language. */
export function statementText(told: ToldStatement, language: Language): string {
  const { name, year, microEuros, mwh } = told;
  const euros = centsText(Math.abs(microEuros), language);
  const kwh = tenthsText(mwh, language);
  if (language === 'fr') {
    const amount = microEuros < 0 ? `${euros} € te sont dus` : `ta part est de ${euros} €`;
    return `Bonjour ${name} ! Électricité du serveur, année ${year} : ${amount}, pour ${kwh} kWh.`;
  }
  const amount = microEuros < 0 ? `you get back €${euros}` : `your share is €${euros}`;
  return `Hello ${name}! Electricity of the server in ${year}: ${amount}, for ${kwh} kWh.`;
}

/** Euros with two decimals, halves away from zero. */
export function centsText(microEuros: number, language: Language): string {
  const cents = Math.round(Math.abs(microEuros) / microEurosPerCent);
  const text = `${microEuros < 0 && cents > 0 ? '-' : ''}${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
  return language === 'fr' ? text.replace('.', ',') : text;
}

function tenthsText(mwh: number, language: Language): string {
  const text = (Math.round(mwh / mwhPerTenthKwh) / 10).toFixed(1);
  return language === 'fr' ? text.replace('.', ',') : text;
}
