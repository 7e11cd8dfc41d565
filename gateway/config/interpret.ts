import { usualSerialSettings } from '../core/serial-lines.ts';
import { assembleSchema } from './assemble-schema.ts';
import type { JsonSchema } from './assemble-schema.ts';
import { baseSections } from './base-sections.ts';
import { buildConfig } from './build-config.ts';
import type { Config } from './config.ts';
import { checkDevices } from './device-checks.ts';
import type { EnvironmentFile } from './environment-file.ts';
import { placeEnvironment, type PlacedValue } from './environment-items.ts';
import { secretPaths, secretsIn, type IsSecretPath } from './item-secrets.ts';
import { checkItems } from './kind-checks.ts';
import { kindSection, kindSectionKeys, type ItemKinds } from './kind-section.ts';
import { deviceSection } from './device-section.ts';
import type { DeviceRules } from './device-section.ts';
import { describeOrigin } from './origin.ts';
import type { ConfigSources, Origin } from './origin.ts';
import { applyOverrides, processOverrides, storedOverrides } from './overrides.ts';
import type { CommandLine, Environment, Override, StoredSettings } from './overrides.ts';
import { isMap } from '../core/is-map.ts';
import { formatPath, settingPath, valueAt } from './path.ts';
import type { ConfigPath } from './path.ts';
import { isOfItem, partedIndex, withoutBadItems } from './parted-lists.ts';
import type { ConfigProblem } from './problem.ts';
import { checkProfiles, profileIdsOf } from './profile-checks.ts';
import { profileSection } from './profile-section.ts';
import {
  groupByIndex,
  indexIn,
  quarantine,
  type QuarantinedDevice,
  type QuarantinedItem,
  type QuarantinedProfile,
} from './quarantined-items.ts';
import { redacted } from './redact.ts';
import { resolveReferences } from './references.ts';
import type { ResolvedReferences } from './references.ts';
import { checkOwnSections, checkSections } from './section-checks.ts';
import type { ConfigSection } from './section.ts';
import { createValidate } from './validate.ts';
import type { CompiledSchemas, ProblemPlaces } from './validate.ts';
import { findWarnings } from './warnings.ts';
import { parseYaml } from './yaml-source.ts';
import type { YamlSource } from './yaml-source.ts';

/** Everything besides the file that makes a configuration. */
export interface ConfigInputs {
  /** Sections of the features; the base sections and `devices` are always there. */
  readonly sections: readonly ConfigSection[];
  readonly deviceRules: DeviceRules;
  /** The sources, sinks, uplinks, notifiers and switches that are built in. */
  readonly kinds: ItemKinds;
  readonly environment: Environment;
  /** The file that some of it is from. */
  readonly environmentFile?: EnvironmentFile | undefined;
  readonly commandLine: CommandLine;
  readonly storedSettings: StoredSettings;
  /** Devices that were added from a face, in the form of the file: they follow those of the file. */
  readonly addedDevices: readonly unknown[];
  /** For who interprets often. */
  readonly compiledSchemas?: CompiledSchemas;
  /** The zone of the machine, where the file names none. */
  readonly systemZone: string;
}

/** A configuration that can run. */
export interface LoadedConfig {
  readonly config: Config;
  readonly quarantined: readonly QuarantinedDevice[];
  readonly quarantinedProfiles: readonly QuarantinedProfile[];
  readonly quarantinedSources: readonly QuarantinedItem[];
  readonly quarantinedSinks: readonly QuarantinedItem[];
  readonly quarantinedUplinks: readonly QuarantinedItem[];
  readonly quarantinedNotifiers: readonly QuarantinedItem[];
  readonly quarantinedSwitches: readonly QuarantinedItem[];
  /** Of items in the lists of features that are left out. */
  readonly leftOut: readonly ConfigProblem[];
  readonly sources: ConfigSources;
  /** Loud lines for people: what is dangerous, ignored, or will not work now. */
  readonly warnings: readonly string[];
  /** The merged tree with defaults and all devices, as it was written: for `explain` and `show`. */
  readonly effective: Readonly<Record<string, unknown>>;
  /** What stood in the file where a value was taken from the environment, by JSON of the path. */
  readonly references: ReadonlyMap<string, string>;
  /** Values that must never be shown, to make the log's redaction from. */
  readonly secrets: ReadonlySet<string>;
  readonly isSecret: IsSecretPath;
}

