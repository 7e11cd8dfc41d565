import type { LightPattern } from '../../core/status-light.ts';
import type { NearbyDoor } from '../nearby.ts';
import type { Joining } from './joining-desk.ts';

/** What the light goes by. */
export interface LightFacts {
  readonly isIdentifying: boolean;
  readonly hasSession: boolean;
  readonly joining: Joining['stage'] | undefined;
  /** Whether the last failure was only just now. */
  readonly hasJustFailed: boolean;
  readonly door: NearbyDoor['state'];
}

/** Pure: what somebody was asked to look for comes before what he may do. */
export function lightPattern({
  isIdentifying,
  hasSession,
  joining,
  hasJustFailed,
  door,
}: LightFacts): LightPattern {
  if (isIdentifying) return 'identify';
  if (hasJustFailed) return 'failed';
  const isJoining = joining !== undefined && joining !== 'joined' && joining !== 'failed';
  if (hasSession || isJoining) return 'busy';
  return door === 'open' ? 'waiting' : 'off';
}
