import type { JsonObject, JsonValue } from './json-value.ts';

/** Deeper values come from nobody who means well. */
const depthMax = 64;
const numberToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const spaces = /[ \t\n\r]*/y;

/**
 * The value of a text that can be read in one way only: names twice in an object, numbers that a double does not hold
 * as they are written, halves of surrogate pairs and what follows the value are refused. undefined: it cannot.
 */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return new JsonText(text).parse();
  } catch (error) {
    if (error instanceof NotReadable || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

class NotReadable extends Error {}

class JsonText {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): JsonValue {
    const value = this.#value(0);
    this.#skipSpaces();
    if (this.#at !== this.#text.length) throw new NotReadable();
    return value;
  }

  #value(depth: number): JsonValue {
    if (depth > depthMax) throw new NotReadable();
    this.#skipSpaces();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#list(depth);
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #object(depth: number): JsonObject {
    const object = Object.create(null) as JsonObject;
    this.#at += 1;
    if (this.#takes('}')) return object;
    do {
      this.#skipSpaces();
      const name = this.#string();
      if (name in object || !this.#takes(':')) throw new NotReadable();
      object[name] = this.#value(depth + 1);
    } while (this.#takes(','));
    if (!this.#takes('}')) throw new NotReadable();
    return object;
  }

  #list(depth: number): JsonValue[] {
    const list: JsonValue[] = [];
    this.#at += 1;
    if (this.#takes(']')) return list;
    do list.push(this.#value(depth + 1));
    while (this.#takes(','));
    if (!this.#takes(']')) throw new NotReadable();
    return list;
  }

  #string(): string {
    const start = this.#at;
    if (this.#text[start] !== '"') throw new NotReadable();
    let end = start;
    do {
      end = this.#text.indexOf('"', end + 1);
      if (end === -1) throw new NotReadable();
    } while (this.#isEscaped(end));
    this.#at = end + 1;
    const string = JSON.parse(this.#text.slice(start, this.#at)) as string;
    if (!string.isWellFormed()) throw new NotReadable();
    return string;
  }

  /** Whether an odd number of backslashes stands before it. */
  #isEscaped(quote: number): boolean {
    let first = quote;
    while (this.#text[first - 1] === '\\') first -= 1;
    return (quote - first) % 2 === 1;
  }

  #number(): number {
    numberToken.lastIndex = this.#at;
    const token = numberToken.exec(this.#text)?.[0];
    if (token === undefined) throw new NotReadable();
    this.#at += token.length;
    const value = Number(token);
    const isExact = String(value) === token || decimalOf(String(value)) === decimalOf(token);
    if (!Number.isFinite(value) || !isExact) throw new NotReadable();
    return value;
  }

  #word<Value>(word: string, value: Value): Value {
    if (!this.#text.startsWith(word, this.#at)) throw new NotReadable();
    this.#at += word.length;
    return value;
  }

  #takes(mark: string): boolean {
    this.#skipSpaces();
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #skipSpaces(): void {
    // Canonical texts have none.
    if (this.#text.charCodeAt(this.#at) > 0x20) return;
    spaces.lastIndex = this.#at;
    spaces.exec(this.#text);
    this.#at = spaces.lastIndex;
  }
}

/** The number that a text says, in one way: `1.50`, `150e-2` and `1.5` are the same. */
function decimalOf(token: string): string {
  const [mantissa = '', exponent = '0'] = token.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return `${mantissa.startsWith('-') ? '-' : ''}${significant}e${power}`;
}