/** Either a configuration, or everything that keeps it from being one. */
export type Interpretation =
  | { readonly loaded: LoadedConfig; readonly problems?: never }
  | { readonly loaded?: never; readonly problems: readonly ConfigProblem[] };

/** The schema of the file as this build understands it. */
export function configSchema(inputs: Pick<ConfigInputs, 'sections' | 'deviceRules' | 'kinds'>): JsonSchema {
  return assembleSchema([
    ...baseSections,
    profileSection,
    deviceSection(inputs.deviceRules),
    ...kindSectionKeys.map((key) => kindSection(key, inputs.kinds[key])),
    ...inputs.sections,
  ]);
}

/** Makes a configuration of a file's text; undefined text is no file. Reads nothing else and never throws. */
export async function interpretConfig(
  text: string | undefined,
  file: string,
  inputs: ConfigInputs,
): Promise<Interpretation> {
  const yaml = await parseYaml(text ?? '');
  if (yaml.problems.some(({ path }) => path.length === 0)) return { problems: yaml.problems };
  const references = resolveReferences(yaml.value ?? {}, inputs.environment, (path) => yaml.lineOf(path));
  if (!isMap(references.value)) {
    return {
      problems: [
        {
          path: [],
          where: 'line 1',
          message: 'must be a map of sections',
          hint: 'start with a key such as devices:',
        },
      ],
    };
  }
  const rules = rulesWithProfiles(inputs.deviceRules, references.value);
  const schema = configSchema({ ...inputs, deviceRules: rules });
  const validate = await createValidate(schema, inputs.compiledSchemas);
  const fileTree = withoutEmpty(references.value, schema);
  const process = processOverrides(inputs.commandLine, inputs.environment);
  const keys = ['site', 'log', ...inputs.sections.map(({ key }) => key)];
  const placeable = { kinds: inputs.kinds, sections: new Set(keys) };
  const attempt = (stored: readonly Override[]): Attempt => {
    // What the process was started with comes last, and so stays, also within a section that is stored as a whole.
    const overrides = [...stored, ...process];
    const root = withAdded(structuredClone(fileTree), inputs.addedDevices);
    applyOverrides(root, overrides);
    const placed = placeEnvironment(root, placeable, inputs.environment);
    const { environmentFile } = inputs;
    const sources = createSources({ overrides, placed, fileTree, file, yaml, environmentFile });
    const places = createPlaces(sources, secretPaths(inputs), { yaml, references });
    const found = [...validate(root, places), ...checkSections(root, places)];
    const own = checkOwnSections(root, { sections: inputs.sections, found }, places);
    return { root, placed, sources, places, problems: [...found, ...own] };
  };
  const stored = storedOverrides(inputs.storedSettings, fileTree, process);
  const usable = stored.filter(({ setting }) => !blames(attempt(stored).problems, setting));
  const dropped = stored.filter((override) => !usable.includes(override));
  return conclude({ attempt: attempt(usable), inputs, yaml, references, dropped });
}

interface Attempt {
  readonly root: Record<string, unknown>;
  readonly placed: readonly PlacedValue[];
  readonly sources: ConfigSources;
  readonly places: ProblemPlaces;
  readonly problems: readonly ConfigProblem[];
}

interface Conclusion {
  readonly attempt: Attempt;
  readonly inputs: ConfigInputs;
  readonly yaml: YamlSource;
  readonly references: ResolvedReferences;
  /** Stored settings that this build refuses: they are passed over, because no file can correct them. */
  readonly dropped: readonly Override[];
}

