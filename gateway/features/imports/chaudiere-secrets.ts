import { describeError, GatewayError } from '../../core/errors.ts';
import { isMap } from '../../core/is-map.ts';
import { parseStrictJson } from '../../core/strict-json.ts';

/** Which of its two homes is moved. */
export const chaudiereEnvironments = ['Prod', 'Dev'] as const;

export type ChaudiereEnvironment = (typeof chaudiereEnvironments)[number];

/** What the secret file of chaudiere says, of one environment. No value of it is to be shown. */
export interface ChaudiereSecrets {
  readonly mailPassword: string | undefined;
  readonly smsKey: string | undefined;
  readonly smsSecret: string | undefined;
  readonly addresses: readonly string[];
  readonly phones: readonly string[];
  /** Where its page was. */
  readonly url: string | undefined;
  /** Names of what is not used, as `Common.SECRET_KEY`. */
  readonly unused: readonly string[];
}

type Block = Readonly<Record<string, unknown>>;

const known: ReadonlySet<string> = new Set([
  'MAIL_PASSWORD',
  'NEXMO_API_KEY',
  'NEXMO_API_SECRET',
  'USERS_EMAILS',
  'USERS_PHONES',
  'URL',
]);
const textLengthMax = 500;
const listLengthMax = 50;
const nameLengthMax = 60;
const hint = 'name its file chaudiere_secret_config.py, which is JSON with Common, Prod and Dev';

/**
 * Reads the secret file: Common first, and the environment's over it. Errors: `input_invalid` names the place, and
 * never a value.
 */
export function readChaudiereSecrets(text: string, environment: ChaudiereEnvironment): ChaudiereSecrets {
  const whole = blockOf('the file', parsed(text));
  if (!Object.hasOwn(whole, environment)) {
    const there = chaudiereEnvironments.filter((name) => Object.hasOwn(whole, name));
    throw refused(`it has no ${environment}${there.length > 0 ? `, but ${there.join(', ')}` : ''}`);
  }
  const blocks = ['Common', environment].filter((name) => Object.hasOwn(whole, name));
  const values = new Map<string, { readonly place: string; readonly value: unknown }>();
  const unused: string[] = [];
  for (const name of blocks) {
    for (const [key, value] of Object.entries(blockOf(name, whole[name]))) {
      const place = `${name}.${shownName(key)}`;
      if (known.has(key)) values.set(key, { place, value });
      else unused.push(place);
    }
  }
  const of = (key: string) => values.get(key) ?? { place: key, value: undefined };
  return {
    mailPassword: textOf(of('MAIL_PASSWORD')),
    smsKey: textOf(of('NEXMO_API_KEY')),
    smsSecret: textOf(of('NEXMO_API_SECRET')),
    addresses: listOf(of('USERS_EMAILS')),
    phones: listOf(of('USERS_PHONES')),
    url: textOf(of('URL')),
    unused,
  };
}

function parsed(text: string): unknown {
  try {
    return parseStrictJson(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    // What it says has places and names, and no values.
    throw refused(
      describeError(cause)
        .replace('the body', 'the file')
        .replace(/ \(.*\)$/, ''),
    );
  }
}

function blockOf(place: string, value: unknown): Block {
  if (isMap(value)) return value;
  throw refused(`${place} is no object`);
}

interface Placed {
  readonly place: string;
  readonly value: unknown;
}

/** Empty is none. */
function textOf({ place, value }: Placed): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw refused(`${place} is no text`);
  if (value.length > textLengthMax) throw refused(`${place} is longer than ${textLengthMax} characters`);
  if (/\p{Cc}/u.test(value)) throw refused(`${place} has a line end or a control character in it`);
  return value;
}

/** A phone number may have been written as a number. */
function listOf({ place, value }: Placed): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw refused(`${place} is no list`);
  if (value.length > listLengthMax) throw refused(`${place} has more than ${listLengthMax} entries`);
  const texts = value.map((one: unknown, index) => {
    const written = typeof one === 'number' ? String(one) : one;
    return textOf({ place: `${place}[${index}]`, value: written })?.trim() ?? '';
  });
  return [...new Set(texts.filter((text) => text !== ''))];
}

function shownName(name: string): string {
  return name.replaceAll(/[^\w.-]/g, '?').slice(0, nameLengthMax);
}

function refused(why: string): GatewayError {
  return new GatewayError('input_invalid', `this is no secret file of chaudiere: ${why}`, { hint });
}
