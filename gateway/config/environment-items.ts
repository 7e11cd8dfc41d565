import type { OptionField } from '../core/option-field.ts';
import { foreignItems, foreignSettings, type ForeignItem } from './foreign-variables.ts';
import type { ItemKind, ItemKinds, KindSectionKey } from './kind-section.ts';
import { kindSectionKeys } from './kind-section.ts';
import type { Environment } from './overrides.ts';
import type { ConfigPath } from './path.ts';
import { isMap } from '../core/is-map.ts';
import { valueAt } from './path.ts';

/** A value that the environment gave to an item, or the item itself where it gave that. */
export interface PlacedValue {
  readonly path: ConfigPath;
  readonly variable: string;
}

/** Variables of our own for one option of one item: `EGW_SOURCE_WEATHER_API_KEY`, `EGW_SINK_CLOUD_PASSWORD`. */
export const ownVariablePattern = /^EGW_(SOURCE|SINK|UPLINK|NOTIFIER|SWITCH)_[A-Z0-9_]+$/;

/** What an item of a list is called in the names of its variables. */
export const itemWords: Readonly<Record<KindSectionKey, string>> = {
  sources: 'SOURCE',
  sinks: 'SINK',
  uplinks: 'UPLINK',
  notifiers: 'NOTIFIER',
  switches: 'SWITCH',
};

/** What of the tree the environment may speak of. */
export interface Placeable {
  readonly kinds: ItemKinds;
  /** Sections that this build knows. */
  readonly sections: ReadonlySet<string>;
}

/**
 * Puts what the environment says of sources, sinks and the server into the tree, and answers where. An option's own variable wins
 * over the file; the names that others use too only fill what the file leaves out. Lists that are none are left to be
 * refused.
 */
export function placeEnvironment(
  root: Record<string, unknown>,
  { kinds, sections }: Placeable,
  environment: Environment,
): readonly PlacedValue[] {
  const given = (names: readonly string[]): string | undefined =>
    names.find((name) => (environment[name] ?? '') !== '');
  const placed: PlacedValue[] = addForeign(root, kinds, given);
  for (const key of kindSectionKeys) {
    const items = root[key];
    if (!Array.isArray(items)) continue;
    for (const [index, item] of items.entries()) {
      const kind = kinds[key].find(({ id }) => id === valueAt(item, ['kind']));
      if (!isMap(item) || kind === undefined) continue;
      for (const { option, variable, value } of givenOptions({ key, item, kind }, environment)) {
        item[option] = value;
        placed.push({ path: [key, index, option], variable });
      }
    }
  }
  placed.push(...addSettings(root, sections, environment));
  return placed;
}

interface ListedItem {
  readonly key: KindSectionKey;
  readonly item: Readonly<Record<string, unknown>>;
  readonly kind: ItemKind;
}

function givenOptions(
  { key, item, kind }: ListedItem,
  environment: Environment,
): readonly { readonly option: string; readonly variable: string; readonly value: unknown }[] {
  const isGiven = (name: string): boolean => (environment[name] ?? '') !== '';
  return placesOf(key, item, kind).flatMap(([option, { field, variables, foreign }]) => {
    const own = variables.find(isGiven);
    const variable = own ?? (item[option] === undefined ? foreign.find(isGiven) : undefined);
    if (variable === undefined) return [];
    const text = environment[variable] ?? '';
    const reader = own === undefined ? foreignOf(key, kind.id)?.readers?.[option] : undefined;
    return [{ option, variable, value: reader === undefined ? valueOf(text, field) : reader(text) }];
  });
}

interface OptionPlace {
  /** undefined for the period. */
  readonly field: OptionField | undefined;
  readonly variables: readonly string[];
  readonly foreign: readonly string[];
}

function placesOf(
  key: KindSectionKey,
  item: Readonly<Record<string, unknown>>,
  kind: ItemKind,
): readonly (readonly [string, OptionPlace])[] {
  const known = foreignOf(key, kind.id);
  const places = Object.entries(kind.options).map(([option, field]): [string, OptionPlace] => {
    const foreign = known?.options[option] ?? [];
    return [
      option,
      {
        field,
        variables: [ownVariable(key, item['id'], option)],
        foreign: [...foreign, ...(field.environment ?? [])],
      },
    ];
  });
  if (known?.period !== undefined)
    places.push(['period', { field: undefined, variables: [], foreign: [known.period] }]);
  return places;
}

/** The variable of one option of one item. */
export function ownVariable(key: KindSectionKey, id: unknown, option: string): string {
  const place = typeof id === 'string' ? id.replaceAll('-', '_') : '';
  const optionWords = option.replaceAll(/([A-Z])/g, '_$1');
  return `EGW_${itemWords[key]}_${place}_${optionWords}`.toUpperCase();
}

function foreignOf(key: KindSectionKey, kind: string): ForeignItem | undefined {
  return foreignItems.find((one) => one.key === key && one.kind === kind);
}

function addForeign(
  root: Record<string, unknown>,
  kinds: ItemKinds,
  given: (names: readonly string[]) => string | undefined,
): PlacedValue[] {
  const placed: PlacedValue[] = [];
  for (const { key, kind, id, madeBy, settings = {} } of foreignItems) {
    const variable = given(madeBy);
    if (variable === undefined || !kinds[key].some((one) => one.id === kind)) continue;
    const items = (root[key] ??= []);
    if (!Array.isArray(items) || items.some((item) => valueAt(item, ['kind']) === kind)) continue;
    const elsewhere = Object.entries(settings).map(([option, path]) => [option, valueAt(root, path)]);
    if (elsewhere.some(([, value]) => typeof value !== 'string')) continue;
    const index = items.push({ id, kind, ...Object.fromEntries(elsewhere) }) - 1;
    for (const step of [[], ['id'], ['kind'], ...Object.keys(settings).map((option) => [option])])
      placed.push({ path: [key, index, ...step], variable });
  }
  return placed;
}

/** Sections that are no maps are left to be refused. */
function addSettings(
  root: Record<string, unknown>,
  sections: ReadonlySet<string>,
  environment: Environment,
): readonly PlacedValue[] {
  return foreignSettings.flatMap(({ variable, path, read, names }) => {
    const [section, key] = path;
    const text = environment[variable] ?? '';
    if (text === '' || !sections.has(section)) return [];
    const value = names === undefined ? read(text) : firstOf(root[names.key], names.kind);
    const map = root[section] ?? {};
    if (value === undefined || !isMap(map) || map[key] !== undefined) return [];
    root[section] = { ...map, [key]: value };
    return [{ path, variable }];
  });
}

/** The id of the first item of that kind. */
function firstOf(items: unknown, kind: string): unknown {
  if (!Array.isArray(items)) return undefined;
  return valueAt(
    items.find((item) => valueAt(item, ['kind']) === kind),
    ['id'],
  );
}

/** Texts that are no numbers stay texts, for the schema to refuse by name. */
function valueOf(text: string, field: OptionField | undefined): unknown {
  switch (field?.type) {
    case 'number':
    case 'integer':
      return /^[+-]?[0-9]{1,15}(\.[0-9]{1,15})?$/.test(text.trim()) ? Number(text) : text;
    case 'boolean':
      return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : text;
    case 'texts':
      return text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '');
    default:
      return text;
  }
}