function conclude({ attempt, inputs, yaml, references, dropped }: Conclusion): Interpretation {
  const { root, placed, sources, places } = attempt;
  const { kinds } = inputs;
  const rules = rulesWithProfiles(inputs.deviceRules, root);
  const found = [...yaml.problems, ...references.problems, ...attempt.problems];
  const refused = new Set(
    found.map(({ path }) => indexIn('profiles', path)).filter((at) => at !== undefined),
  );
  const profileProblems = checkProfiles(root, inputs.deviceRules.drivers, refused, places);
  const quarantinedProfiles = groupByIndex('profiles', [...found, ...profileProblems]);
  const devices = checkDevices(root, rules, places);
  const orphans = devicesWithout(root, quarantinedProfiles, places);
  const problems = [
    ...found,
    ...profileProblems,
    ...devices.problems,
    ...orphans,
    ...checkItems(root, kinds, places),
  ];
  const { sections } = inputs;
  if (problems.some(({ path }) => !isOfItem(sections, path))) return { problems };
  const leftOut = problems.filter(({ path }) => partedIndex(sections, path) !== undefined);
  const quarantined = quarantine(root, 'devices', problems);
  const quarantinedSources = quarantine(root, 'sources', problems);
  const quarantinedSinks = quarantine(root, 'sinks', problems);
  const quarantinedUplinks = quarantine(root, 'uplinks', problems);
  const quarantinedNotifiers = quarantine(root, 'notifiers', problems);
  const quarantinedSwitches = quarantine(root, 'switches', problems);
  root['site'] = { zone: inputs.systemZone, ...(root['site'] as object) };
  const built = buildConfig(root, {
    quarantined: new Set(quarantined.map(({ index }) => index)),
    quarantinedProfiles: new Set(quarantinedProfiles.map(({ index }) => index)),
    kinds,
    quarantinedSources: new Set(quarantinedSources.map(({ index }) => index)),
    quarantinedSinks: new Set(quarantinedSinks.map(({ index }) => index)),
    quarantinedUplinks: new Set(quarantinedUplinks.map(({ index }) => index)),
    quarantinedNotifiers: new Set(quarantinedNotifiers.map(({ index }) => index)),
    quarantinedSwitches: new Set(quarantinedSwitches.map(({ index }) => index)),
    features: sections.map(({ key }) => key),
    serialLineOf: rules.serialLineOf,
  });
  const config = { ...built, features: withoutBadItems(built.features, sections, leftOut) };
  const warnings = [
    ...(inputs.environmentFile?.warnings ?? []),
    ...findWarnings(config, inputs.environment, dropped),
    ...sections.flatMap(({ key, warnings: own }) => own?.(config.features[key]) ?? []),
    ...devices.warnings,
  ];
  const isSecret = secretPaths(inputs);
  const hidden = placed.filter(({ path }) => isSecret(path)).map(referenceOf);
  return {
    loaded: {
      config,
      quarantined,
      quarantinedProfiles,
      quarantinedSources,
      quarantinedSinks,
      quarantinedUplinks,
      quarantinedNotifiers,
      quarantinedSwitches,
      leftOut,
      sources,
      warnings,
      effective: root,
      references: new Map([...references.texts, ...hidden]),
      secrets: new Set([...references.secrets, ...secretsIn(root, inputs)]),
      isSecret,
    },
  };
}

/** A secret of the environment as it would stand in the file. */
function referenceOf({ path, variable }: PlacedValue): readonly [string, string] {
  return [JSON.stringify(path), `\${env:${variable}}`];
}

/** With the drivers that the file itself describes. */
function rulesWithProfiles(rules: DeviceRules, tree: unknown): DeviceRules {
  const profiles = valueAt(tree, ['profiles']);
  return {
    ...rules,
    drivers: [...new Set([...rules.drivers, ...profileIdsOf(tree)])],
    serialLineOf: (driver) => {
      const index = Array.isArray(profiles)
        ? profiles.findIndex((one) => valueAt(one, ['id']) === driver)
        : -1;
      const line = valueAt(profiles, [index, 'serialLine']);
      return isMap(line) ? { ...usualSerialSettings, ...line } : rules.serialLineOf(driver);
    },
  };
}

/** Devices whose profile cannot be used. */
function devicesWithout(
  root: unknown,
  profiles: readonly QuarantinedProfile[],
  places: ProblemPlaces,
): readonly ConfigProblem[] {
  const devices = valueAt(root, ['devices']);
  if (!Array.isArray(devices)) return [];
  const unusable = new Map(profiles.map(({ index }) => [valueAt(root, ['profiles', index, 'id']), index]));
  return devices.flatMap((device, index) => {
    const profile = unusable.get(valueAt(device, ['driver']));
    if (profile === undefined) return [];
    const path = ['devices', index, 'driver'];
    const message = `names profiles[${profile}], which has problems of its own`;
    return [{ path, where: places.where(path), message, hint: 'correct the profile' }];
  });
}

