type Plain = Readonly<Record<string, unknown>>;

const namePattern = /^[-_'\p{L}\p{N}]{1,32}$/u;
const commandsMax = 100;
const listMax = 25;
const optionTypes = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
const locales = new Set(['fr', 'en-US', 'en-GB', 'de', 'es-ES', 'it', 'nl']);

/** What Discord finds wrong with the commands of a guild (Application Commands, "structure"); empty when all is well. */
export function commandProblems(body: unknown): readonly string[] {
  if (!Array.isArray(body)) return ['a list is expected'];
  const problems = body.flatMap((one, index) => problemsOfCommand(one as Plain, String(index)));
  const names = body.map((one) => (one as Plain)['name']);
  if (names.length > commandsMax) problems.push('30032: too many commands');
  if (new Set(names).size < names.length) problems.push('APPLICATION_COMMANDS_DUPLICATE_NAME');
  return problems;
}

function problemsOfCommand(command: Plain, path: string): readonly string[] {
  const { type, contexts, options } = command;
  return [
    ...problemsOfWords(command, path),
    ...(type === 1 ? [] : [`${path}.type`]),
    ...(contexts === undefined || isContexts(contexts) ? [] : [`${path}.contexts`]),
    ...problemsOfOptions(options, `${path}.options`),
  ];
}

function isContexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => one === 0 || one === 1 || one === 2);
}

function problemsOfOptions(value: unknown, path: string): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > listMax) return [path];
  const options = value as readonly Plain[];
  const firstFree = options.findIndex((one) => one['required'] !== true);
  const isLate = firstFree >= 0 && options.slice(firstFree).some((one) => one['required'] === true);
  const names = options.map((one) => one['name']);
  return [
    ...(isLate ? [`${path}: APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID`] : []),
    ...(new Set(names).size < names.length ? [`${path}: APPLICATION_COMMAND_OPTIONS_NAME_INVALID`] : []),
    ...options.flatMap((one, index) => problemsOfOption(one, `${path}.${index}`)),
  ];
}

function problemsOfOption(option: Plain, path: string): readonly string[] {
  const { type, choices, max_length: lengthMax, min_value: min } = option;
  return [
    ...problemsOfWords(option, path),
    ...(optionTypes.has(type as number) ? [] : [`${path}.type`]),
    ...(lengthMax === undefined || (type === 3 && Number(lengthMax) >= 1 && Number(lengthMax) <= 6_000)
      ? []
      : [`${path}.max_length`]),
    ...(min === undefined || type === 4 || type === 10 ? [] : [`${path}.min_value`]),
    ...problemsOfChoices(choices, `${path}.choices`),
  ];
}

function problemsOfChoices(choices: unknown, path: string): readonly string[] {
  if (choices === undefined) return [];
  if (!Array.isArray(choices) || choices.length > listMax) return [path];
  return (choices as readonly Plain[]).flatMap(({ name, value, name_localizations: names }, index) => [
    ...(isText(name, 100) && isText(value, 100) ? [] : [`${path}.${index}`]),
    ...(areLocalized(names, 100) ? [] : [`${path}.${index}.name_localizations`]),
  ]);
}

function problemsOfWords(one: Plain, path: string): readonly string[] {
  const { name, description, description_localizations: described } = one;
  const isNameGood = typeof name === 'string' && namePattern.test(name) && name === name.toLowerCase();
  return [
    ...(!isNameGood ? [`${path}.name: APPLICATION_COMMAND_INVALID_NAME`] : []),
    ...(isText(description, 100) ? [] : [`${path}.description: BASE_TYPE_BAD_LENGTH`]),
    ...(areLocalized(described, 100) ? [] : [`${path}.description_localizations`]),
  ];
}

function areLocalized(value: unknown, lengthMax: number): boolean {
  if (value === undefined || value === null) return true;
  return Object.entries(value).every(([locale, text]) => locales.has(locale) && isText(text, lengthMax));
}

function isText(value: unknown, lengthMax: number): boolean {
  return typeof value === 'string' && value.length >= 1 && value.length <= lengthMax;
}
