import type { OptionField, OptionValues } from '../../core/option-field.ts';

/** What numbers have at least in common in all the ways to write them. */
const nationalDigits = 8;

/** The option that says whom an SMS goes to. */
export const phoneNumbersField = {
  type: 'texts',
  description:
    'Whom it goes to: numbers with their country, such as +33612345678, 0033 6 12 34 56 78 or 33612345678.',
  pattern: '^(\\+|00)? ?[1-9]([ .-]?[0-9]){6,14}$',
  max: 40,
  // Whoever may read the configuration must not learn whom one could write to.
  isSecret: true,
} as const satisfies OptionField;

/** E.164 without the plus, each once. */
export function phoneNumbers({ recipients }: OptionValues): readonly string[] {
  if (!Array.isArray(recipients)) return [];
  const numbers = recipients.map((written) => String(written).replace(/\D/g, '').replace(/^00/, ''));
  return [...new Set(numbers)];
}

/** Its beginning, which is that of half a country, and its last two digits. */
export function shownPhoneNumber(number: string): string {
  return `+${number.slice(0, 2)}…${number.slice(-2)}`;
}

/** As a service may repeat it: with its country, or without. */
export function phoneNumberSecrets(number: string): readonly string[] {
  return [number, number.slice(-nationalDigits)];
}
