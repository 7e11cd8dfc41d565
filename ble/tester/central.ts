import type { SetupLink } from '../client/setup-link.ts';

/** A gateway that is on the air for being set up. */
export interface FoundGateway {
  /** What this radio calls it; another radio, and another day, may call it otherwise. */
  readonly address: string;
  /** As it advertises itself: `eGW ABCDEFGH`; empty until its scan response was heard. */
  readonly name: string;
  readonly signalDbm: number;
}

/** A radio that looks for gateways, and links to them. */
export interface Central {
  /** Tells each gateway that it hears, and again when its name or signal has changed, until the answer is called. */
  find(found: (gateway: FoundGateway) => void): Promise<() => Promise<void>>;
  /** Rejects with `CentralError` when there is no link within 15 s. */
  connect(address: string): Promise<SetupLink>;
  close(): Promise<void>;
}

/** This machine cannot look for gateways, or cannot reach the one it was asked to. */
export class CentralError extends Error {
  override readonly name = 'CentralError';
  readonly code: 'radio_missing' | 'out_of_reach';
  /** What to do. */
  readonly hint: string;

  constructor(code: CentralError['code'], message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
