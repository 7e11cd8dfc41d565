/** One variable of a `.env` file. */
export interface DotenvEntry {
  readonly name: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
  /** Where its value stands in the text, quotes included. */
  readonly start: number;
  readonly end: number;
}

/** A line that is not as it should be. The value is never quoted: it may be a secret. */
export interface DotenvProblem {
  readonly line: number;
  /** Of the variable, where the line has one. */
  readonly name: string | undefined;
  readonly message: string;
}

export interface DotenvText {
  /** In the order of the text; of several with one name the last counts. */
  readonly entries: readonly DotenvEntry[];
  readonly problems: readonly DotenvProblem[];
}

const lineEnd = /\r\n|\n|\r/g;
const assignment = /^[^\S\r\n]*(?:export[^\S\r\n]+)?([A-Za-z_]\w*)[^\S\r\n]*=[^\S\r\n]*/;
const anyName = /^[^\S\r\n]*(?:export[^\S\r\n]+)?([A-Za-z_]\w*)/;
const blank = /^[^\S\r\n]*(#[^]*)?$/;
const quoted: Readonly<Record<string, RegExp>> = {
  "'": /'([^'\\]*(?:\\[^][^'\\]*)*)'/y,
  '"': /"([^"\\]*(?:\\[^][^"\\]*)*)"/y,
};
const behindQuotes = /^(?:[^\S\r\n]+#[^]*|[^\S\r\n]*)$/;

/**
 * Reads a `.env` file by the rules of python-dotenv (README, "File format"), since people bring theirs from a program
 * in Python: `'` and `"` may hold lines and escapes, a comment begins with a space and `#`. `${…}` stays as it is.
 * Node's `util.parseEnv` is of no use: it cuts a password at its `#`, and gives an empty variable the next line.
 */
export function parseDotenv(text: string): DotenvText {
  const entries: DotenvEntry[] = [];
  const problems: DotenvProblem[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const next = readLine(text, at, line);
    if (next.found !== undefined && 'value' in next.found) entries.push(next.found);
    else if (next.found !== undefined) problems.push(next.found);
    line += text.slice(at, next.at).match(lineEnd)?.length ?? 0;
    at = next.at;
  }
  const seen = new Set<string>();
  for (const entry of entries) {
    if (seen.has(entry.name))
      problems.push({ line: entry.line, name: entry.name, message: 'stands there again; this one counts' });
    seen.add(entry.name);
  }
  return { entries, problems: problems.toSorted((left, right) => left.line - right.line) };
}

interface ReadLine {
  /** Undefined for an empty line or a comment. */
  readonly found: DotenvEntry | DotenvProblem | undefined;
  /** Behind its end. */
  readonly at: number;
}

function readLine(text: string, at: number, line: number): ReadLine {
  const end = endOfLine(text, at);
  const plain = text.slice(at, end.from);
  if (blank.test(plain)) return { found: undefined, at: end.to };
  const [head, name] = assignment.exec(plain) ?? [];
  if (head === undefined || name === undefined) return { found: { line, ...shapeFault(plain) }, at: end.to };
  const start = at + head.length;
  const pattern = quoted[text[start] ?? ''];
  if (pattern !== undefined) return readQuoted(text, pattern, { name, line, start, lineTo: end.to });
  const raw = plain.slice(head.length);
  const isComment = raw.startsWith('#') && /\s$/.test(head);
  const value = isComment ? '' : raw.replace(/\s#[^]*$/, '').trimEnd();
  return { found: { name, value, line, start, end: start + value.length }, at: end.to };
}

interface QuotedPlace {
  readonly name: string;
  readonly line: number;
  /** Of the opening quote. */
  readonly start: number;
  /** Where the next line begins, if there is no closing one. */
  readonly lineTo: number;
}

function readQuoted(text: string, pattern: RegExp, { name, line, start, lineTo }: QuotedPlace): ReadLine {
  const fault = (what: string): ReadLine => ({
    found: { line, name, message: `has ${what}, and is passed over` },
    at: lineTo,
  });
  pattern.lastIndex = start;
  const body = pattern.exec(text)?.[1];
  if (body === undefined) return fault('a quote that is not closed');
  const close = start + body.length + 2;
  const rest = endOfLine(text, close);
  if (!behindQuotes.test(text.slice(close, rest.from))) return fault('something behind its closing quote');
  const value = text[start] === "'" ? body.replaceAll(/\\([\\'])/g, '$1') : unescaped(body);
  return { found: { name, value, line, start, end: close }, at: rest.to };
}

function endOfLine(text: string, at: number): { readonly from: number; readonly to: number } {
  lineEnd.lastIndex = at;
  const found = lineEnd.exec(text);
  return found === null
    ? { from: text.length, to: text.length }
    : { from: found.index, to: found.index + found[0].length };
}

/** What stands there without a `=` may be a secret that was pasted. */
function shapeFault(plain: string): Omit<DotenvProblem, 'line'> {
  if (!plain.includes('=')) return { name: undefined, message: 'has no =, and is passed over' };
  const name = anyName.exec(plain)?.[1];
  const message = name === undefined ? 'does not begin with a name' : 'has more than a name before the =';
  return { name, message: `${message}, and is passed over` };
}

const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function unescaped(body: string): string {
  return body.replaceAll(/\\([\\'"abfnrtv])/g, (_, letter: string) => escapes[letter] ?? letter);
}

/**
 * The text with the variable set, everything else as it was: comments, order, line ends. Undefined when that cannot
 * be, because a line before it has an open quote.
 */
export function setInDotenv(text: string, name: string, value: string): string | undefined {
  const before = parseDotenv(text).entries;
  const old = before.findLast((entry) => entry.name === name);
  const written = encoded(value);
  const changed =
    old === undefined
      ? appended(text, `${name}=${written}`)
      : `${text.slice(0, old.start)}${written}${text.slice(old.end)}`;
  const expected =
    old === undefined
      ? [...before, { name, value }]
      : before.map((entry) => (entry === old ? { name, value } : entry));
  const after = parseDotenv(changed).entries;
  const isSame =
    after.length === expected.length &&
    expected.every((entry, index) => after[index]?.name === entry.name && after[index].value === entry.value);
  return isSame ? changed : undefined;
}

function appended(text: string, line: string): string {
  const end = /\r\n|\n/.exec(text)?.[0] ?? '\n';
  const isEnded = text === '' || /[\r\n]$/.test(text) || text === '\uFEFF';
  return `${text}${isEnded ? '' : end}${line}${end}`;
}

/** The plainest form that shells, systemd and python-dotenv read alike; escapes only where nothing else does. */
function encoded(value: string): string {
  if (/^[\w@%+=:,./-]*$/.test(value)) return value;
  if (/[\r\n]/.test(value)) {
    const body = value.replaceAll(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
    return `"${body}"`;
  }
  if (!/['\\]/.test(value)) return `'${value}'`;
  if (!/["\\$`]/.test(value)) return `"${value}"`;
  return `'${value.replaceAll(/[\\']/g, '\\$&')}'`;
}
