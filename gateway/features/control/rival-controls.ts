import type { MonotonicMs } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { OneAtATime } from '../../engine/one-at-a-time.ts';
import { liveClaims, ranksBelow, type Claim, type WantedSetPoint } from './claims.ts';
import type { ControlChannel } from './control-channel.ts';
import { nameOf } from './control-session.ts';
import { heldBy, refusal } from './set-point-rules.ts';

/**
 * Controls of one device that write the same registers: one of them at a time is set. Whoever goes before the
 * holder has the other put back first.
 */
export class RivalControls {
  readonly #orders = new Map<string, OneAtATime>();

  /** As `ControlChannel.set`; `rivalsOf` are those that were set since the start. */
  async set(
    channel: ControlChannel,
    wanted: WantedSetPoint,
    rivalsOf: () => readonly ControlChannel[],
  ): Promise<Claim> {
    const { device } = channel.address;
    const order = this.#orders.get(device) ?? new OneAtATime();
    this.#orders.set(device, order);
    if (order.count >= limits.controlCallsMax) {
      throw new GatewayError('queue_full', `too many set points wait for ${device}`);
    }
    return await order.run(async () => {
      // What is refused anyhow must not cost another its lease.
      channel.check(wanted);
      await giveWay(channel, wanted, rivalsOf());
      return await channel.set(wanted);
    });
  }
}

async function giveWay(
  channel: ControlChannel,
  wanted: WantedSetPoint,
  rivals: readonly ControlChannel[],
): Promise<void> {
  const subject = nameOf(channel.address);
  for (const rival of rivals) checkRival(subject, wanted, rival, channel.nowMs);
  for (const rival of rivals) {
    if (rival.setPoint === undefined) continue;
    const why = `${subject}, which writes the same registers, was set for ${wanted.source}`;
    if (await rival.end(why)) continue;
    throw beingPutBack(subject, rival);
  }
}

function checkRival(
  subject: string,
  { source }: WantedSetPoint,
  rival: ControlChannel,
  nowMs: MonotonicMs,
): void {
  if (rival.revert !== undefined) throw beingPutBack(subject, rival);
  const holder = liveClaims(rival.claims, nowMs).find((claim) => !ranksBelow(claim.source, source));
  if (holder === undefined) return;
  throw heldBy(`${subject} (it writes the same registers as ${nameOf(rival.address)})`, holder, nowMs);
}

function beingPutBack(subject: string, { address, revert }: ControlChannel): GatewayError {
  const why = `${nameOf(address)}, which writes the same registers, is being put back`;
  return refusal(subject, why, revert?.error ?? 'try again in a moment');
}
