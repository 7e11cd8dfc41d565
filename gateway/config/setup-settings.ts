import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describeError, errorCodeOf, GatewayError } from '../core/errors.ts';
import type { OptionValues } from '../core/option-field.ts';
import { periodText } from '../core/reading-period.ts';
import type { SourceConfig } from './config.ts';
import { parseDotenv, setInDotenv } from './dotenv.ts';
import { environmentFileName, type EnvironmentDisk } from './environment-file.ts';
import { interpretConfig, type ConfigInputs, type LoadedConfig } from './interpret.ts';
import { configPath } from './load-config.ts';
import { describeOrigin, type Origin } from './origin.ts';
import type { Environment } from './overrides.ts';
import { valueAt, type ConfigPath } from './path.ts';
import type { CompiledSchemas } from './validate.ts';

/** A variable that is asked for, and the option of a source that it gives. */
export interface AskedVariable {
  readonly variable: string;
  readonly aliases?: readonly string[];
  readonly option?: { readonly kind: string; readonly name: string };
}

/** Whole files, for their owner only. */
export interface SettingsDisk extends EnvironmentDisk {
  writeText(path: string, text: string): void;
  remove(path: string): void;
}

export interface SetupSettingsParts {
  readonly disk: SettingsDisk;
  readonly directory: string;
  /** Where the wizard was started: another program's `.env` may lie there. */
  readonly workingDirectory: string;
  /** The process's own. */
  readonly environment: Environment;
  /** As the gateway will have them at its start, with the file as it is now. */
  inputs(directory: string): ConfigInputs;
  /** Errors: `config_invalid` for what only the kind itself can say of its options. */
  openSource(kind: string, options: OptionValues): void;
}

interface Usable {
  readonly loaded: LoadedConfig | undefined;
  /** Why it is without the file. */
  readonly complaint: string | undefined;
}

/** What makes a source of each kind, so that one option of it can be checked by itself. */
const standIns: Environment = {
  ENERGY_API_URL: '192.168.1.2',
  OPENWEATHER_API_KEY: 'key',
  LATITUDE: '0',
  LONGITUDE: '0',
  EVOHOME_USERNAME: 'somebody',
  EVOHOME_PASSWORD: 'something',
};

/** The `.env` of a data directory, as `egw setup` reads, checks and writes it. */
export class SetupSettings {
  readonly #parts: SetupSettingsParts;
  readonly #asked: readonly AskedVariable[];
  /** By all that it was made of: a question seldom changes anything for the next. */
  readonly #interpreted = new Map<string, Promise<Usable>>();
  readonly #compiledSchemas: CompiledSchemas = new Map();
  #directory: string;

  constructor(parts: SetupSettingsParts, asked: readonly AskedVariable[]) {
    this.#parts = parts;
    this.#asked = asked;
    this.#directory = resolve(parts.directory);
  }

  get directory(): string {
    return this.#directory;
  }

