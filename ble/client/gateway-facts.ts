import { ownFault } from './setup-error.ts';

/** What a gateway tells everybody in reach: docs/provisioning-protocol.md, section 1. */
export interface GatewayFacts {
  readonly gatewayId: string;
  readonly door: 'closed' | 'open' | 'in-session' | 'barred';
  /** Wrong codes that are left: 0 to 5. */
  readonly triesLeft: number;
}

const factsBytes = 20;
const versionKnown = 1;
const doors = ['closed', 'open', 'in-session', 'barred'] as const;

/** Errors: `protocol_unknown` for another version, or anything that is no facts. */
export function decodeFacts(bytes: Uint8Array): GatewayFacts {
  const door = doors[bytes[17] ?? -1];
  if (bytes.length !== factsBytes || bytes[0] !== versionKnown || door === undefined)
    throw ownFault('protocol_unknown');
  return {
    gatewayId: String.fromCharCode(...bytes.subarray(1, 17)),
    door,
    triesLeft: bytes[18] ?? 0,
  };
}
