/** What the services tell of the machine's networks, out of the answer of `status`. */
export interface NetworkFacts {
  /** The wireless network that is joined, and the machine's address in it; null where there is none. */
  readonly ssid: string | null;
  readonly wifiAddress: string | null;
  readonly ethernetAddress: string | null;
  readonly hasWifi: boolean;
  readonly isOnline: boolean;
  /** Where the page can be had. */
  readonly pages: readonly string[];
}

/** Reads what is there: whatever is missing, or of another kind, is taken as not known. */
export function readNetworkFacts(answer: Readonly<Record<string, unknown>>): NetworkFacts {
  const wireless = objectOf(answer['wireless']);
  const joined = objectOf(wireless['joined']);
  const ethernet = objectOf(answer['ethernet']);
  const internet = textOf(answer['internet']) ?? textOf(wireless['internet']);
  return {
    ssid: textOf(joined['ssid']) ?? null,
    wifiAddress: firstAddress(joined['addresses']),
    ethernetAddress: firstAddress(ethernet['addresses']),
    hasWifi: textOf(wireless['radio']) !== undefined && wireless['radio'] !== 'missing',
    isOnline: internet === 'online',
    pages: textsOf(answer['addresses']).filter((page) => /^https?:\/\//.test(page)),
  };
}

/** An IPv4 address, without its prefix, where there is one. */
function firstAddress(addresses: unknown): string | null {
  const own = textsOf(addresses).find((address) => !address.includes(':'));
  return own?.split('/')[0] ?? null;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
