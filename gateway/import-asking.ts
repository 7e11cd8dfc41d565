import { GatewayError } from './core/errors.ts';
import type { GatewayClient } from './faces/cli/gateway-client.ts';

const answerMsMax = 60_000;

/** What a gateway is asked. */
export interface Asked {
  readonly path: string;
  /** POSTed; absent: GET. */
  readonly body?: object;
  readonly answerMsMax?: number;
  /** Where it has no such thing the answer is undefined, and otherwise an error. */
  readonly mayBeMissing?: true;
}

/** A gateway's answer. Errors: those of the client; what the gateway refused with. */
export async function askGateway(client: GatewayClient, asked: Asked): Promise<unknown> {
  const { path, body } = asked;
  const answer = await client.ask({
    method: body === undefined ? 'GET' : 'POST',
    path,
    answerMsMax: asked.answerMsMax ?? answerMsMax,
    ...(body !== undefined && { body }),
  });
  if (answer.status < 400) return answer.body;
  if (answer.status === 404 && asked.mayBeMissing === true) return undefined;
  const { detail, hint } = answer.body as { readonly detail?: string; readonly hint?: string };
  const what = detail ?? `the gateway answered ${answer.status}`;
  const code = [401, 403].includes(answer.status) ? 'forbidden' : 'gateway_unreachable';
  throw new GatewayError(code, what, { hint: hint ?? 'what was sent is kept: say the same again to go on' });
}
