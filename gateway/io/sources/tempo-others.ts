import { flatten, type FlatFields } from './fields.ts';

/** What an answer holds besides the fields that are known. Errors: those of `flatten`. */
export function othersIn(answer: unknown, known: RegExp): FlatFields {
  const { values, texts } = flatten(answer);
  return {
    values: new Map([...values].filter(([name]) => !known.test(name))),
    texts: new Map([...texts].filter(([name]) => !known.test(name))),
  };
}
