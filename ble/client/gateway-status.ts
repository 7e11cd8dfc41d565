import { isRecord, readJoining, textIn, type Answer, type Joining } from './session-messages.ts';

/** What `status` answers, as far as somebody who sets up needs it. */
export interface GatewayStatus {
  /** Whether there is a wireless radio at all. */
  readonly hasWireless: boolean;
  /** The network that is joined now. */
  readonly joinedSsid: string | undefined;
  /** Whether a cable has given it an address. */
  readonly isOnCable: boolean;
  readonly internet: 'online' | 'captive-portal' | 'limited' | 'none' | 'unknown';
  /** Why nothing can be done with the radio, and what to do. */
  readonly wirelessProblem: string | undefined;
  /** Of its page. */
  readonly addresses: readonly string[];
  /** The page can be had on the gateway's own machine alone. */
  readonly isPageLocalOnly: boolean;
  /** Of the page's certificate. */
  readonly fingerprint: string | undefined;
  /** The last attempt. */
  readonly joining: Joining | undefined;
}

/** A network that a gateway has in reach. */
export interface ReachableNetwork {
  readonly ssid: string;
  readonly signalPct: number;
  readonly security: string;
  readonly isKnown: boolean;
  readonly isJoined: boolean;
}

const reaches = ['online', 'captive-portal', 'limited', 'none'] as const;

export function readStatus(answer: Answer): GatewayStatus {
  const { wireless, ethernet, internet, addresses } = answer as Readonly<
    Record<'wireless' | 'ethernet' | 'internet' | 'addresses', unknown>
  >;
  const joined = isRecord(wireless) ? wireless['joined'] : undefined;
  return {
    hasWireless: isRecord(wireless) && wireless['radio'] !== 'missing',
    joinedSsid: isRecord(joined) ? textIn(joined, 'ssid') : undefined,
    isOnCable: isRecord(ethernet) && hasAddress(ethernet),
    internet: reaches.find((reach) => reach === internet) ?? 'unknown',
    addresses: Array.isArray(addresses) ? addresses.filter(isPageAddress) : [],
    wirelessProblem: isRecord(wireless) ? textIn(wireless, 'problem') : undefined,
    isPageLocalOnly: answer['pageIsLocalOnly'] === true,
    fingerprint: textIn(answer, 'fingerprint'),
    joining: readJoining(answer['joining']),
  };
}

/** Strongest first; names that cannot be shown are left out. */
export function readNetworks({ networks }: Answer): readonly ReachableNetwork[] {
  return Array.isArray(networks)
    ? networks.filter(isRecord).flatMap((network) => {
        const ssid = textIn(network, 'ssid');
        const { signalPct, isKnown, isJoined } = network;
        if (ssid === undefined) return [];
        return {
          ssid,
          signalPct: typeof signalPct === 'number' ? signalPct : 0,
          security: textIn(network, 'security') ?? 'unknown',
          isKnown: isKnown === true,
          isJoined: isJoined === true,
        };
      })
    : [];
}

/** One of its own making alone is none: nobody has given it one. */
function hasAddress({ addresses }: Readonly<Record<string, unknown>>): boolean {
  const given = Array.isArray(addresses) ? addresses.filter((address) => typeof address === 'string') : [];
  return given.some((address) => !/^(169\.254\.|fe80:)/i.test(address));
}

/** A link is made of it: nothing but http and https. */
function isPageAddress(address: unknown): address is string {
  return typeof address === 'string' && /^https?:\/\/[^\s"<>]+$/i.test(address);
}
