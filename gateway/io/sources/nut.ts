import { GatewayError } from '../../core/errors.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { NutConnection } from './nut-connection.ts';
import { nutFailure } from './nut-failure.ts';
import { nutFields, nutNumber, nutStatus } from './nut-status.ts';
import { nutWords } from './nut-words.ts';
import { numberOption, textOption } from './option-values.ts';
import type { SourceAnswer, SourceDefinition, SourcePorts, SourceReader, SourceValue } from './source.ts';

const options = {
  host: {
    type: 'text',
    description: 'Name or address of the machine on which upsd runs, such as a NAS.',
    pattern: '^[A-Za-z0-9._:-]+$',
    max: 253,
  },
  port: { type: 'integer', description: 'Its TCP port.', default: 3_493, min: 1, max: 65_535 },
  ups: {
    type: 'text',
    description: 'What upsd calls the power supply. Default: the only one that is there.',
    isOptional: true,
    pattern: '^[A-Za-z0-9._-]+$',
    max: 64,
  },
  user: {
    type: 'text',
    description: 'A user of upsd.users, where it asks for one. Reading mostly takes none.',
    isOptional: true,
    pattern: '^[^\\s"\\\\]+$',
    max: 64,
  },
  password: {
    type: 'text',
    description: 'The user’s password.',
    isOptional: true,
    isSecret: true,
    pattern: '^[^\\x00-\\x1f\\x7f]+$',
    max: 128,
  },
} as const satisfies OptionFields;

/** Of power supplies at one upsd that are named to people. */
const namesMax = 8;
const listLinesMax = 64;

/** Uninterruptible power supplies, by upsd of Network UPS Tools: one short conversation a reading. */
export const nut: SourceDefinition = {
  id: 'nut',
  title: 'Uninterruptible power supply, by Network UPS Tools (upsd)',
  source: 'networkupstools.org/docs/developer-guide: Network protocol information, version 1.3; Variables',
  options,
  pace: { periodMs: 10_000, periodMsMin: 2_000, timeoutMs: 8_000 },
  lane: (values) => placeOf(values),
  open: (values, ports) => new NutReader(values, ports),
};

class NutReader implements SourceReader {
  readonly #values: OptionValues;
  readonly #ports: SourcePorts;
  readonly #place: string;
  #name: string | undefined;

  constructor(values: OptionValues, ports: SourcePorts) {
    this.#values = values;
    this.#ports = ports;
    this.#place = placeOf(values);
    this.#name = values['ups'] as string | undefined;
    if (values['user'] !== undefined && values['password'] === undefined)
      throw new GatewayError('config_invalid', 'there is a user, and no password', {
        hint: 'give password, or leave out user',
        facts: { option: 'password' },
      });
  }

  async read(signal: AbortSignal): Promise<SourceAnswer> {
    // Anybody on the way can read it, and change it.
    const at = { host: textOption(this.#values, 'host'), port: numberOption(this.#values, 'port') };
    const connection = await NutConnection.open(this.#ports.network, { ...at, reach: 'private' }, signal);
    try {
      await this.#giveName(connection, signal);
      const name = (this.#name ??= await this.#onlyOne(connection, signal));
      await this.#logIn(connection, name, signal);
      return await this.#readFields(connection, name, signal);
    } finally {
      connection.close();
    }
  }

  /** Before anything is asked: some ask for a user to list. */
  async #giveName(connection: NutConnection, signal: AbortSignal): Promise<void> {
    const { user, password } = this.#values;
    if (user === undefined) return;
    await this.#expectOk(connection, `USERNAME ${String(user)}`, signal);
    await this.#expectOk(connection, `PASSWORD ${quoted(String(password))}`, signal);
  }

  /** Only then upsd looks at the password. */
  async #logIn(connection: NutConnection, name: string, signal: AbortSignal): Promise<void> {
    if (this.#values['user'] !== undefined) await this.#expectOk(connection, `LOGIN ${name}`, signal);
  }

  async #expectOk(connection: NutConnection, line: string, signal: AbortSignal): Promise<void> {
    const [word, why = ''] = nutWords(await connection.ask(line, signal));
    if (word === 'OK') return;
    throw word === 'ERR' ? nutFailure(why, this.#place, this.#name) : this.#unexpected('OK');
  }

  async #onlyOne(connection: NutConnection, signal: AbortSignal): Promise<string> {
    const first = nutWords(await connection.ask('LIST UPS', signal));
    if (first[0] === 'ERR') throw nutFailure(first[1] ?? '', this.#place, undefined);
    if (first.join(' ') !== 'BEGIN LIST UPS') throw this.#unexpected('BEGIN LIST UPS');
    const names: string[] = [];
    for (let lines = 0; ; lines += 1) {
      const [word, name = ''] = nutWords(await connection.next(signal));
      if (word === 'END') break;
      if (word !== 'UPS' || name === '' || lines === listLinesMax) throw this.#unexpected('UPS');
      names.push(name);
    }
    const [only] = names;
    if (only === undefined || names.length > 1) throw this.#undecided(names);
    return only;
  }

  async #readFields(connection: NutConnection, name: string, signal: AbortSignal): Promise<SourceAnswer> {
    const status = await this.#variable(connection, [name, 'ups.status'], signal);
    if (status === undefined) throw this.#unexpected('ups.status');
    const values: SourceValue[] = [...nutStatus(status)];
    for (const field of nutFields) {
      const text = await this.#variable(connection, [name, field.variable], signal);
      if (text !== undefined) values.push(...nutNumber(text, field));
    }
    return { values, texts: [{ quantity: 'status', text: status }] };
  }

  /** undefined: this power supply has none such. */
  async #variable(
    connection: NutConnection,
    [name, variable]: readonly [string, string],
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const [word, ...rest] = nutWords(await connection.ask(`GET VAR ${name} ${variable}`, signal));
    const [of, what, value] = rest;
    if (word === 'ERR' && of === 'VAR-NOT-SUPPORTED') return undefined;
    if (word === 'ERR') throw nutFailure(of ?? '', this.#place, name);
    if (word !== 'VAR' || of !== name || what !== variable || value === undefined)
      throw this.#unexpected(`VAR ${name} ${variable}`);
    return value;
  }

  #unexpected(expected: string): GatewayError {
    return new GatewayError(
      'answer_invalid',
      `upsd at ${this.#place} answered something else than was asked for`,
      {
        hint: 'check that upsd runs there, and that host and port are its own',
        facts: { place: this.#place, where: 'answer', expected },
      },
    );
  }

  #undecided(names: readonly string[]): GatewayError {
    const shown = names.slice(0, namesMax).map((name) => name.replace(/[^\w.-]+/g, ''));
    const what =
      names.length === 0 ? 'has no power supply' : `has ${names.length} power supplies: ${shown.join(', ')}`;
    return new GatewayError('source_missing', `upsd at ${this.#place} ${what}`, {
      hint:
        names.length === 0
          ? 'describe it in ups.conf there'
          : 'say with the setting ups which of them is meant',
      facts: { place: this.#place, count: names.length },
    });
  }
}

function placeOf(values: OptionValues): string {
  return `${textOption(values, 'host')}:${numberOption(values, 'port')}`;
}

function quoted(word: string): string {
  return `"${word.replace(/["\\]/g, String.raw`\$&`)}"`;
}
