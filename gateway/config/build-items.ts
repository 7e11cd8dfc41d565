import type { OptionValues } from '../core/option-field.ts';
import { parsePeriodMs } from '../core/reading-period.ts';
import type {
  ItemConfig,
  NotifierConfig,
  SinkConfig,
  SourceConfig,
  SwitchConfig,
  UplinkConfig,
} from './config.ts';
import { commonKeys, type ItemKind, type KindSectionKey } from './kind-section.ts';

/** An item as it stands in the file, with defaults. */
type WrittenItem = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly kind: string;
  readonly enabled: boolean;
};

/** The items of a section that passed its checks. */
export function buildSources(
  root: Readonly<Record<string, unknown>>,
  kinds: readonly ItemKind[],
  leftOut: ReadonlySet<number>,
): readonly SourceConfig[] {
  return itemsOf(root, 'sources', leftOut).map((item) => ({
    ...buildItem(item, kinds),
    periodMs: parsePeriodMs(String(item['period'])) ?? Number.NaN,
  }));
}

export function buildSinks(
  root: Readonly<Record<string, unknown>>,
  kinds: readonly ItemKind[],
  leftOut: ReadonlySet<number>,
): readonly SinkConfig[] {
  return itemsOf(root, 'sinks', leftOut).map((item) => {
    const only = { devices: item['devices'], sources: item['sources'], quantities: item['quantities'] };
    const said = Object.fromEntries(Object.entries(only).filter(([, list]) => list !== undefined));
    const backlogRowsPerSecond = Number(item['backlogRowsPerSecond']);
    return { ...buildItem(item, kinds), only: said, backlogRowsPerSecond };
  });
}

export function buildUplinks(
  root: Readonly<Record<string, unknown>>,
  kinds: readonly ItemKind[],
  leftOut: ReadonlySet<number>,
): readonly UplinkConfig[] {
  return itemsOf(root, 'uplinks', leftOut).map((item) => ({
    ...buildItem(item, kinds),
    ...(typeof item['ackKey'] === 'string' && { ackKey: item['ackKey'] }),
    backlogReadingsPerSecond: Number(item['backlogReadingsPerSecond']),
  }));
}

export function buildNotifiers(
  root: Readonly<Record<string, unknown>>,
  kinds: readonly ItemKind[],
  leftOut: ReadonlySet<number>,
): readonly NotifierConfig[] {
  return itemsOf(root, 'notifiers', leftOut).map((item) => buildItem(item, kinds));
}

export function buildSwitches(
  root: Readonly<Record<string, unknown>>,
  kinds: readonly ItemKind[],
  leftOut: ReadonlySet<number>,
): readonly SwitchConfig[] {
  return itemsOf(root, 'switches', leftOut).map((item) => buildItem(item, kinds));
}

function itemsOf(
  root: Readonly<Record<string, unknown>>,
  key: KindSectionKey,
  leftOut: ReadonlySet<number>,
): readonly WrittenItem[] {
  return (root[key] as readonly WrittenItem[]).filter((_, index) => !leftOut.has(index));
}

function buildItem(item: WrittenItem, kinds: readonly ItemKind[]): ItemConfig {
  const { id, kind, enabled, name } = item;
  const fields = Object.entries(kinds.find((one) => one.id === kind)?.options ?? {});
  const options = Object.fromEntries(
    Object.entries(item).filter(([key]) => !commonKeys.includes(key)),
  ) as OptionValues;
  const missingSecrets = fields
    .filter(([option, field]) => field.isSecret && !field.isOptional && options[option] === undefined)
    .map(([option]) => option);
  return { id, kind, enabled, options, missingSecrets, ...(typeof name === 'string' && { name }) };
}
