import type { TransitionTable } from '../../engine/state-machine.ts';

/** Where the process is between its start and its end. */
export type LifeState = 'booting' | 'running' | 'updating' | 'stopping';
export type LifeInput = 'booted' | 'update_began' | 'update_ended' | 'stop';

export const lifeMachine: TransitionTable<LifeState, LifeInput> = {
  booting: { booted: 'running', stop: 'stopping' },
  running: { update_began: 'updating', stop: 'stopping' },
  updating: { update_ended: 'running', stop: 'stopping' },
  stopping: {},
};

/** The way to the cloud. A home without a cloud is `none`, and well. */
export type LinkState = 'unprovisioned' | 'none' | 'connecting' | 'online' | 'offline';
export type LinkInput = 'no_uplink' | 'provisioned' | 'connected' | 'disconnected';

export const linkMachine: TransitionTable<LinkState, LinkInput> = {
  unprovisioned: { no_uplink: 'none', provisioned: 'connecting' },
  none: { provisioned: 'connecting' },
  connecting: { connected: 'online', disconnected: 'offline', no_uplink: 'none' },
  online: { disconnected: 'offline', no_uplink: 'none' },
  offline: { connected: 'online', no_uplink: 'none' },
};

/** Whether work gets done. `breached`: a liveness contract does not hold; `held`: all do again. */
export type HealthState = 'normal' | 'degraded';
export type HealthInput = 'breached' | 'held';

export const healthMachine: TransitionTable<HealthState, HealthInput> = {
  normal: { breached: 'degraded' },
  degraded: { held: 'normal' },
};
