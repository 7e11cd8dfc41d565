import type { TransitionTable } from '../../engine/state-machine.ts';

/** What a source that is asked can be in. */
export type SourceState = 'unseen' | 'up' | 'failing' | 'down';

/** `failed_long`: failed, and nothing came for as long as is told of. */
export type SourceInput = 'answered' | 'failed' | 'failed_long';

/**
 * The life of a source:
 *
 *     unseen ──answered──► up ──failed──► failing ──failed_long──► down
 *       │                  ▲                 │                      │
 *       └──failed──►failing└───answered──────┴──────answered────────┘
 */
export const sourceMachine: TransitionTable<SourceState, SourceInput> = {
  unseen: { answered: 'up', failed: 'failing', failed_long: 'down' },
  up: { failed: 'failing', failed_long: 'down' },
  failing: { answered: 'up', failed_long: 'down' },
  down: { answered: 'up' },
};
