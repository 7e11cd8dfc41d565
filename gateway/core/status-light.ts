/**
 * What the light says. `off`; `on`; `waiting`: slow, somebody may set the gateway up now; `busy`: fast, somebody does, or
 * a network is being joined; `identify`: very fast, this is the one that you asked for; `failed`: two short flashes.
 */
export type LightPattern = 'off' | 'on' | 'waiting' | 'busy' | 'identify' | 'failed';

/** A light on the machine, or a program that shows one. Never throws; what fails is a health line. */
export interface StatusLight {
  show(pattern: LightPattern): void;
  problem(): { readonly message: string; readonly hint: string } | undefined;
  close(): void;
}
