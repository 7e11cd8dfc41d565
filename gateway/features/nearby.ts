import type { Cancel } from '../core/clock.ts';
import type { NearbyWay, Principal } from './command.ts';

/** Who the gateway is, for whoever advertises it: nothing of it is secret. */
export interface NearbyDescription {
  readonly gatewayId: string;
  /** Of the site. */
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the public key in base 32 (RFC 4648), 52 capitals, no padding. */
  readonly fingerprint: string;
  /** Hex. */
  readonly serial: string;
  /** Small hex. */
  readonly publicKey: string;
  /** The same in Base58Check; null where nothing is signed. */
  readonly compactKey: string | null;
  readonly macs: { readonly ethernet: string | null; readonly wifi: string | null };
  /** Of the verbs of people nearby, those that this machine can do: without a light there is no `identify`. */
  readonly can: readonly ('identify' | 'scan' | 'set-name')[];
  /** Whether these are switched on at all. */
  readonly improv: boolean;
  readonly ancestor: boolean;
}

/** Whether somebody nearby is let in. */
export interface NearbyDoor {
  readonly state: 'closed' | 'open' | 'barred';
  /** How much longer each is let in; null when it is not. */
  readonly improvUntilMs: number | null;
  readonly ancestorUntilMs: number | null;
  /** Wrong codes until it is barred. */
  readonly triesLeft: number;
}

export interface VerbAsk {
  readonly verb: string;
  readonly way: NearbyWay;
  /** Of the way `session`. */
  readonly session?: string | undefined;
}

/** The keys of a session's records, and the frame that proves the gateway. */
export interface NearbySession {
  readonly session: string;
  readonly frame: Uint8Array;
  readonly toDevice: Uint8Array;
  readonly toClient: Uint8Array;
}

/**
 * What the radio may ask besides verbs: docs/provisioning-protocol.md, sections 3 and 5. A refusal of the protocol is
 * the error `refused` with the facts `reason` and, when there is something to wait for, `waitSeconds`.
 */
export interface NearbyDesk {
  describe(): NearbyDescription;
  door(): NearbyDoor;
  /** Answers a frame `01`. Takes the place of a handshake that has not been proved. Errors: `refused`, `signer_unavailable`. */
  hello(frame: Uint8Array): Promise<{ readonly handshake: string; readonly frame: Uint8Array }>;
  /** Answers a frame `03`; each handshake is good for one. A wrong code is on the disk before this returns. Errors: `refused`. */
  proof(handshake: string, frame: Uint8Array): NearbySession;
  /** Who asks this verb, when he may now. Errors: `refused`, `rate_limited`. */
  admit(ask: VerbAsk): Principal;
  /** What is over already is none the less. */
  end(ended: { readonly session?: string; readonly handshake?: string }): void;
  /** A radio has come, and with it all sessions of the one before have ended; or the last has gone. */
  radioChanged(isConnected: boolean): void;
  /** Each change of the door. */
  onDoor(listener: (door: NearbyDoor) => void): Cancel;
  /** Each step of the joining of a network, as `status` has it. */
  onJoining(listener: (joining: Readonly<Record<string, unknown>>) => void): Cancel;
}
