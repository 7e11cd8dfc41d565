import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { ChainPlace } from './batch.ts';
import { parsePublicKey, type PublicKey } from './public-key.ts';
import { VerifyError } from './verify-error.ts';
import type { RecordName, VerifyOptions } from './verify-options.ts';

export const usage = `egw-verify: checks the telemetry of a gateway, with nothing but its public key

  egw-verify (--key KEY | --trust-first | --unsigned) [options] [FILE | FOLDER | -]…

Reads batches and telemetry messages: JSON lines, lists, one after the other; .gz too; in any order, as often as they
come. Of folders all *.json, *.jsonl, *.ndjson, each with .gz or not. Without a name, and for -, standard input.

  --key KEY         public key of a gateway: base64url, hex, PEM, or a file with one of them; once for each gateway
  --trust-first     takes a key that is not given from the first record of the chain, and says so
  --unsigned        accepts batches of gateways without a signer: shows what was lost, not who sent it
  --from [EPOCH:]N  begins at this record; without it at record 1 of the first chain
  --to [EPOCH:]N    ends with this record; without it with the last one that is there
  --expect EPOCH:N:HEAD  this place must be there, as a backend has acknowledged it; may be said again
  --twice           checks every signature by a second program as well (some 20 ms each)
  --json            says it as JSON

Ends with 0: all is proven; 1: not all is; 2: it could not be checked.`;

export interface VerifyArguments {
  readonly options: VerifyOptions;
  readonly inputs: readonly string[];
  readonly isJson: boolean;
  readonly asksForHelp: boolean;
}

const flag = { type: 'boolean' } as const;
const list = { type: 'string', multiple: true } as const;
const optionNames = {
  ...{ 'trust-first': flag, unsigned: flag, twice: flag, json: flag, help: { ...flag, short: 'h' } },
  ...{ key: list, from: list, to: list, expect: list },
} as const;

/** Errors: `VerifyError`. */
export function parseArguments(words: readonly string[]): VerifyArguments {
  const { values, positionals } = parsed(words);
  const from = recordOf('--from', values.from);
  const to = recordOf('--to', values.to);
  const options = {
    keys: (values.key ?? []).map(keyOf),
    trustsFirst: values['trust-first'] === true,
    acceptsUnsigned: values.unsigned === true,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    expected: (values.expect ?? []).map(placeOf),
    checksTwice: values.twice === true,
  };
  const asksForHelp = values.help === true;
  const isTrusting = options.keys.length > 0 || options.trustsFirst || options.acceptsUnsigned;
  if (!asksForHelp && !isTrusting) {
    throw new VerifyError('say --key KEY, or --trust-first, or --unsigned (see egw-verify --help)');
  }
  const inputs = positionals.length > 0 ? positionals : ['-'];
  return { options, inputs, isJson: values.json === true, asksForHelp };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: withValues(words), options: optionNames, allowPositionals: true });
  } catch (error) {
    throw new VerifyError(
      `${error instanceof Error ? error.message : String(error)} (see egw-verify --help)`,
    );
  }
}

/** A key may begin with a dash: what follows the name of an option is its value. */
function withValues(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const value = /^--(key|from|to|expect)$/.test(word) ? words[at + 1] : undefined;
    joined.push(value === undefined ? word : `${word}=${value}`);
    if (value !== undefined) at += 1;
  }
  return joined;
}

function keyOf(text: string): PublicKey {
  const isFile = !text.startsWith('-----') && existsSync(text);
  const key = parsePublicKey(isFile ? readFileSync(text, 'utf8') : text);
  if (key === undefined) {
    throw new VerifyError(
      `--key: ${isFile ? text : 'this'} is no public key of a gateway, or one that vouches for anything`,
    );
  }
  return key;
}

function recordOf(name: string, texts: readonly string[] = []): RecordName | undefined {
  const [text, another] = texts;
  if (text === undefined) return undefined;
  const [, epoch, number] = /^(?:([0-9a-f]{16}):)?([1-9]\d{0,14})$/.exec(text) ?? [];
  if (number === undefined || another !== undefined) {
    throw new VerifyError(`${name}: say it once, as NUMBER or EPOCH:NUMBER`);
  }
  return { number: Number(number), ...(epoch !== undefined && { epoch }) };
}

function placeOf(text: string): ChainPlace {
  const [, epoch, number, head] = /^([0-9a-f]{16}):([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (epoch === undefined || head === undefined) {
    throw new VerifyError('--expect: say it as EPOCH:NUMBER:HEAD, of an acknowledgement');
  }
  return { epoch, sequence: Number(number), head };
}