  get path(): string {
    return join(this.#directory, environmentFileName);
  }

  /** What keeps the configuration file from being heeded; undefined when nothing does. */
  async complaint(): Promise<string | undefined> {
    return (await this.#interpret(this.#inputs())).complaint;
  }

  async look(asked: AskedVariable): Promise<{
    readonly text: string | undefined;
    readonly isTakenOver: boolean;
    readonly overruledBy: string | undefined;
  }> {
    const { environment, workingDirectory } = this.#parts;
    if (asked.variable === 'DATA_DIR')
      return { text: this.#directory, isTakenOver: false, overruledBy: undefined };
    const [own, process] = [firstOf(this.#values(this.path), asked), firstOf(environment, asked)];
    const { text: inForce, origin } = await this.#inForce(asked);
    const text = own ?? process ?? inForce;
    const overruledBy = origin === undefined || isAnswer(origin, asked) ? undefined : describeOrigin(origin);
    const foreignPath = join(resolve(workingDirectory), environmentFileName);
    const isFirst = own === undefined && process === undefined && overruledBy === undefined;
    const foreign =
      isFirst && foreignPath !== this.path ? firstOf(this.#values(foreignPath), asked) : undefined;
    return { text: foreign ?? text, isTakenOver: foreign !== undefined, overruledBy };
  }

  async check(asked: AskedVariable, text: string): Promise<string | undefined> {
    if (/\p{Cc}/u.test(text)) return 'holds a character that cannot be typed (type it anew)';
    if (asked.variable === 'DATA_DIR') return this.#checkDirectory(text);
    if (asked.variable === 'SEPARATE_DBS')
      return /^(true|false)$/i.test(text) ? undefined : 'must be true or false (false is usual)';
    const environment = { ...standIns, [asked.variable]: text };
    const { loaded } = await interpretConfig(undefined, '', {
      ...this.#inputs(),
      environment,
      environmentFile: undefined,
      commandLine: {},
      addedDevices: [],
    });
    const problem = loaded?.quarantinedSources.flatMap(({ problems }) => problems)[0];
    if (problem !== undefined) return `${problem.message} (${problem.hint})`;
    return this.#checkOpening(loaded?.config.sources.find(({ kind }) => kind === asked.option?.kind));
  }

  write(variable: string, text: string): { readonly before: string; readonly note?: string } {
    if (variable === 'DATA_DIR') return this.#moveTo(text);
    const { disk } = this.#parts;
    const old = disk.readText(this.path);
    const before = this.#values(this.path)[variable] ?? '';
    const value = variable === 'SEPARATE_DBS' ? text.toLowerCase() : text;
    if (value === before) return { before };
    const changed = setInDotenv(old ?? '', variable, value);
    if (changed === undefined)
      throw new GatewayError(
        'config_invalid',
        `${variable} cannot be added to ${this.path}: a line before has an open quote`,
        {
          hint: 'egw config explain names the line; correct it, and come again',
        },
      );
    const mode = disk.modeOf(this.path) ?? 0o600;
    disk.writeText(this.path, changed);
    const isWider = old !== undefined && (mode & 0o077) !== 0;
    return { before, ...(isWider && { note: `${this.path} could be read by others; now only you can.` }) };
  }

  /** The source of this kind that the gateway will read, with what was answered so far; undefined when there is none. */
  async sourceOf(
    kind: string,
    more: Environment = {},
  ): Promise<{ readonly source: SourceConfig; readonly config: LoadedConfig['config'] } | undefined> {
    const loaded = await this.#load(more);
    const source = loaded?.config.sources.find(
      (one) => one.kind === kind && one.enabled && one.missingSecrets.length === 0,
    );
    return source === undefined || loaded === undefined ? undefined : { source, config: loaded.config };
  }

  /** The ids of all sources that are known, and of those that will be read. */
  async sourceIds(): Promise<{ readonly known: readonly string[]; readonly read: readonly string[] }> {
    const loaded = await this.#load({});
    const sources = valueAt(loaded?.effective, ['sources']);
    const known = Array.isArray(sources) ? sources.map((one) => valueAt(one, ['id'])) : [];
    const read = (loaded?.config.sources ?? []).filter(
      ({ enabled, missingSecrets }) => enabled && missingSecrets.length === 0,
    );
    return { known: known.filter((id) => typeof id === 'string'), read: read.map(({ id }) => id) };
  }

  #inputs(): ConfigInputs {
    return { ...this.#parts.inputs(this.#directory), compiledSchemas: this.#compiledSchemas };
  }

  /** Answers win over the process's variables: they are what is tried. Without the file where it cannot be used. */
  async #load(more: Environment): Promise<LoadedConfig | undefined> {
    const inputs = this.#inputs();
    const answers = this.#values(this.path);
    const answered = Object.fromEntries(
      this.#asked
        .flatMap((asked) => namesOf(asked).map((name) => [name, answers[name]]))
        .filter(([, text]) => text !== undefined && text !== ''),
    ) as Environment;
    const missing = Object.entries(more).filter(([name]) => (inputs.environment[name] ?? '') === '');
    const environment = { ...inputs.environment, ...Object.fromEntries(missing), ...answered };
    return (await this.#interpret({ ...inputs, environment })).loaded;
  }

  async #interpret(inputs: ConfigInputs): Promise<Usable> {
    const file = configPath(inputs.commandLine, inputs.environment);
    let text: string | undefined;
    try {
      text = this.#parts.disk.readText(file);
    } catch (error) {
      if (errorCodeOf(error) === undefined) throw error;
      return { ...(await usable(undefined, file, inputs)), complaint: `${describeError(error)}.` };
    }
    const key = JSON.stringify([file, text, inputs.environment]);
    const known = this.#interpreted.get(key) ?? usable(text, file, inputs);
    this.#interpreted.set(key, known);
    return await known;
  }

  /** What the gateway would go by now, and since when; its own default where nobody says. */
  async #inForce({
    option,
  }: AskedVariable): Promise<{ readonly text: string | undefined; readonly origin: Origin | undefined }> {
    if (option === undefined) return { text: undefined, origin: undefined };
    const inputs = this.#inputs();
    const { loaded } = await this.#interpret(inputs);
    const sources = valueAt(loaded?.effective, ['sources']);
    const index = Array.isArray(sources)
      ? sources.findIndex((one) => valueAt(one, ['kind']) === option.kind)
      : -1;
    if (loaded === undefined || index === -1) return { text: usual(inputs, option), origin: undefined };
    const path: ConfigPath = ['sources', index, option.name];
    const value = valueAt(loaded.effective, path);
    const isGiven = typeof value === 'string' || typeof value === 'number';
    return { text: isGiven ? String(value) : undefined, origin: loaded.sources.originOf(path) };
  }

  #checkOpening(source: SourceConfig | undefined): string | undefined {
    if (source === undefined) return undefined;
    try {
      this.#parts.openSource(source.kind, source.options);
      return undefined;
    } catch (error) {
      if (errorCodeOf(error) === undefined) throw error;
      return `is not accepted: ${describeError(error)}`;
    }
  }

  #checkDirectory(text: string): string | undefined {
    const directory = directoryOf(text);
    if (directory === this.#directory) return undefined;
    try {
      const path = join(directory, environmentFileName);
      if (this.#parts.disk.readText(path) !== undefined)
        return `has a .env already (to change that one: egw setup --data-dir ${directory})`;
      this.#parts.disk.writeText(path, '');
      this.#parts.disk.remove(path);
      return undefined;
    } catch (error) {
      if (errorCodeOf(error) === undefined) throw error;
      return `cannot be used: ${describeError(error)}`;
    }
  }

  /** The file goes where the data will be, since it is looked for there. */
  #moveTo(text: string): { readonly before: string; readonly note?: string } {
    const before = this.#directory;
    const directory = text === '' ? before : directoryOf(text);
    const { disk } = this.#parts;
    const old = this.path;
    const content = disk.readText(old) ?? '';
    const path = join(directory, environmentFileName);
    disk.writeText(path, setInDotenv(content, 'DATA_DIR', directory) ?? content);
    this.#directory = directory;
    if (directory === before) return { before };
    disk.remove(old);
    const note = `The answers are in ${path} now. Whatever else is in ${before}, such as a history or egw.yaml, stays there.`;
    return { before, note };
  }

  /** Nothing where the file cannot be read: writing to it will say why. */
  #values(path: string): Readonly<Record<string, string>> {
    try {
      const text = this.#parts.disk.readText(path) ?? '';
      return Object.fromEntries(parseDotenv(text).entries.map(({ name, value }) => [name, value]));
    } catch (error) {
      if (errorCodeOf(error) === undefined) throw error;
      return {};
    }
  }
}

/** Without the file where it has problems. */
async function usable(text: string | undefined, file: string, inputs: ConfigInputs): Promise<Usable> {
  const { loaded, problems } = await interpretConfig(text, file, inputs);
  if (loaded !== undefined) return { loaded, complaint: undefined };
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  const complaint = `${file} has ${count}, and is not heeded here; egw config check names them.`;
  return { loaded: (await interpretConfig(undefined, file, inputs)).loaded, complaint };
}

function namesOf({ variable, aliases = [] }: AskedVariable): readonly string[] {
  return [variable, ...aliases];
}

function firstOf(values: Environment, asked: AskedVariable): string | undefined {
  return namesOf(asked)
    .map((name) => values[name])
    .find((text) => text !== undefined && text !== '');
}

/** Whether a value comes from where the answer would stand, or from nowhere. */
function isAnswer(origin: Origin, asked: AskedVariable): boolean {
  if (origin.kind === 'default') return true;
  return origin.kind === 'environment_file' && namesOf(asked).includes(origin.variable);
}

function usual(
  { kinds }: ConfigInputs,
  { kind, name }: { readonly kind: string; readonly name: string },
): string | undefined {
  const pace = kinds.sources.find(({ id }) => id === kind)?.pace;
  return name === 'period' && pace !== undefined ? periodText(pace.periodMs) : undefined;
}

function directoryOf(text: string): string {
  return resolve(text.replace(/^~(?=\/|$)/, homedir()));
}
