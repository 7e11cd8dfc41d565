import { monotonicMs, wallMs, type Clock } from '../../gateway/core/clock.ts';
import type { Framing, FramingListener } from '../../gateway/io/transports/framing.ts';
import { MbapFraming } from '../../gateway/io/transports/mbap-framing.ts';
import { RtuFraming } from '../../gateway/io/transports/rtu-framing.ts';
import { mbapCodec, rtuCodec, type WireCodec } from './wire-codec.ts';

/** A framing of the gateway's, how others frame for it, and how the transport recovers on it. */
export interface MutatedWire {
  readonly codec: WireCodec;
  createFraming(listener: FramingListener): Framing;
  recover(framing: Framing): void;
}

export const mutatedWires: Readonly<Record<string, MutatedWire>> = {
  tcp: {
    codec: mbapCodec,
    createFraming: (listener) => new MbapFraming(listener),
    // The connection is closed, and made anew.
    recover: (framing) => framing.reset(),
  },
  rtu: {
    codec: rtuCodec,
    createFraming: (listener) => new RtuFraming(listener, runningClock()),
    // The line stays open, and is silent until the next request.
    recover: () => undefined,
  },
};

/** Later each time that it is looked at. */
function runningClock(): Clock {
  let nowMs = 0;
  return { wall: () => wallMs(nowMs), monotonic: () => monotonicMs((nowMs += 100)) };
}
