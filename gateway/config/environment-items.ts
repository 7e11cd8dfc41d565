import type { OptionField } from '../core/option-field.ts';
import type { ItemKind, ItemKinds, KindSectionKey } from './kind-section.ts';
import { kindSectionKeys } from './kind-section.ts';
import type { Environment } from './overrides.ts';
import type { ConfigPath } from './path.ts';
import { isMap, valueAt } from './path.ts';

/** A value that the environment gave to an item, or the item itself where it gave that. */
export interface PlacedValue {
  readonly path: ConfigPath;
  readonly variable: string;
}

/** A source that the environment describes, as the programs before this one were told of theirs. */
interface ForeignSource {
  readonly kind: string;
  readonly id: string;
  /** The first that is set makes the source. */
  readonly madeBy: readonly string[];
  readonly period?: string;
  readonly options: Readonly<Record<string, readonly string[]>>;
  /** Options that stand elsewhere in the file, by path: texts. Without one of them nothing is made. */
  readonly settings?: Readonly<Record<string, readonly string[]>>;
}

const foreignSources: readonly ForeignSource[] = [
  {
    kind: 'homewizard-p1',
    id: 'energy',
    madeBy: ['ENERGY_API_URL'],
    period: 'ENERGY_INTERVAL',
    options: { host: ['ENERGY_API_URL'] },
  },
  {
    kind: 'openweathermap',
    id: 'weather',
    madeBy: ['OPENWEATHER_API_KEY'],
    period: 'WEATHER_INTERVAL',
    options: { apiKey: ['OPENWEATHER_API_KEY'], latitude: ['LATITUDE'], longitude: ['LONGITUDE'] },
  },
  {
    kind: 'evohome',
    id: 'evohome',
    madeBy: ['EVOHOME_USERNAME', 'EVOHOME_EMAIL'],
    period: 'EVOHOME_INTERVAL',
    options: { username: ['EVOHOME_USERNAME', 'EVOHOME_EMAIL'], password: ['EVOHOME_PASSWORD'] },
  },
  {
    kind: 'electricity-maps',
    id: 'grid',
    madeBy: ['EM_API_KEY'],
    options: { token: ['EM_API_KEY'] },
    settings: { zone: ['grid', 'zone'] },
  },
];

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

/**
 * Puts what the environment says of sources and sinks into the tree, and answers where. An option's own variable wins
 * over the file; the names that others use too only fill what the file leaves out. Lists that are none are left to be
 * refused.
 */
export function placeEnvironment(
  root: Record<string, unknown>,
  kinds: ItemKinds,
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
      for (const [option, { field, variables, foreign }] of placesOf(key, item, kind)) {
        const isOpen = item[option] === undefined;
        const variable = given(variables) ?? (isOpen ? given(foreign) : undefined);
        if (variable === undefined) continue;
        item[option] = valueOf(environment[variable] ?? '', field);
        placed.push({ path: [key, index, option], variable });
      }
    }
  }
  return placed;
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
  const foreignOf = key === 'sources' ? foreignSources.find((one) => one.kind === kind.id) : undefined;
  const places = Object.entries(kind.options).map(([option, field]): [string, OptionPlace] => {
    const foreign = foreignOf?.options[option] ?? [];
    return [
      option,
      {
        field,
        variables: [ownVariable(key, item['id'], option)],
        foreign: [...foreign, ...(field.environment ?? [])],
      },
    ];
  });
  if (foreignOf?.period !== undefined)
    places.push(['period', { field: undefined, variables: [], foreign: [foreignOf.period] }]);
  return places;
}

/** The variable of one option of one item. */
export function ownVariable(key: KindSectionKey, id: unknown, option: string): string {
  const place = typeof id === 'string' ? id.replaceAll('-', '_') : '';
  const optionWords = option.replaceAll(/([A-Z])/g, '_$1');
  return `EGW_${itemWords[key]}_${place}_${optionWords}`.toUpperCase();
}

function addForeign(
  root: Record<string, unknown>,
  kinds: ItemKinds,
  given: (names: readonly string[]) => string | undefined,
): PlacedValue[] {
  const items = (root['sources'] ??= []);
  if (!Array.isArray(items)) return [];
  const placed: PlacedValue[] = [];
  for (const { kind, id, madeBy, settings = {} } of foreignSources) {
    const variable = given(madeBy);
    const isKnown = kinds.sources.some((one) => one.id === kind);
    if (variable === undefined || !isKnown || items.some((item) => valueAt(item, ['kind']) === kind))
      continue;
    const elsewhere = Object.entries(settings).map(([option, path]) => [option, valueAt(root, path)]);
    if (elsewhere.some(([, value]) => typeof value !== 'string')) continue;
    const index = items.push({ id, kind, ...Object.fromEntries(elsewhere) }) - 1;
    for (const step of [[], ['id'], ['kind'], ...Object.keys(settings).map((option) => [option])])
      placed.push({ path: ['sources', index, ...step], variable });
  }
  return placed;
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
