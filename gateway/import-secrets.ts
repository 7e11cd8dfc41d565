import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { dataDirectory } from './config/data-directory.ts';
import { parseDotenv, setInDotenv } from './config/dotenv.ts';
import { environmentFileName } from './config/environment-file.ts';
import { ownVariable } from './config/environment-items.ts';
import { describeError, GatewayError } from './core/errors.ts';
import { exitCodes } from './core/exit-codes.ts';
import type { OfflineCommand } from './faces/cli/cli-run.ts';
import {
  chaudiereEnvironments,
  readChaudiereSecrets,
  type ChaudiereEnvironment,
  type ChaudiereSecrets,
} from './features/imports/chaudiere-secrets.ts';
import { notifiers } from './io/notifiers/index.ts';
import { ownersDisk } from './system/owners-disk.ts';

type Call = Parameters<OfflineCommand['run']>[0];

/** A variable that goes to `.env`. */
interface Variable {
  readonly name: string;
  readonly value: string;
}

/** What came of it. No value is in it. */
interface SecretsReport {
  readonly dryRun: boolean;
  readonly path: string;
  readonly added: readonly string[];
  /** There already, as they are. */
  readonly known: readonly string[];
  /** There with another value, which stands. */
  readonly differing: readonly string[];
  readonly unused: readonly string[];
  /** Lines for `egw.yaml`. */
  readonly configuration: readonly string[];
}

interface Options {
  readonly file: string;
  readonly directory: string;
  readonly environment: ChaudiereEnvironment;
  readonly isDryRun: boolean;
}

const usage = 'egw import chaudiere-secrets FILE [--env Prod] [--dry-run] [--data-dir DIR]';
const [mailId, smsId] = ['mail', 'sms'];

/** Puts the secrets of chaudiere into `.env`, and says what to write into the configuration. Never shows one. */
export function runSecretsImport({ argv, json, environment, io }: Call): number {
  const options = optionsOf(argv, environment);
  const text = ownersDisk.readText(options.file);
  if (text === undefined) throw new GatewayError('not_found', `there is no ${options.file}`, { hint: usage });
  const secrets = readChaudiereSecrets(text, options.environment);
  const report = write(variablesOf(secrets), secrets, options);
  io.stdout.write(json ? `${JSON.stringify(report)}\n` : reportText(report));
  return exitCodes.ok;
}

function optionsOf(argv: readonly string[], variables: Call['environment']): Options {
  let given;
  try {
    given = parseArgs({
      args: [...argv],
      options: { env: { type: 'string' }, 'dry-run': { type: 'boolean' }, 'data-dir': { type: 'string' } },
      allowPositionals: true,
    });
  } catch (cause) {
    throw new GatewayError('command_unknown', describeError(cause), { hint: usage, cause });
  }
  const [file, more] = given.positionals;
  if (file === undefined) throw new GatewayError('command_unknown', 'FILE is missing', { hint: usage });
  if (more !== undefined)
    throw new GatewayError('command_unknown', `${JSON.stringify(more)} is too much`, { hint: usage });
  const { env = 'Prod', 'dry-run': isDryRun = false, ...place } = given.values;
  const environment = chaudiereEnvironments.find((name) => name === env);
  if (environment === undefined)
    throw new GatewayError('input_invalid', `there is no environment ${JSON.stringify(env)}`, {
      hint: `--env is one of ${chaudiereEnvironments.join(', ')}`,
    });
  return { file, directory: resolve(dataDirectory(place, variables)), environment, isDryRun };
}

/** By the names that the notifiers look for. Errors: `input_invalid` where whom to write to is no address or number. */
function variablesOf({
  mailPassword,
  smsKey,
  smsSecret,
  addresses,
  phones,
}: ChaudiereSecrets): readonly Variable[] {
  const of = (name: string, value: string | undefined): readonly Variable[] =>
    value === undefined || value === '' ? [] : [{ name, value }];
  return [
    ...of('MAIL_PASSWORD', mailPassword),
    ...of(ownVariable('notifiers', mailId, 'recipients'), recipientsOf('mail', 'USERS_EMAILS', addresses)),
    ...of('NEXMO_API_KEY', smsKey),
    ...of('NEXMO_API_SECRET', smsSecret),
    ...of(ownVariable('notifiers', smsId, 'recipients'), recipientsOf('vonage-sms', 'USERS_PHONES', phones)),
  ];
}

