import * as all from './all.ts';
import type { TransportDefinition } from './transport.ts';

export const transports: readonly TransportDefinition[] = Object.values(
  all satisfies Record<string, TransportDefinition>,
);

export function findTransport(id: string): TransportDefinition | undefined {
  return transports.find((transport) => transport.id === id);
}
