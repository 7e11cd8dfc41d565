import type { CommandDeclaration } from '../../features/command.ts';
import { typesOf, type JsonSchema } from '../commands/json-schema.ts';
import type { OfflineCommand } from './cli-run.ts';
import { formatValue } from './format-value.ts';
import { optionName, optionProperties, usageLine, verbFormOf } from './command-line.ts';

/** The verbs that are not commands of a running gateway. */
export const ownVerbs = [
  { verb: 'start', summary: 'Run the gateway until it is stopped' },
  { verb: 'watch', summary: 'Follow the readings live, until Ctrl-C: all, or those of egw watch DEVICE' },
  { verb: 'help', summary: 'This list, or what follows it: egw help token create' },
  { verb: 'version', summary: 'The version of this program' },
] as const;

const everywhere = [
  ['--json', 'Answer as JSON'],
  ['--url URL', 'A gateway elsewhere (EGW_URL); without it, the one in EGW_DATA_DIR on this machine'],
  ['--token TOKEN', 'For --url; better in EGW_TOKEN, where other users do not see it'],
  ['--key FILE', 'For --url, instead of a token: signs each request (EGW_KEY); egw key new makes one'],
  [
    '--fingerprint SHA256',
    'For https://: of the certificate, which then nobody else has to vouch for (EGW_FINGERPRINT)',
  ],
  ['--help', 'What this verb does'],
] as const;

/** The whole list. */
export function overview(
  commands: readonly CommandDeclaration[],
  offline: readonly OfflineCommand[],
): string {
  const verbs = commands.flatMap(({ cli, summary }) =>
    cli === undefined ? [] : [[cli.verb, summary] as const],
  );
  const others = [...ownVerbs, ...offline].map(({ verb, summary }) => [verb, summary] as const);
  return `eGW, the energy gateway\n\nusage: egw VERB [options]\n\n${columns([...others, ...verbs])}\n${columns(everywhere)}`;
}

/** One command: how to write it, and what each option means. */
export function commandHelp(command: CommandDeclaration): string {
  const form = verbFormOf(command);
  const { positionals } = form;
  const options = Object.entries(optionProperties(form)).map(([name, schema]) => {
    const letter = form.letters?.[name] === undefined ? '' : `-${form.letters[name]}, `;
    const label = positionals.includes(name) ? name.toUpperCase() : `${letter}${optionLabel(name, schema)}`;
    return [label, describe(schema, command.cli?.defaults?.[name])] as const;
  });
  const others = Object.entries(form.otherWords ?? {}).map(
    ([word, name]) => [`--${word} ${word.toUpperCase()}`, `Another word for --${optionName(name)}`] as const,
  );
  const rows = columns([...options, ...others, ...everywhere]);
  return `${command.summary}\n\nusage: ${usageLine(form)} [options]\n\n${rows}`;
}

/** A verb without declared inputs. `usage` is that of one that asks no gateway, so that none can be named. */
export function plainHelp(verb: string, summary: string, usage?: string): string {
  const options =
    usage === undefined
      ? everywhere
      : everywhere.filter(([label]) => !/url|token|key|fingerprint/i.test(label));
  return `${summary}\n\nusage: ${['egw', verb, usage].filter(Boolean).join(' ')} [options]\n\n${columns(options)}`;
}

function optionLabel(name: string, schema: JsonSchema): string {
  const option = `--${optionName(name)}`;
  return typesOf(schema).includes('boolean') ? option : `${option} ${name.toUpperCase()}`;
}

function describe(schema: JsonSchema, verbDefault: string | undefined): string {
  const fallback = verbDefault ?? schema.default;
  const text = schema.description ?? schema.enum?.join(', ') ?? '';
  return fallback === undefined ? text : `${text} (unless said: ${formatValue(fallback)})`;
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
}
