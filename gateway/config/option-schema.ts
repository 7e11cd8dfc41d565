import type { OptionField } from '../core/option-field.ts';

const textLengthMax = 1_000;
const textsMax = 256;

/** The JSON schema of one option, with its default. */
export function optionSchema(field: OptionField): Readonly<Record<string, unknown>> {
  const { description } = field;
  const usual = field.default === undefined ? {} : { default: field.default };
  return { ...formOf(field), description, ...usual };
}

function formOf(field: OptionField): Readonly<Record<string, unknown>> {
  switch (field.type) {
    case 'text':
      return textOf(field);
    case 'texts':
      return { type: 'array', items: textOf(field), maxItems: textsMax };
    case 'choice':
      return { type: 'string', enum: [...(field.values ?? [])] };
    case 'boolean':
      return { type: 'boolean' };
    default:
      return {
        type: field.type,
        ...(field.min !== undefined && { minimum: field.min }),
        ...(field.max !== undefined && { maximum: field.max }),
      };
  }
}

function textOf({
  description,
  min = 1,
  max = textLengthMax,
  pattern,
}: OptionField): Readonly<Record<string, unknown>> {
  return {
    type: 'string',
    description,
    minLength: min,
    maxLength: max,
    ...(pattern !== undefined && { pattern }),
  };
}
