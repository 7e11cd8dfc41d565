import type { HttpRequest } from '../../core/http.ts';

/** Characters of an answer that an error may show. */
const excerptLengthMax = 80;
/** Of a longer answer nothing is shown. */
const searchedLengthMax = 65_536;
/** Shorter words of a request are no secrets, and would leave nothing to read. */
const secretLengthMin = 3;

const mask = '…';
const harmlessHeaders: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'content-type',
  'user-agent',
]);
/** What looks like a token or a key that the answer hands out: long, and no word. */
const tokenLike = /[A-Za-z0-9+/_=~.-]{12,}/g;

/**
 * The beginning of what a server said, for an error's facts. Nothing that the request carried in its headers, query
 * or body is in it, and nothing that looks like a key: a server may repeat what it refuses.
 *
 * @returns one line, at most 80 characters; empty when there is nothing to show
 */
export function excerptOf(text: string, request: Partial<HttpRequest>): string {
  if (text.length > searchedLengthMax) return '';
  const masked = secretsOf(request)
    .toSorted((left, right) => right.length - left.length)
    .reduce((rest, secret) => replaceAll(rest, secret), text)
    .replace(tokenLike, (word) => (/^[A-Za-z]+$/.test(word) ? word : mask))
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return masked.length > excerptLengthMax
    ? `${masked.slice(0, excerptLengthMax).toWellFormed()}${mask}`
    : masked;
}

function secretsOf(request: Partial<HttpRequest>): readonly string[] {
  const { url = '', headers = {}, body = '' } = request;
  const query = /\?([^#]*)/.exec(url)?.[1] ?? '';
  const values = Object.entries(headers).flatMap(([name, value]) =>
    harmlessHeaders.has(name.toLowerCase()) ? [] : headerSecrets(value),
  );
  const said = typeof body === 'string' ? body : Buffer.from(body).toString();
  const words = [...values, ...split(query), ...split(said)];
  return [...new Set(words.flatMap(spellings))].filter(({ length }) => length >= secretLengthMin);
}

function headerSecrets(value: string): readonly string[] {
  const basic = /^Basic\s+(\S+)$/i.exec(value)?.[1];
  const pair = basic === undefined ? '' : Buffer.from(basic, 'base64').toString();
  return [value, ...value.split(/[\s,;="]+/), pair, ...pair.split(/:(.*)/s)];
}

/** The words of a query, a form or a JSON text; of the last not its names. */
function split(text: string): readonly string[] {
  const forms = text.split('&').map((pair) => pair.replace(/^[^=]*=/, ''));
  const strings = [...text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?/g)].flatMap(([, word = '', colon]) =>
    colon === undefined ? [word.slice(1, -1), unescaped(word)] : [],
  );
  return [...forms, ...strings, ...(text.match(/\d{4,}/g) ?? [])];
}

function unescaped(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal;
  }
}

/** As they may come back: bare, escaped for a URL or for JSON. */
function spellings(word: string): readonly string[] {
  const bare = decoded(word.replaceAll('+', ' '));
  return [
    word,
    decoded(word),
    bare,
    encodeURIComponent(bare.toWellFormed()),
    JSON.stringify(bare).slice(1, -1),
  ];
}

function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

function replaceAll(text: string, secret: string): string {
  return text.replace(new RegExp(escaped(secret), 'gi'), mask);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
