import type { Framing, FramingListener } from '../../gateway/io/transports/framing.ts';
import { MbapFraming } from '../../gateway/io/transports/mbap-framing.ts';
import { mbapCodec, type WireCodec } from './wire-codec.ts';

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
};
