import assert from 'node:assert';
import type { OptionValues } from '../../core/option-field.ts';

/** A text or choice of a source's options that its schema lets through. */
export function textOption(options: OptionValues, name: string): string {
  const value = options[name];
  assert(typeof value === 'string', `the option ${name} is a text`);
  return value;
}

/** A number of a source's options that its schema lets through. */
export function numberOption(options: OptionValues, name: string): number {
  const value = options[name];
  assert(typeof value === 'number', `the option ${name} is a number`);
  return value;
}
