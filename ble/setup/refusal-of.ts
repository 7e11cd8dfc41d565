import type { GatewayProblem } from '../gateway-link/ask-gateway.ts';
import type { Refusal } from '../protocol/frames.ts';
import type { RefusalReason } from '../protocol/protocol-error.ts';

const reasons: readonly RefusalReason[] = [
  'closed',
  'barred',
  'malformed',
  'code_wrong',
  'wait',
  'idle',
  'busy',
];

/** What the gateway's problem says to the phone; undefined when it is none of the protocol's. */
export function refusalOf({ code, facts }: GatewayProblem): Refusal | undefined {
  const { reason: told, waitSeconds } = facts;
  const reason = reasons.find((one) => one === told);
  if (code !== 'refused' || reason === undefined) return undefined;
  return { reason, waitSeconds: typeof waitSeconds === 'number' ? waitSeconds : 0 };
}
