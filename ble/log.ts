/**
 * What the Bluetooth service says of itself: a line each. Nothing that came over the air is in it, and no code,
 * password or key.
 */
export interface Log {
  say(level: 'info' | 'warn' | 'error', message: string): void;
}
