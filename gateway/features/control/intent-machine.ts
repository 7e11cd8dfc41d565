import type { TransitionTable } from '../../engine/state-machine.ts';
import type { IntentState } from '../../storage/store-calls.ts';

/**
 * `ended`: its lease, or whoever held it, or the gateway. `superseded`: a newer one was confirmed in its place.
 * `verified`: the device was read, and is back. `withdrawn`: it ended before anything was written.
 */
export type IntentInput = 'confirmed' | 'unconfirmed' | 'withdrawn' | 'ended' | 'superseded' | 'verified';

/**
 * The life of something that a device is told:
 *
 *     intended ──confirmed──► applied ──superseded──► replaced
 *      │  │  │                 │    │
 *      │  │  └──────ended──────┴────┼──► reverting ──verified──► reverted
 *      │  └──────unconfirmed────────┴──► failed ─────verified──► reverted
 *      └──withdrawn──► withdrawn
 */
export const intentMachine: TransitionTable<IntentState, IntentInput> = {
  intended: { confirmed: 'applied', unconfirmed: 'failed', withdrawn: 'withdrawn', ended: 'reverting' },
  applied: { ended: 'reverting', unconfirmed: 'failed', superseded: 'replaced' },
  reverting: { verified: 'reverted' },
  failed: { verified: 'reverted' },
  reverted: {},
  replaced: {},
  withdrawn: {},
};
