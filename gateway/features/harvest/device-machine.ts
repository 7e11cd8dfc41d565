import type { TransitionTable } from '../../engine/state-machine.ts';

/** `quarantined` is not a state of a device but of its part of the configuration. */
export type HarvestedState = 'unseen' | 'up' | 'suspect' | 'down' | 'retired';

/** `failed_often`: failed, and the third time in a row or more. */
export type DeviceInput = 'answered' | 'failed' | 'failed_often' | 'retire';

/** Failures in a row after which a device counts as down. */
export const failuresUntilDown = 3;

/**
 * The life of a device:
 *
 *     unseen ──answered──► up ──failed──► suspect ──failed_often──► down
 *       │                  ▲                 │                       │
 *       └──failed_often─►down   ◄──answered──┴───────◄──answered─────┘      any ──retire──► retired
 */
export const deviceMachine: TransitionTable<HarvestedState, DeviceInput> = {
  unseen: { answered: 'up', failed_often: 'down', retire: 'retired' },
  up: { failed: 'suspect', failed_often: 'down', retire: 'retired' },
  suspect: { answered: 'up', failed_often: 'down', retire: 'retired' },
  down: { answered: 'up', retire: 'retired' },
  retired: {},
};
