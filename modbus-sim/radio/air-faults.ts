/** A packet of data on its way between two controllers. */
export interface AirPacket {
  /** 0 for the first of this air, over all links. */
  readonly index: number;
  /** Whose link: 1 for the first of this air. */
  readonly link: number;
  /** 0 for the first of its link, both directions. */
  readonly indexOfLink: number;
  readonly from: 'central' | 'peripheral';
  readonly data: Buffer;
}

/**
 * What becomes of a packet. `lost-link`: it does not arrive, and both sides learn that the link is gone. `stall`: nothing
 * of this link arrives any more, and after `ms` the link is gone. `corrupt`: arrives with a byte changed, as if the CRC
 * of the link layer had let it through.
 */
export type PacketFate =
  | { readonly kind: 'arrives' }
  | { readonly kind: 'late'; readonly ms: number }
  | { readonly kind: 'lost-link' }
  | { readonly kind: 'stall'; readonly ms: number }
  | { readonly kind: 'corrupt'; readonly atByte: number; readonly mask: number };

/** What goes wrong on the air. */
export interface AirFaults {
  /** Asked once for each packet of data. */
  packet?(packet: AirPacket): PacketFate;
  /** Whether a scanner hears the advertisement with this number. */
  isHeard?(index: number): boolean;
}

/** The link is lost at the packet with this number of the air, once. */
export function loseLinkAt(index: number): AirFaults {
  return { packet: (packet) => ({ kind: packet.index === index ? 'lost-link' : 'arrives' }) };
}
