import type { Advertisement, GattService } from './radio/radio.ts';

/** A service with what makes it be found. Made by a function of its own; `close` ends its timers and listeners. */
export interface NearbyService {
  readonly service: GattService;
  /** Undefined while nobody is to find it. */
  advertisement(): Advertisement | undefined;
  /** Called after the answer of `advertisement` has become another. One listener. */
  onAdvertisement(listener: () => void): void;
  close(): void;
}
