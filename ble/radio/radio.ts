/** What a characteristic allows. */
export type GattProperty = 'read' | 'write' | 'writeWithoutResponse' | 'notify' | 'indicate';

/** ATT error codes that a handler may answer with (Bluetooth Core 5.4, Vol 3, Part F, 3.4.1.1). */
export type AttError = 'invalid-offset' | 'invalid-length' | 'unlikely-error';

/** A link: one phone. Its name is the radio's own, and another each time. */
export interface GattLink {
  readonly id: string;
  /** What one notification can carry: MTU - 3. */
  readonly notificationBytesMax: number;
  /** Ends the link. */
  drop(): void;
}

/** A characteristic of a service, served by whoever has made it. Handlers never throw. */
export interface GattCharacteristic {
  readonly uuid: string;
  readonly properties: readonly GattProperty[];
  /** The whole value, which the radio hands out in parts; 512 bytes at most. */
  read?(link: GattLink): Uint8Array | AttError | Promise<Uint8Array | AttError>;
  /** A whole write: the parts of a long write (prepare, execute) have been joined. 512 bytes at most. */
  write?(link: GattLink, value: Uint8Array): AttError | undefined | Promise<AttError | undefined>;
  /** Somebody listens: notifications go out by `send`, in order, until the returned function is called. */
  subscribed?(link: GattLink, send: (value: Uint8Array) => void): () => void;
}

export interface GattService {
  readonly uuid: string;
  readonly characteristics: readonly GattCharacteristic[];
  /** The link is gone, whoever ended it: what was kept for it can go. */
  disconnected?(link: GattLink): void;
}

/** What is sent out: each up to 31 bytes of AD structures (Core Supplement, Part A). */
export interface Advertisement {
  readonly data: Uint8Array;
  readonly scanResponse: Uint8Array;
}

/** The state of the adapter. `missing`: there is none, or nobody may use it. */
export type RadioState = 'starting' | 'on' | 'off' | 'missing';

/** A Bluetooth LE peripheral. */
export interface Radio {
  readonly state: RadioState;
  /** In one line, for people, when the state is not `on`, or the adapter is shared; else empty. */
  readonly why: string;
  onState(listener: (state: RadioState) => void): void;
  /** Before the first advertisement; at once where the adapter is on. */
  serve(services: readonly GattService[]): Promise<void>;
  /** Takes the place of what was advertised; undefined ends it. Links that are there stay. */
  advertise(advertisement: Advertisement | undefined): Promise<void>;
  close(): Promise<void>;
}
