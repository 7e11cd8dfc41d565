/** A JSON object of a stream as text, with the line on which it begins; no text where there is no whole one. */
export interface JsonPiece {
  readonly line: number;
  readonly text?: string;
}

/** Longer objects are no message of a gateway. */
const pieceBytesMax = 64 * 1024 * 1024;

const newline = 0x0a;
const quote = 0x22;
const backslash = 0x5c;
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d;
const isOpening = (byte: number): boolean => byte === 0x7b || byte === 0x5b;
const isClosing = (byte: number): boolean => byte === 0x7d || byte === 0x5d;
const objectStart = 0x7b;
const listStart = 0x5b;
const listEnd = 0x5d;
const comma = 0x2c;

/**
 * Cuts a stream into its JSON objects: one a line, one after the other, or the items of a list. Holds one of them at
 * a time. Where the first object of a stream stands on a line of its own, so must all: then a line that breaks off
 * spoils no other.
 */
export class JsonPieces {
  #line = 1;
  #startLine = 1;
  #parts: Buffer[] = [];
  #bytes = 0;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #isInList = false;
  #isSkipping = false;
  #isSpoiled = false;
  #isByLine: boolean | undefined;

  /** That is read now. */
  get line(): number {
    return this.#line;
  }

  *push(chunk: Buffer): Generator<JsonPiece> {
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.#depth === 0) {
        if (this.#between(byte)) start = at;
        else if (this.#isSpoiled) yield this.#spoil();
        continue;
      }
      const isWhole = this.#within(byte);
      if (isWhole) yield this.#end(chunk.subarray(start, at + 1));
      else if (this.#isSpoiled) yield this.#spoil();
      if (byte === newline) {
        this.#line += 1;
        this.#isSkipping = false;
      }
    }
    if (this.#depth > 0) this.#keep(chunk.subarray(start));
    if (this.#bytes > pieceBytesMax) yield* this.#giveUp();
  }

  *close(): Generator<JsonPiece> {
    if (this.#depth > 0) {
      yield* this.#giveUp();
      yield* this.close();
    } else if (this.#isInList) yield { line: this.#line };
  }

  /** An object without an end: when it is the first one, its line may be the only bad one. */
  *#giveUp(): Generator<JsonPiece> {
    const bytes = Buffer.concat(this.#parts);
    const mayBeLines = this.#isByLine === undefined && !this.#isInList;
    const lineEnd = mayBeLines ? bytes.indexOf(newline) : -1;
    yield this.#spoil();
    if (lineEnd === -1) return;
    this.#isByLine = true;
    this.#line = this.#startLine;
    yield* this.push(bytes.subarray(lineEnd));
  }

  /** Outside of objects; true where one begins. */
  #between(byte: number): boolean {
    if (byte === newline) {
      this.#line += 1;
      this.#isSkipping = false;
      return false;
    }
    if (this.#isSkipping || isSpace(byte)) return false;
    if (byte === objectStart) {
      this.#depth = 1;
      this.#startLine = this.#line;
      return true;
    }
    if (byte === listStart && !this.#isInList) this.#isInList = true;
    else if (byte === listEnd && this.#isInList) this.#isInList = false;
    else if (!(byte === comma && this.#isInList)) {
      this.#startLine = this.#line;
      this.#isSpoiled = true;
    }
    return false;
  }

  /** Inside of an object; true where it ends. */
  #within(byte: number): boolean {
    if (byte === newline && (this.#isInString || this.#isByLine === true)) this.#isSpoiled = true;
    else if (this.#isEscaped) this.#isEscaped = false;
    else if (this.#isInString) {
      if (byte === backslash) this.#isEscaped = true;
      else if (byte === quote) this.#isInString = false;
    } else if (byte === quote) this.#isInString = true;
    else if (isOpening(byte)) this.#depth += 1;
    else if (isClosing(byte)) this.#depth -= 1;
    return this.#depth === 0;
  }

  #keep(part: Buffer): void {
    this.#parts.push(part);
    this.#bytes += part.length;
  }

  #end(last: Buffer): JsonPiece {
    this.#keep(last);
    const bytes = Buffer.concat(this.#parts);
    this.#isByLine ??= !this.#isInList && this.#line === this.#startLine;
    this.#forget();
    const text = utf8Text(bytes);
    return { line: this.#startLine, ...(text !== undefined && { text }) };
  }

  /** What is left of its line is not looked at. */
  #spoil(): JsonPiece {
    this.#isSkipping = true;
    this.#forget();
    return { line: this.#startLine };
  }

  #forget(): void {
    this.#parts = [];
    this.#bytes = 0;
    this.#depth = 0;
    this.#isInString = false;
    this.#isEscaped = false;
    this.#isSpoiled = false;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function utf8Text(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
