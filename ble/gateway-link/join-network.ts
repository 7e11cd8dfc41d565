import type { Clock } from '../clock.ts';
import { GatewayProblem, type AskGateway, type Joining, type NearbyWay } from './ask-gateway.ts';

export interface JoinPorts {
  readonly ask: AskGateway;
  readonly clock: Clock;
}

export interface JoinWish {
  readonly ssid: string;
  /** Left out for an open network. */
  readonly password?: string;
  readonly way: NearbyWay;
}

/** `code` is the gateway's, or `unavailable`; `message` is for people. */
export type JoinOutcome =
  { readonly ok: true } | { readonly ok: false; readonly code: string; readonly message: string };

/** A minute for the joining, as the gateway has it, and what the way back takes. */
export const joinWaitMsMax = 100_000;
/** Of one attempt there are fewer: stages, and repetitions of them. */
const eventsKeptMax = 32;

/**
 * Asks for a network, and waits until the attempt has ended, `waitMsMax` at most: after that the attempt goes on, but
 * nobody waits. Never rejects.
 */
export async function joinNetwork(ports: JoinPorts, wish: JoinWish, waitMsMax: number): Promise<JoinOutcome> {
  const { ask, clock } = ports;
  const { promise, resolve } = Promise.withResolvers<JoinOutcome>();
  const before: Joining[] = [];
  let attempt: number | undefined;
  const take = (joining: Joining): void => {
    // An event may come before the answer that tells which attempt is meant.
    if (attempt === undefined) before.push(joining);
    else if (joining.attempt === attempt) end(joining, resolve);
    if (before.length > eventsKeptMax) before.shift();
  };
  const stopJoining = ask.onJoining(take);
  const stopDoor = ask.onDoor(() => {
    if (ask.door === undefined) resolve(failed('unavailable', 'the gateway does not answer'));
  });
  const stopAlarm = clock.after(waitMsMax, () =>
    resolve(failed('wifi_timeout', 'the network was not joined in time')),
  );
  askFor(ask, wish).then(
    (begun) => {
      attempt = begun.attempt;
      for (const joining of [begun, ...before]) take(joining);
    },
    (error: unknown) => resolve(problemOf(error)),
  );
  try {
    return await promise;
  } finally {
    stopJoining();
    stopDoor();
    stopAlarm();
  }
}

async function askFor(ask: AskGateway, { ssid, password, way }: JoinWish): Promise<Joining> {
  const input = { ssid, ...(password !== undefined && { password }) };
  return (await ask.verb({ verb: 'set-wifi', input, way })) as unknown as Joining;
}

function end(joining: Joining, resolve: (outcome: JoinOutcome) => void): void {
  if (joining.stage === 'joined') resolve({ ok: true });
  if (joining.stage === 'failed')
    resolve(failed(joining.failure ?? 'wifi_failed', joining.message ?? 'the network was not joined'));
}

function problemOf(error: unknown): JoinOutcome {
  if (error instanceof GatewayProblem) return failed(error.code, error.message);
  return failed('internal_error', 'the gateway could not be asked');
}

function failed(code: string, message: string): JoinOutcome {
  return { ok: false, code, message };
}