function recipientsOf(kind: string, list: string, recipients: readonly string[]): string {
  const field = notifiers.find(({ id }) => id === kind)?.options['recipients'];
  const pattern = field !== undefined && 'pattern' in field ? field.pattern : undefined;
  const wrong = recipients.findIndex((one) => !new RegExp(pattern ?? '').test(one) || one.includes(','));
  if (wrong < 0) return recipients.join(',');
  throw new GatewayError('input_invalid', `entry ${wrong + 1} of ${list} is nobody that one can write to`, {
    hint: 'addresses such as ann@example.org, and numbers with their country such as +33612345678',
  });
}

/** What is there already stands, so that the same again changes nothing. */
function write(variables: readonly Variable[], secrets: ChaudiereSecrets, options: Options): SecretsReport {
  const path = resolve(options.directory, environmentFileName);
  let text = ownersDisk.readText(path) ?? '';
  const there = new Map(parseDotenv(text).entries.map(({ name, value }) => [name, value]));
  const isThere = ({ name }: Variable): boolean => (there.get(name) ?? '') !== '';
  const added = variables.filter((one) => !isThere(one));
  const known = variables.filter((one) => there.get(one.name) === one.value);
  const differing = variables.filter((one) => isThere(one) && !known.includes(one));
  for (const { name, value } of added) {
    const changed = setInDotenv(text, name, value);
    if (changed === undefined)
      throw new GatewayError('config_invalid', `${name} cannot be added to ${path}`, {
        hint: 'a line before has an open quote: egw config explain names it',
      });
    text = changed;
  }
  if (added.length > 0 && !options.isDryRun) ownersDisk.writeText(path, text, 0o600);
  const names = (some: readonly Variable[]): readonly string[] => some.map(({ name }) => name);
  return {
    ...{ dryRun: options.isDryRun, path, unused: secrets.unused },
    ...{ added: names(added), known: names(known), differing: names(differing) },
    configuration: configurationOf(secrets),
  };
}

/** Its mail server stood in its code: a port for TLS, and whose it was is not known here. */
function configurationOf({
  mailPassword,
  addresses,
  smsKey,
  phones,
  url,
}: ChaudiereSecrets): readonly string[] {
  const hasMail = mailPassword !== undefined || addresses.length > 0;
  const hasSms = smsKey !== undefined || phones.length > 0;
  const link = linkOf(url);
  return [
    ...(hasMail || hasSms ? ['notifiers:'] : []),
    ...(hasMail
      ? [`  - { id: ${mailId}, kind: mail, host: SERVER, security: tls, user: ADDRESS }  # put in both`]
      : []),
    ...(hasSms ? [`  - { id: ${smsId}, kind: vonage-sms }`] : []),
    ...(link === undefined ? [] : ['alerts:', `  link: ${JSON.stringify(link)}  # or where the page is now`]),
  ];
}

/** Of an address with a password in it nothing is shown. */
function linkOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { protocol, username, password, origin } = new URL(url);
  return /^https?:$/.test(protocol) && username === '' && password === '' ? origin : undefined;
}

function reportText({ dryRun, path, added, known, differing, unused, configuration }: SecretsReport): string {
  const line = (names: readonly string[], words: string): readonly string[] =>
    names.length === 0 ? [] : [`${names.join(', ')}: ${words}`];
  const lines = [
    ...line(added, dryRun ? `would be put into ${path}` : `in ${path} now, which only its owner can read`),
    ...line(known, `in ${path} already`),
    ...line(differing, `in ${path} with another value, which stands: remove that line, and come again`),
    ...line(unused, 'not needed here'),
    ...(added.length + known.length + differing.length === 0 ? ['there is nothing in it to take'] : []),
    ...(configuration.length > 0 ? ['', 'write this into egw.yaml:', '', ...configuration, ''] : []),
    ...(dryRun ? ['this was a dry run: nothing was changed'] : []),
  ];
  return `${lines.join('\n')}\n`;
}
