import { isQuantityName, type QuantityName } from '../../core/quantity.ts';
import { measureOf, rounded, type Dimension } from './dsmr-measure.ts';
import type { DsmrObject, DsmrTelegram } from './dsmr-telegram.ts';
import type { SourceAnswer, SourceText, SourceValue } from './source.ts';

const textLengthMax = 1_000;
/** Longer numbers without unit are ids. */
const countDigitsMax = 9;

/** An answer that is being made of a telegram, and which of its objects are in it already. */
export class DsmrDraft {
  readonly #objects: DsmrTelegram['objects'];
  readonly #left: Set<string>;
  readonly #values: SourceValue[] = [];
  readonly #texts: SourceText[] = [];

  constructor({ objects }: DsmrTelegram) {
    this.#objects = objects;
    this.#left = new Set(objects.keys());
  }

  has(code: string): boolean {
    return this.#objects.has(code);
  }

  /** Whether it is there and nobody took it. */
  isLeft(code: string): boolean {
    return this.#left.has(code);
  }

  groups(code: string): readonly string[] {
    return this.#objects.get(code)?.groups ?? [];
  }

  /** The number of an object that has one only, or of its last group: before it stands the time. */
  measure(code: string, dimension: Dimension): number | undefined {
    return measureOf(this.groups(code).at(-1) ?? '', dimension);
  }

  /** These objects are said; what is left comes under its own code. */
  take(...codes: readonly string[]): void {
    for (const code of codes) this.#left.delete(code);
  }

  addValue(quantity: QuantityName, value: number, more: Pick<SourceValue, 'atMs' | 'part'> = {}): void {
    this.#values.push({ quantity, value: rounded(value), ...more });
  }

  addText(quantity: string, text: string, part?: string): void {
    const clean = text.replace(/\p{Cc}+/gu, ' ').trim();
    if (clean === '') return;
    this.#texts.push({
      quantity,
      text: clean.slice(0, textLengthMax),
      ...(part === undefined ? {} : { part }),
    });
  }

  /** What has an object of the code, if its number can be read. */
  addMeasure(code: string, quantity: QuantityName, dimension: Dimension, part?: string): void {
    const value = this.measure(code, dimension);
    if (value === undefined) return;
    this.take(code);
    this.addValue(quantity, value, part === undefined ? {} : { part });
  }

  /** All that was not taken, under its code: `0-0:96.50.68`, or `1-0:99.98.0[2]` where it has several groups. */
  addRest(partOf: (code: string) => string | undefined): void {
    for (const code of this.#left) {
      const object = this.#objects.get(code);
      if (object !== undefined) this.#addUnknown(object, partOf(code));
    }
    this.#left.clear();
  }

  answer(): SourceAnswer {
    return { values: this.#values, texts: this.#texts };
  }

  #addUnknown({ code, groups }: DsmrObject, part: string | undefined): void {
    for (const [index, group] of groups.entries()) {
      const quantity = groups.length === 1 ? code : `${code}[${index}]`;
      const value = unknownNumber(group);
      if (value === undefined) this.addText(quantity, group, part);
      else if (!isQuantityName(quantity))
        this.#values.push({ quantity, value, ...(part === undefined ? {} : { part }) });
    }
  }
}

function unknownNumber(group: string): number | undefined {
  const [, digits, unit] = /^([+-]?\d{1,15}(?:\.\d{1,9})?)(\*\S{1,8})?$/.exec(group.trim()) ?? [];
  if (digits === undefined || (unit === undefined && digits.length > countDigitsMax)) return undefined;
  return Number(digits) + 0;
}
