import type { Device } from './api-types.ts';
import { formatAge, formatDuration, noValue } from './format.ts';
import { staleAfterMs } from './owner.ts';

const stateWords: Readonly<Record<Device['state'], string>> = {
  unseen: 'not seen yet',
  up: 'up',
  suspect: 'suspect: last request failed',
  down: 'down',
  retired: 'switched off',
  quarantined: 'not read: its configuration is wrong',
};

/** What an error code of a device means to whoever owns it. */
const errorWords: Readonly<Record<string, string>> = {
  connection_closed: 'the device closed the connection',
  connection_refused: 'the device refuses the connection',
  connection_timeout: 'no connection: nothing answers at its address',
  deadline_exceeded: 'it took too long',
  device_busy: 'the device is busy',
  device_exception: 'the device refused the request',
  device_identity_changed: 'another device answers at its address',
  device_timeout: 'no answer in time',
  frame_invalid: 'the answer was garbled',
  host_unresolved: 'its name is not known in the network',
};

export function stateText({ state }: Device): string {
  return stateWords[state];
}

/** `up since 2 h 05 min`. */
export function sinceText({ stateSinceMs }: Device, nowMs: number): string {
  return stateSinceMs === 0 ? '' : `for ${formatDuration(nowMs - stateSinceMs)}`;
}

/** Plain words and, for whoever looks it up, the code. */
export function errorText(code: string | null): string {
  if (code === null) return '';
  const words = errorWords[code];
  return words === undefined ? code : `${words} (${code})`;
}

export interface AgeFacts {
  readonly text: string;
  /** Of the bound, from 0 to 1 and more; undefined when nothing is known. */
  readonly share: number | undefined;
  readonly isStale: boolean;
}

/** The age of a device's newest reading against its bound. `atMs` undefined: nothing was read yet. */
export function ageFacts(device: Device, atMs: number | undefined, nowMs: number): AgeFacts {
  const bound = device.ageBoundMs === null ? '' : ` of at most ${formatDuration(device.ageBoundMs)}`;
  if (atMs === undefined) return { text: noValue, share: undefined, isStale: device.state !== 'retired' };
  const ageMs = Math.max(0, nowMs - atMs);
  return {
    text: formatAge(ageMs) + bound,
    share: ageMs / (device.ageBoundMs ?? 2 * device.effectivePeriodMs),
    isStale: ageMs > staleAfterMs(device),
  };
}
