import type { Clock } from '../clock.ts';
import { readStatus, type GatewayStatus } from './gateway-status.ts';
import { readJoining, type Joining } from './session-messages.ts';
import type { SetupClient } from './setup-client.ts';
import { ownFault, SetupError } from './setup-error.ts';

export interface NetworkWish {
  readonly ssid: string;
  /** Absent for open networks, and for one that the gateway knows. */
  readonly password: string | undefined;
  readonly isHidden: boolean;
}

/** Between two looks at how far it has come, beside the events: one may be lost with the link. */
const lookMs = 3_000;
/** The gateway gives up after 60 s and joins the network of before. */
const joiningMsMax = 150_000;
/** A gateway that was started in between has forgotten its attempt; the machine may be joining still. */
const forgottenMsMax = 20_000;
const sendingsMax = 3;

/**
 * Has the gateway join a network, and follows it to the end, over lost links: `status` tells whether a wish that was on
 * the way when the link went has arrived; only one that has not is sent again. Answers the last of the joining, joined or
 * failed. Errors: the gateway's, and those of the link when it does not come back.
 */
export async function joinNetwork(
  client: SetupClient,
  clock: Clock,
  wish: NetworkWish,
  told: (joining: Joining) => void,
): Promise<Joining> {
  const before = (await askStatus(client)).joining?.attempt ?? 0;
  const follower = new JoiningFollower(before, wish.ssid, told);
  const stop = client.onJoining((joining) => follower.take(joining));
  try {
    await send(client, wish, follower);
    let untilMs = clock.nowMs() + joiningMsMax;
    while (follower.end === undefined) {
      await Promise.race([follower.ended, new Promise<void>((resolve) => clock.after(lookMs, resolve))]);
      // An event may have come while this waited.
      if (isOver(follower)) break;
      const wasForgotten = follower.isForgotten;
      follower.look(await askStatus(client));
      if (follower.isForgotten && !wasForgotten) untilMs = Math.min(untilMs, clock.nowMs() + forgottenMsMax);
      if (clock.nowMs() > untilMs) throw ownFault('no_answer', 'The gateway does not say what became of it.');
    }
    return follower.end ?? (await follower.ended);
  } finally {
    stop();
  }
}

async function send(client: SetupClient, wish: NetworkWish, follower: JoiningFollower): Promise<void> {
  const { ssid, password, isHidden } = wish;
  const input = { ssid, isHidden, ...(password === undefined ? {} : { password }) };
  for (let sendings = 1; ; sendings += 1) {
    try {
      const begun = readJoining(await client.call('set-wifi', input));
      if (begun !== undefined) follower.begin(begun);
      return;
    } catch (error) {
      const isUnknown =
        error instanceof SetupError && ['link_lost', 'no_answer', 'idle'].includes(error.code);
      if (!isUnknown || sendings >= sendingsMax) throw error;
      const { joining } = await askStatus(client);
      if (joining !== undefined) follower.take(joining);
      if (follower.hasBegun) return;
    }
  }
}

/** Takes what is of this attempt, from events and from `status`, each stage once. */
class JoiningFollower {
  readonly ended: Promise<Joining>;
  end: Joining | undefined;
  hasBegun = false;
  /** The gateway knows nothing of this attempt any more. */
  isForgotten = false;
  #before: number;
  readonly #ssid: string;
  readonly #told: (joining: Joining) => void;
  #stage: string | undefined;
  #resolve: (end: Joining) => void = () => undefined;

  constructor(before: number, ssid: string, told: (joining: Joining) => void) {
    this.#before = before;
    this.#ssid = ssid;
    this.#told = told;
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** As `set-wifi` answered: the same wish again is the attempt that runs already. */
  begin(joining: Joining): void {
    this.#before = Math.min(this.#before, joining.attempt - 1);
    this.take(joining);
  }

  look({ joining, joinedSsid }: GatewayStatus): void {
    const isStartedAnew = joining === undefined || joining.attempt < this.#before;
    this.isForgotten = this.hasBegun && (joining?.attempt ?? 0) <= this.#before;
    if (joining !== undefined && !isStartedAnew) this.take(joining);
    // A gateway that was started in between has forgotten its attempts.
    else if (joinedSsid === this.#ssid) this.take({ ...joined, attempt: this.#before + 1, ssid: joinedSsid });
  }

  take(joining: Joining): void {
    const isMine = joining.attempt > this.#before && joining.ssid === this.#ssid;
    if (!isMine || this.end !== undefined) return;
    this.hasBegun = true;
    if (joining.stage !== this.#stage) this.#told(joining);
    this.#stage = joining.stage;
    if (joining.stage !== 'joined' && joining.stage !== 'failed') return;
    this.end = joining;
    this.#resolve(joining);
  }
}

function isOver({ end }: JoiningFollower): boolean {
  return end !== undefined;
}

async function askStatus(client: SetupClient): Promise<GatewayStatus> {
  return readStatus(await client.call('status'));
}

const joined = {
  stage: 'joined',
  failure: undefined,
  message: undefined,
  hint: undefined,
  rolledBackTo: undefined,
} as const;
