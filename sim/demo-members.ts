import { setTimeout } from 'node:timers/promises';
import { createGatewayClient, type GatewayClient } from '../gateway/faces/cli/gateway-client.ts';

interface DemoMember {
  readonly id: string;
  readonly name: string;
  /** Days ago. */
  readonly arrived: number;
  readonly left?: number;
}

const retryMs = 500;
const dayMs = 86_400_000;

/** The first is the admin that the configuration names. */
export const demoMembers: readonly DemoMember[] = [
  { id: '101', name: 'Ada', arrived: 50 },
  { id: '102', name: 'Blaise', arrived: 30 },
  { id: '103', name: 'Camille', arrived: 45, left: 6 },
];

/**
 * Tells the gateway of the demo home, as soon as it answers, who shares its server; where somebody does already, nothing.
 * Ends quietly when the signal fires: nobody waits for it.
 */
export async function introduceMembers(directory: string, signal: AbortSignal): Promise<void> {
  const client = createGatewayClient({}, { EGW_DATA_DIR: directory });
  try {
    for (;;) {
      if (await introduce(client)) return;
      await setTimeout(retryMs, undefined, { signal });
    }
  } catch {
    // The gateway has ended, or a member is refused: the home is there without them.
  }
}

/** False while the gateway does not answer. */
async function introduce(client: GatewayClient): Promise<boolean> {
  const known = await client.ask({ method: 'GET', path: '/api/v1/members' }).catch(() => undefined);
  if (known?.status !== 200) return false;
  const { members } = known.body as { readonly members: readonly unknown[] };
  if (members.length > 0) return true;
  const dayBefore = (days: number): string => new Date(Date.now() - days * dayMs).toISOString().slice(0, 10);
  for (const { id, name, arrived, left } of demoMembers) {
    const body = { id, name, arrival: dayBefore(arrived) };
    await client.ask({ method: 'POST', path: '/api/v1/members', body });
    if (left === undefined) continue;
    await client.ask({
      method: 'POST',
      path: `/api/v1/members/${id}/leave`,
      body: { leave: dayBefore(left) },
    });
  }
  await client.ask({ method: 'POST', path: '/api/v1/derogations', body: { member: '102', day: 'tomorrow' } });
  return true;
}
