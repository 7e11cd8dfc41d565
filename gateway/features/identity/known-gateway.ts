import type { SecurityNotes } from '../security-events.ts';
import type { StorePort } from '../store-port.ts';

const knownSetting = 'identity.gateway';

export interface KnownGatewayPorts {
  readonly store: StorePort<'getSetting' | 'putSetting'>;
  readonly security: SecurityNotes;
}

/**
 * Remembers in the database who the gateway is. Answers who it was, when that was somebody else: its key is gone, or
 * the database is another's, and backends take it for another gateway. Errors: those of the store.
 */
export async function knownGatewayBefore(
  gatewayId: string,
  { store, security }: KnownGatewayPorts,
): Promise<string | undefined> {
  const before = await store.call('getSetting', knownSetting);
  if (before === gatewayId) return undefined;
  if (before !== undefined)
    security.note({ kind: 'identity.changed', origin: 'local', detail: `it was ${before}` });
  await store.call('putSetting', knownSetting, gatewayId);
  return before;
}
