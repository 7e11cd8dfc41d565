import type { Chain } from './chain.ts';
import { AirRecord } from './air-record.ts';
import { provisionUnder } from './link-losses.ts';
import { RawCentral } from './raw-central.ts';

const phoneAddress = 'c0:ff:ee:00:00:02';
export const radioAddress = 'c0:ff:ee:00:00:01';
const answerMs = 30;

export interface ReplayFigures {
  readonly messages: number;
  /** Sessions that began, and proofs or records that came back, though nobody knew the code. */
  readonly accepted: number;
}

/**
 * Sets the gateway up, and then says all of it again from another central, with the pauses that its answers take. The
 * link must have come about and the inbox have been written to, or the figures mean nothing: then it throws.
 */
export async function replaySession(chain: Chain, adapter: number): Promise<ReplayFigures> {
  const record = new AirRecord(chain.air);
  const { isProvisioned } = await provisionUnder(chain, {});
  record.stop();
  const messages = record.messagesOf(phoneAddress);
  if (!isProvisioned || messages.length === 0) throw new Error('there is no session to say again');
  const controller = chain.air.controller(adapter);
  if (controller === undefined) throw new Error(`there is no adapter ${adapter}`);
  // So that who says it again is not kept away by the time between two hellos.
  await new Promise((resolve) => setTimeout(resolve, 1_050));
  const sessionsBefore = sessionsOf(chain);
  const central = new RawCentral(controller);
  const frames: number[] = [];
  central.onAtt = (packet) => {
    // A notification, and in it the first fragment of a frame.
    if (packet[0] === 0x1b && (packet[3] ?? 0) % 0x80 === 0) frames.push(packet[4] ?? 0);
  };
  await central.connect(radioAddress);
  for (const message of messages) {
    central.sendL2cap(message);
    await new Promise((resolve) => setTimeout(resolve, answerMs));
  }
  central.close();
  if (!frames.includes(gatewayHello)) throw new Error('what was said again has not reached the gateway');
  const proofs = frames.filter((frame) => frame === gatewayProof || frame === recordFrame).length;
  return { messages: messages.length, accepted: proofs + sessionsOf(chain) - sessionsBefore };
}

const gatewayHello = 0x02;
const gatewayProof = 0x04;
const recordFrame = 0x06;

function sessionsOf({ radio }: Chain): number {
  return radio.said.filter((line) => line === 'a phone has begun a session').length;
}