function blames(problems: readonly ConfigProblem[], setting: string): boolean {
  return problems.some(({ path }) => {
    const name = formatPath(path);
    return name === setting || setting.startsWith(`${name}.`);
  });
}

/** A key with nothing behind it is the same as no key: people comment out all that was in a section. */
function withoutEmpty(tree: Record<string, unknown>, schema: unknown): Record<string, unknown> {
  const entries = Object.entries(tree).flatMap(([key, value]): [string, unknown][] => {
    const inner = valueAt(schema, ['properties', key]);
    if (inner === undefined || value === undefined) return [[key, value]];
    if (value === null) return [];
    return [[key, isMap(value) ? withoutEmpty(value, inner) : value]];
  });
  return Object.fromEntries(entries);
}

/** A list that is none is left to be refused. */
function withAdded(root: Record<string, unknown>, added: readonly unknown[]): Record<string, unknown> {
  const { devices = [] } = root;
  if (added.length > 0 && Array.isArray(devices)) {
    root['devices'] = [...(devices as unknown[]), ...structuredClone(added)];
  }
  return root;
}

interface Layers {
  readonly overrides: readonly Override[];
  readonly placed: readonly PlacedValue[];
  readonly fileTree: unknown;
  readonly file: string;
  readonly yaml: YamlSource;
  readonly environmentFile: EnvironmentFile | undefined;
}

function createSources(layers: Layers): ConfigSources {
  const { overrides, placed, fileTree, file, yaml } = layers;
  const givenBy = (origin: Origin): Origin => {
    const { environmentFile } = layers;
    if (origin.kind !== 'environment' || environmentFile === undefined) return origin;
    const line = environmentFile.lineOf(origin.variable);
    return line === undefined
      ? origin
      : { ...origin, kind: 'environment_file', file: environmentFile.path, line };
  };
  return {
    originOf: (path): Origin => {
      const override = overrides.findLast((candidate) => gives(candidate, path));
      if (override !== undefined) return givenBy(override.origin);
      const variable = placed.find((value) => formatPath(value.path) === formatPath(path))?.variable;
      if (variable !== undefined) return givenBy({ kind: 'environment', variable });
      const index = indexIn('devices', path);
      const inFile = valueAt(fileTree, ['devices']);
      if (index !== undefined && index >= (Array.isArray(inFile) ? inFile.length : 0))
        return { kind: 'stored' };
      if (valueAt(fileTree, path) === undefined) return { kind: 'default' };
      return { kind: 'file', file, line: yaml.lineOf(path) };
    },
  };
}

/** Whether the value at the path is from it, itself or as a part of it. */
function gives({ setting, value }: Override, path: ConfigPath): boolean {
  const place = settingPath(setting);
  const isWithin = place.every((step, depth) => step === path[depth]);
  return isWithin && valueAt(value, path.slice(place.length)) !== undefined;
}

function createPlaces(
  sources: ConfigSources,
  isSecret: IsSecretPath,
  { yaml, references }: { readonly yaml: YamlSource; readonly references: ResolvedReferences },
): ProblemPlaces {
  return {
    where: (path) => {
      const origin = sources.originOf(path);
      if (origin.kind === 'default' || origin.kind === 'file') {
        const line = yaml.lineOf(path);
        return line === undefined ? undefined : `line ${line}`;
      }
      return describeOrigin(origin);
    },
    show: (path, value) => {
      if (isSecret(path) || references.texts.has(JSON.stringify(path))) return redacted;
      if (Array.isArray(value)) return 'a list';
      if (typeof value === 'object' && value !== null) return 'a map';
      if (value === undefined || value === null) return 'nothing';
      // JSON has no infinity, and would show nothing of it.
      const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
      return text.length > 80 ? `${text.slice(0, 77)}…` : text;
    },
  };
}
