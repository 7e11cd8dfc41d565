import { parseArgs } from 'node:util';
import { nearest, suggestName } from '../../core/nearest.ts';
import type { CliForm, CommandDeclaration } from '../../features/command.ts';
import { jsonSchemaOf, typesOf, type JsonSchema } from '../commands/json-schema.ts';

/** Options that every verb has. */
const globalOptions = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  url: { type: 'string' },
  token: { type: 'string' },
  key: { type: 'string' },
  fingerprint: { type: 'string' },
} as const;

export interface UsageProblem {
  readonly message: string;
  readonly hint: string;
}

/** What follows the verb, still as text. */
export interface VerbArguments {
  readonly flags: ReadonlySet<string>;
  readonly texts: Readonly<Record<string, string>>;
  /** Lists whose items are texts as they are. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
}

/** The longest verb that the words begin with, or the nearest that there is. */
export function findVerb(
  words: readonly string[],
  verbs: readonly string[],
): { verb: string } | UsageProblem {
  for (const length of [3, 2, 1]) {
    const verb = words.slice(0, length).join(' ');
    if (words.length >= length && verbs.includes(verb)) return { verb };
  }
  const typed = words.slice(0, 2).join(' ');
  const group = verbs.filter((verb) => verb.startsWith(`${words[0] ?? ''} `));
  const meant = nearest(typed, verbs) ?? nearest(words[0] ?? '', verbs);
  if (group.length > 0 && meant === undefined) {
    return { message: `${typed} is not a verb`, hint: `there are: ${group.join(', ')}` };
  }
  const hint = meant === undefined ? 'see all verbs with: egw help' : `did you mean: egw ${meant}?`;
  return { message: `${typed} is not a verb`, hint };
}

/** The words and options before any meaning: enough to find the verb. */
export function leadingWords(argv: readonly string[]): readonly string[] {
  return readTokens(argv, globalOptions).places;
}

/** What is this program's own: what stands after `--` may be another's. */
export function ownWords(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end < 0 ? argv : argv.slice(0, end);
}

/** The option's name for an input: `beforeMs` is `--before-ms`. */
export function optionName(input: string): string {
  return input.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A verb and what it takes. */
export interface VerbForm {
  readonly verb: string;
  readonly positionals: readonly string[];
  readonly input: JsonSchema;
  readonly otherWords?: CliForm['otherWords'];
  readonly letters?: CliForm['letters'];
  readonly afterDashes?: CliForm['afterDashes'];
  readonly oneOf?: CliForm['oneOf'];
  readonly wholeTexts?: CliForm['wholeTexts'];
  readonly fromFolder?: CliForm['fromFolder'];
}

/** Where the command line puts a long answer. */
const outputFile: JsonSchema = {
  type: 'string',
  description: 'Into this file, which is there when it is whole; unless said, to the standard output',
};

/** Those that the command line adds to what the command takes. */
function ownOptions({ cli, http }: CommandDeclaration): NonNullable<JsonSchema['properties']> {
  const { formats, ownOptions: own = {} } = cli ?? {};
  return {
    ...Object.fromEntries(
      Object.entries(own).map(([name, description]) => [name, { type: 'string', description }]),
    ),
    ...(http.streams !== undefined && { out: outputFile }),
    ...(formats !== undefined && { format: { type: 'string', enum: formats, default: formats[0] } }),
  };
}

export function verbFormOf(command: CommandDeclaration): VerbForm {
  const { id, cli, input } = command;
  const schema = jsonSchemaOf(input);
  return {
    positionals: [],
    ...cli,
    verb: cli?.verb ?? id,
    input: { ...schema, properties: { ...schema.properties, ...ownOptions(command) } },
  };
}

/** Of the commands that share a verb the one that the options ask for, else the first. */
export function meantCommand(
  argv: readonly string[],
  commands: readonly CommandDeclaration[],
): CommandDeclaration | undefined {
  const asked = commands.find((command) => {
    const { names, options } = optionsOf(verbFormOf(command));
    const given = readTokens(argv, options).given.map(({ name }) => names.get(name) ?? name);
    return command.cli?.isMeantBy?.some((name) => given.includes(name));
  });
  return asked ?? commands[0];
}

/** What follows a verb, against what the verb takes. */
export function readArguments(argv: readonly string[], form: VerbForm): VerbArguments | UsageProblem {
  const known = optionsOf(form);
  const { afterDashes } = form;
  const dashes = afterDashes === undefined ? -1 : argv.indexOf('--');
  const { places, given } = readTokens(dashes < 0 ? argv : argv.slice(0, dashes), known.options);
  const options = readOptions(given, known, form.wholeTexts ?? []);
  if ('message' in options) return options;
  const words = afterDashes === undefined || dashes < 0 ? {} : { [afterDashes]: argv.slice(dashes + 1) };
  const lists = { ...options.lists, ...words };
  const found = placeArguments(form, { ...options, lists }, places.slice(form.verb.split(' ').length));
  return 'message' in found ? found : (choiceProblem(form, found) ?? found);
}

function readOptions(
  given: readonly OptionToken[],
  { names, options }: KnownOptions,
  wholeTexts: readonly string[],
): VerbArguments | UsageProblem {
  const flags = new Set<string>();
  const texts: Record<string, string> = {};
  const lists: Record<string, string[]> = {};
  for (const token of given) {
    const name = names.get(token.name) ?? token.name;
    const isDouble = name in texts || flags.has(name);
    const problem = isDouble ? givenTwice(token.rawName) : optionProblem(token, options);
    if (problem !== undefined) return problem;
    if (token.value === undefined) flags.add(name);
    else if (wholeTexts.includes(name)) (lists[name] ??= []).push(token.value);
    else texts[name] = token.value;
  }
  return { flags, texts, lists };
}

function choiceProblem(
  { oneOf = [], afterDashes, verb }: VerbForm,
  { texts, lists }: VerbArguments,
): UsageProblem | undefined {
  const given = oneOf.filter((name) => name in texts || (lists[name]?.length ?? 0) > 0);
  if (oneOf.length === 0 || given.length === 1) return undefined;
  const ways = oneOf.map((name) => (name === afterDashes ? 'a command after --' : `--${optionName(name)}`));
  const hint = `give one of them: egw help ${verb}`;
  if (given.length === 0) return usage(`${ways.join(' or ')} is missing`, hint);
  return usage(`${ways.join(' and ')} are given both`, hint);
}

interface KnownOptions {
  /** The input that an option is of. */
  readonly names: ReadonlyMap<string, string>;
  readonly options: OptionTypes;
}

function optionsOf(form: VerbForm): KnownOptions {
  const { otherWords = {}, letters = {} } = form;
  const properties = optionProperties(form);
  const names = new Map([
    ...Object.keys(properties).map((name) => [optionName(name), name] as const),
    ...Object.entries(otherWords),
  ]);
  const own = [...names].map(([option, name]) => {
    const letter = letters[name];
    const type = optionType(properties[name] ?? {});
    return [option, { type, ...(letter !== undefined && option === optionName(name) && { short: letter }) }];
  });
  return { names, options: { ...(Object.fromEntries(own) as OptionTypes), ...globalOptions } };
}

/** What stands after `--` has no option, nor has the folder that the caller is in. */
export function optionProperties(form: VerbForm): NonNullable<JsonSchema['properties']> {
  const { input, afterDashes, fromFolder } = form;
  const all = Object.entries(input.properties ?? {});
  return Object.fromEntries(all.filter(([name]) => name !== afterDashes && name !== fromFolder?.unlessGiven));
}

/** No option is a digit: `-1500` is a value, where an option's own is not expected. */
const negativeNumber = /^-\.?\d/;

function readTokens(
  argv: readonly string[],
  options: OptionTypes,
): { readonly places: readonly string[]; readonly given: readonly OptionToken[] } {
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  const places = new Map<number, string>();
  const given: OptionToken[] = [];
  for (const token of tokens) {
    const text = argv[token.index] ?? '';
    if (token.kind === 'positional') places.set(token.index, token.value);
    // Read as a bundle of options, one a character; all are at the same place.
    else if (token.kind === 'option' && negativeNumber.test(text)) places.set(token.index, text);
    else if (token.kind === 'option') given.push(token);
  }
  return { places: [...places.values()], given };
}

function placeArguments(
  form: VerbForm,
  given: VerbArguments,
  places: readonly string[],
): VerbArguments | UsageProblem {
  const texts = { ...given.texts };
  for (const [index, text] of places.entries()) {
    const name = form.positionals[index];
    if (name === undefined) return tooMany(text, form);
    if (name in texts) return usage(`${name} is given twice`, usageLine(form));
    texts[name] = text;
  }
  const missing = (form.input.required ?? []).find((name) => !(name in texts) && isNeeded(form, name));
  if (missing === undefined) return { ...given, texts };
  const label = form.positionals.includes(missing) ? missing.toUpperCase() : `--${optionName(missing)}`;
  return usage(`${label} is missing`, usageLine(form));
}

function tooMany(text: string, form: VerbForm): UsageProblem {
  const hint = form.afterDashes === undefined ? usageLine(form) : 'what is to be run stands after --';
  return usage(`${text} is one argument too many`, hint);
}

/** `egw token remove ID`, for hints and the help. */
export function usageLine(form: VerbForm): string {
  const { verb, positionals, input, afterDashes } = form;
  const rest = afterDashes === undefined ? [] : ['-- COMMAND [ARGUMENTS]'];
  const places = positionals.map((name) =>
    isNeeded(form, name) ? name.toUpperCase() : `[${name.toUpperCase()}]`,
  );
  const options = Object.keys(input.properties ?? {})
    .filter((name) => !positionals.includes(name) && isNeeded(form, name))
    .map((name) => `--${optionName(name)} ${name.toUpperCase()}`);
  return ['egw', verb, ...places, ...options, ...rest].join(' ');
}

function isNeeded({ input }: VerbForm, name: string): boolean {
  return input.required?.includes(name) === true && input.properties?.[name]?.default === undefined;
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
}

type OptionTypes = Readonly<Record<string, { readonly type: 'boolean' | 'string'; readonly short?: string }>>;

function optionProblem(token: OptionToken, options: OptionTypes): UsageProblem | undefined {
  const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
  if (option === undefined) {
    const known = Object.keys(options).map((name) => `--${name}`);
    return usage(`there is no option ${token.rawName}`, suggestName(token.rawName, known));
  }
  const isFlag = option.type === 'boolean';
  if (isFlag && token.value !== undefined)
    return usage(`${token.rawName} takes no value`, `write ${token.rawName} alone`);
  if (!isFlag && (token.value === undefined || token.value === '')) {
    return usage(`${token.rawName} needs a value`, `write ${token.rawName} VALUE`);
  }
  return undefined;
}

function givenTwice(option: string): UsageProblem {
  return usage(`${option} is given twice`, 'give it once; lists are separated by commas');
}

function optionType(schema: JsonSchema): 'boolean' | 'string' {
  return typesOf(schema).includes('boolean') ? 'boolean' : 'string';
}

function usage(message: string, hint: string): UsageProblem {
  return { message, hint };
}
