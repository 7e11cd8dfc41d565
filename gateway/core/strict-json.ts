import { GatewayError } from './errors.ts';

/** Deeper values come from nobody who means well. */
const depthMax = 32;

/** Of a text that is JSON. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]|-?\d[\d.eE+-]*/g;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * JSON of strangers (RFC 8259), refused wherever two readers could understand it differently, or a value would not
 * be what was sent: a name given twice, `__proto__`, half of a surrogate pair, a byte order mark, bytes that are not
 * UTF-8, numbers that no double holds (`1e999`, `1e-999`, whole ones beyond 2^53), more than 32 levels.
 * Errors: `input_invalid`.
 */
export function parseStrictJson(body: string | Uint8Array): unknown {
  const text = typeof body === 'string' ? body : textOf(body);
  if (text.startsWith('\uFEFF')) throw refusal('begins with a byte order mark');
  const value = parse(text);
  checkTokens(text);
  return value;
}

function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw refusal('is not UTF-8');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // What the parser says quotes what was sent, so only its place is passed on.
    const place = /at position \d+/.exec(error instanceof Error ? error.message : '')?.[0];
    throw refusal(`is not JSON${place === undefined ? '' : `, ${place}`}`);
  }
}

/** One level: the names seen in an object, undefined in a list. */
type Level = Set<string> | undefined;

function checkTokens(text: string): void {
  const levels: Level[] = [];
  let lastText = '';
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') {
      if (levels.length === depthMax) throw refusal(`is deeper than ${depthMax} levels`);
      levels.push(token === '{' ? new Set() : undefined);
    } else if (token === '}' || token === ']') levels.pop();
    else if (token === ':') checkName(lastText, levels.at(-1));
    else if (token.startsWith('"')) lastText = checkedText(token);
    else checkNumber(token);
  }
}

function checkName(name: string, names: Level): void {
  if (name === '__proto__') throw refusal('has a property __proto__');
  if (names?.has(name) === true)
    throw refusal(`has ${JSON.stringify(name.slice(0, 80))} twice in one object`);
  names?.add(name);
}

function checkedText(token: string): string {
  if (!token.includes('\\')) return token.slice(1, -1);
  const text = JSON.parse(token) as string;
  if (!text.isWellFormed()) throw refusal('has half of a surrogate pair in a text');
  return text;
}

function checkNumber(token: string): void {
  const value = Number(token);
  const isTooSmall = value === 0 && /^[-.0]*[1-9]/.test(token);
  const isRounded = /^-?\d+$/.test(token) && !Number.isSafeInteger(value);
  if (Number.isFinite(value) && !isTooSmall && !isRounded) return;
  throw refusal(`has the number ${token.slice(0, 40)}, which cannot be held exactly`);
}

function refusal(why: string): GatewayError {
  return new GatewayError('input_invalid', `the body ${why}`, { hint: 'send valid JSON' });
}
