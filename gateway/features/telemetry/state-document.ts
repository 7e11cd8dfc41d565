import type { JsonValue } from '../../core/canonical-json.ts';

/** What backends are told of the gateway. Nothing here is secret, and nothing of it changes all the time. */
export interface StateFacts {
  readonly name: string;
  readonly version: { readonly version: string; readonly node: string; readonly platform: string };
  readonly startedMs: number;
  readonly life: string;
  readonly link: string;
  readonly status: string;
  readonly lines: readonly { readonly subject: string; readonly status: string; readonly message: string }[];
  readonly devices: readonly { readonly id: string; readonly driver: string; readonly state: string }[];
  readonly sources: readonly { readonly id: string; readonly kind: string; readonly state: string }[];
  readonly sinks: readonly { readonly id: string; readonly kind: string; readonly state: string }[];
  readonly uplinks: readonly { readonly id: string; readonly kind: string; readonly state: string }[];
  /** Addresses of this machine. */
  readonly addresses: readonly string[];
}

/** Of each list; more is told as their number. */
const itemsMax = 256;
const textLengthMax = 300;

/**
 * The state as it is told (docs/cloud-protocol.md, `state`): bounded, whatever the gateway has. Figures in messages,
 * such as how long a thing has lasted, are left out, so that it is the same until something has changed.
 */
export function stateDocument(facts: StateFacts): Readonly<Record<string, JsonValue>> {
  const { name, version, startedMs, life, link, status, lines } = facts;
  const { devices, sources, sinks, uplinks, addresses } = facts;
  return {
    name: short(name),
    version: { ...version },
    startedMs,
    life,
    link,
    health: {
      status,
      ...listOf('lines', lines, ({ subject, status: of, message }) => ({
        subject: short(subject),
        status: of,
        message: short(message).replaceAll(/\d+/g, '#'),
      })),
    },
    ...listOf('devices', devices, ({ id, driver, state }) => ({ id, driver, state })),
    ...listOf('sources', sources, ({ id, kind, state }) => ({ id, kind, state })),
    ...listOf('sinks', sinks, ({ id, kind, state }) => ({ id, kind, state })),
    ...listOf('uplinks', uplinks, ({ id, kind, state }) => ({ id, kind, state })),
    network: listOf('addresses', addresses, (address) => short(address)),
  };
}

function listOf<Item>(
  name: string,
  items: readonly Item[],
  told: (item: Item) => JsonValue,
): Readonly<Record<string, JsonValue>> {
  const more = items.length - itemsMax;
  return { [name]: items.slice(0, itemsMax).map(told), ...(more > 0 && { [`${name}More`]: more }) };
}

function short(text: string): string {
  return text.toWellFormed().slice(0, textLengthMax).toWellFormed();
}
