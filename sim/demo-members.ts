import { request } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';

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

/** Asks the gateway over the socket of its owner; undefined while it does not answer as it should. */
type Ask = (method: string, path: string, body?: object) => Promise<unknown>;

/**
 * Tells the gateway of the demo home, as soon as it answers, who shares its server; where somebody does already, nothing.
 * Ends quietly when the signal fires: nobody waits for it.
 */
export async function introduceMembers(directory: string, signal: AbortSignal): Promise<void> {
  const ask = askOver(join(directory, 'egw.sock'), signal);
  try {
    while (!(await introduce(ask, Date.now()))) await setTimeout(retryMs, undefined, { signal });
  } catch {
    // The gateway has ended; the next start tells it.
  }
}

/** False while the gateway does not answer. */
async function introduce(ask: Ask, nowMs: number): Promise<boolean> {
  const known = (await ask('GET', '/members')) as { readonly members: readonly unknown[] } | undefined;
  if (known === undefined) return false;
  if (known.members.length > 0) return true;
  const dayBefore = (days: number): string => new Date(nowMs - days * dayMs).toISOString().slice(0, 10);
  for (const { id, name, arrived, left } of demoMembers) {
    await ask('POST', '/members', { id, name, arrival: dayBefore(arrived) });
    if (left !== undefined) await ask('POST', `/members/${id}/leave`, { leave: dayBefore(left) });
  }
  // Refused where tomorrow is known not to be red.
  await ask('POST', '/derogations', { member: demoMembers[1]?.id, day: 'tomorrow' });
  return true;
}

function askOver(socketPath: string, signal: AbortSignal): Ask {
  return async (method, path, body) => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const asked = request({ socketPath, path: `/api/v1${path}`, method, headers, signal }, (answer) => {
      const { statusCode = 500 } = answer;
      json(answer).then((said) => resolve(statusCode < 300 ? said : undefined), reject);
    });
    asked.once('error', () => resolve(undefined));
    asked.end(body === undefined ? undefined : JSON.stringify(body));
    signal.throwIfAborted();
    return await promise;
  };
}
