import type { OptionField } from '../../core/option-field.ts';

/** An option of every notifier: whoever words the messages looks at it. */
export const languageField = {
  type: 'choice',
  description: 'In which language it tells; empty: in that of all alerts.',
  values: ['', 'en', 'fr'],
  default: '',
} as const satisfies OptionField;
