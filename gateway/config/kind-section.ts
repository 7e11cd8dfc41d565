import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import { limits } from '../core/limits.ts';
import type { OptionFields } from '../core/option-field.ts';
import { leastPeriodMs, periodPattern, periodText } from '../core/reading-period.ts';
import { optionSchema } from './option-schema.ts';
import type { ConfigSection } from './section.ts';

interface KindPace {
  readonly periodMs: number;
  readonly periodMsMin: number;
  readonly allowsShortPeriods?: true;
}

/** A kind of source, sink, uplink, notifier or switch, as far as the configuration has to know it. */
export interface ItemKind {
  readonly id: string;
  readonly title: string;
  readonly options: OptionFields;
  /** How often it is asked; of sources. */
  readonly pace?: KindPace;
}

/** What is built in, handed over by whoever sees those rooms. */
export interface ItemKinds {
  readonly sources: readonly ItemKind[];
  readonly sinks: readonly ItemKind[];
  readonly uplinks: readonly ItemKind[];
  readonly notifiers: readonly ItemKind[];
  readonly switches: readonly ItemKind[];
}

/** Sections whose items have kinds with options of their own. */
export const kindSectionKeys = ['sources', 'sinks', 'uplinks', 'notifiers', 'switches'] as const;

export type KindSectionKey = (typeof kindSectionKeys)[number];

const idPattern = '^[a-z0-9]+(-[a-z0-9]+)*$';
const listOf = (what: string): TSchema =>
  Type.Optional(
    Type.Array(Type.String({ description: `One of the ${what}.`, minLength: 1, maxLength: 200 }), {
      description: `Only these ${what}. Default: all.`,
      maxItems: 256,
      minItems: 1,
    }),
  );

const common = {
  id: Type.String({
    description: 'Small letters, digits and single dashes; it names it for ever. No device may have it.',
    pattern: idPattern,
    maxLength: 64,
  }),
  name: Type.Optional(Type.String({ description: 'Name for people.', minLength: 1, maxLength: 64 })),
  enabled: Type.Boolean({ description: 'false keeps its history and leaves it alone.', default: true }),
};

const own: Readonly<Record<KindSectionKey, Readonly<Record<string, TSchema>>>> = {
  sources: {
    period: Type.Optional(
      Type.String({
        description:
          'Time between the starts of two readings, such as 10s, 5m or 1h; up to 24h, and no shorter than its kind allows.',
        pattern: periodPattern,
      }),
    ),
  },
  sinks: {
    devices: listOf('devices'),
    sources: listOf('sources'),
    quantities: listOf('quantities'),
    backlogRowsPerSecond: Type.Integer({
      description: 'Readings a second, at most, of those that it has missed; new ones come first.',
      minimum: 1,
      maximum: 100_000,
      default: 1_000,
    }),
  },
  uplinks: {
    ackKey: Type.Optional(
      Type.String({
        description:
          'Public key (Ed25519, base64url) under which the backend says what it has. Default: a key that the root key of the cloud has named. Without either nothing that is sent ever counts as arrived.',
        pattern: '^[A-Za-z0-9_-]{43}$',
      }),
    ),
    backlogReadingsPerSecond: Type.Integer({
      description: 'Readings a second, at most, of those that it has missed; new ones come first.',
      minimum: 1,
      maximum: 100_000,
      default: 5_000,
    }),
  },
  notifiers: {},
  switches: {},
};

const descriptions: Readonly<Record<KindSectionKey, string>> = {
  sources: 'What is read besides devices: services, meters, probes.',
  sinks: 'Where readings are sent to besides the database.',
  uplinks: 'Backends that get everything, signed, and say what they have.',
  notifiers: 'Ways to tell people something: mail, SMS, a chat, another program.',
  switches: 'What switches a machine on and off: its own API, a magic packet, a relay, a program.',
};

/** Keys of every item, whatever its kind. */
export const commonKeys: readonly string[] = [
  'kind',
  ...Object.keys(common),
  ...kindSectionKeys.flatMap((key) => Object.keys(own[key])),
];

/**
 * A list whose items are checked by the schema of their kind, each by itself: a bad one is left out and the rest
 * runs. The keys that all kinds have stand in `properties`, the options of each in `oneOf`.
 */
export function kindSection(key: KindSectionKey, kinds: readonly ItemKind[]): ConfigSection {
  const base: Readonly<Record<string, TSchema>> = {
    ...common,
    kind:
      kinds.length === 0
        ? Type.String({ description: 'What it is.' })
        : Type.Enum(
            kinds.map(({ id }) => id),
            { description: 'What it is.' },
          ),
    ...own[key],
  };
  const item = Type.Object(base, { description: `One of the ${key}.` });
  const schema = {
    ...item,
    ...(kinds.length > 0 && {
      discriminator: { propertyName: 'kind' },
      oneOf: kinds.map((kind) => branchOf(kind, base)),
    }),
  };
  return {
    key,
    schema: Type.Array(Type.Unsafe(schema), {
      description: descriptions[key],
      maxItems: limits.configuredItemsMax,
      default: [],
    }),
  };
}

function branchOf(kind: ItemKind, base: Readonly<Record<string, TSchema>>): object {
  const options = Object.entries(kind.options);
  return {
    title: kind.title,
    type: 'object',
    properties: {
      ...Object.fromEntries(Object.keys(base).map((key) => [key, {}])),
      kind: { const: kind.id },
      ...(kind.pace && { period: periodSchema(kind.pace) }),
      ...Object.fromEntries(options.map(([name, field]) => [name, optionSchema(field)])),
    },
    // What is secret may still come from elsewhere; without it the item is skipped with a warning.
    required: options
      .filter(([, field]) => !field.isOptional && !field.isSecret && field.default === undefined)
      .map(([name]) => name),
    additionalProperties: false,
  };
}

function periodSchema(pace: KindPace): object {
  const least = periodText(leastPeriodMs(pace));
  return { description: `From ${least} to 24h.`, default: periodText(pace.periodMs) };
}
