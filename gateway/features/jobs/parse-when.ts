import { GatewayError } from '../../core/errors.ts';
import { suggestName } from '../../core/nearest.ts';
import type { When, WhenTerm } from './when.ts';

const spellings = ['surplus', 'carbon', 'price', 'own-export:W', 'not-red', 'window:HH:MM-HH:MM'];
const names = spellings.map((spelling) => nameOf(spelling));
const textLengthMax = 500;
const wattsMax = 1_000_000;
const plainTerms: Readonly<Record<string, WhenTerm>> = {
  surplus: { kind: 'surplus' },
  carbon: { kind: 'carbon' },
  price: { kind: 'price' },
  'not-red': { kind: 'not_red' },
};

/**
 * What a job is to wait for, as people write it: `carbon and window:22:00-06:00`, `own-export:1.5kW`. Capitals and
 * further spaces do not matter. `option` is what the text was given to, for the error.
 * @throws GatewayError policy_invalid
 */
export function parseWhen(text: string, option = '--when'): When {
  if (text.length > textLengthMax) fail(option, `is longer than ${textLengthMax} characters`);
  const words = text.trim().toLowerCase().split(/\s+/);
  const when: WhenTerm[] = [];
  for (const [index, word] of words.entries()) {
    if (index % 2 === 0) when.push(parseTerm(word, option));
    else if (word !== 'and') fail(option, `has ${quoted(word)} where "and" belongs`, 'join policies by and');
  }
  if (words.length % 2 === 0) fail(option, 'names no policy after its last "and"');
  checkOnce(when, option);
  return when;
}

/** The text that `parseWhen` reads back as the same. */
export function formatWhen(when: When): string {
  return when.map(formatTerm).join(' and ');
}

function parseTerm(word: string, option: string): WhenTerm {
  if (word === '' || word === 'and') return fail(option, 'names no policy');
  const name = nameOf(word);
  const detail = word.includes(':') ? word.slice(name.length + 1) : undefined;
  if (name === 'own-export') return { kind: 'own_export', watts: parseWatts(detail, option) };
  if (name === 'window') return parseWindow(detail, option);
  const plain = Object.hasOwn(plainTerms, name) ? plainTerms[name] : undefined;
  if (plain === undefined) return fail(option, `names no policy with ${quoted(word)}`, suggestPolicy(name));
  if (detail !== undefined) return fail(option, `has more than ${name} in ${quoted(word)}`, `write ${name}`);
  return plain;
}

function parseWatts(detail: string | undefined, option: string): number {
  const [, whole, thousands] = /^(?:(\d{1,7})w?|(\d{1,4}(?:\.\d{1,3})?)kw)$/.exec(detail ?? '') ?? [];
  const watts = whole === undefined ? Math.round(Number(thousands) * 1_000) : Number(whole);
  if (watts >= 1 && watts <= wattsMax) return watts;
  const what = detail === undefined ? 'does not say how many' : `has ${quoted(detail)} where watts belong`;
  return fail(
    option,
    `${what}: own-export takes whole watts from 1 to ${wattsMax}`,
    example('own-export:1500'),
  );
}

function parseWindow(detail: string | undefined, option: string): WhenTerm {
  const [, from, to] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(detail ?? '') ?? [];
  const [fromMinute, toMinute] = [minuteOf(from), minuteOf(to)];
  if (fromMinute !== undefined && fromMinute < 1_440 && toMinute !== undefined) {
    return { kind: 'window', fromMinute, toMinute };
  }
  const what = detail === undefined ? 'does not say from when to when' : `has ${quoted(detail)} for a window`;
  return fail(option, `${what}: it takes HH:MM-HH:MM, from 00:00 to 24:00`, example('window:22:00-06:00'));
}

/** Of `22:00`; undefined for what no clock shows but `24:00`. */
function minuteOf(clock: string | undefined): number | undefined {
  const [hours, minutes] = (clock ?? '').split(':').map(Number);
  if (hours === undefined || minutes === undefined || minutes > 59) return undefined;
  const minute = hours * 60 + minutes;
  return minute <= 1_440 ? minute : undefined;
}

function checkOnce(when: When, option: string): void {
  const seen = new Set<string>();
  for (const term of when) {
    const text = formatTerm(term);
    const key = term.kind === 'window' ? text : term.kind;
    if (seen.has(key)) fail(option, `names ${quoted(nameOf(text))} twice`, 'name each policy once');
    seen.add(key);
  }
}

function formatTerm(term: WhenTerm): string {
  if (term.kind === 'own_export') return `own-export:${term.watts}`;
  if (term.kind === 'window') return `window:${clockOf(term.fromMinute)}-${clockOf(term.toMinute)}`;
  return term.kind.replace('_', '-');
}

function clockOf(minute: number): string {
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}

function nameOf(word: string): string {
  return word.split(':', 1)[0] ?? '';
}

function suggestPolicy(name: string): string {
  const hint = suggestName(name, names);
  return hint.startsWith('did you mean') ? hint : `there are: ${spellings.join(', ')}, joined by and`;
}

function example(term: string): string {
  return `such as ${term}`;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function fail(
  option: string,
  what: string,
  hint = `there are: ${spellings.join(', ')}, joined by and`,
): never {
  throw new GatewayError('policy_invalid', `${option} ${what}`, { hint });
}
