import { priorityRank, type TaskDefinition, type TaskPriority } from '../../engine/task.ts';
import type { HealthState, LifeState, LinkState } from './gateway-machine.ts';

export interface GatewayStates {
  readonly life: LifeState;
  readonly link: LinkState;
  readonly health: HealthState;
}

/**
 * Which task groups run, and at which priority. Pure.
 * - `degraded` runs safety, control, acquire and store only
 * - `updating` starts nothing that cannot be cut: no control
 * - without a link to a cloud, or before one is configured, nothing is published to it
 */
export function taskPolicy(
  states: GatewayStates,
): (definition: Pick<TaskDefinition, 'group' | 'priority'>) => TaskPriority | 'suspended' {
  return ({ group, priority }) => {
    if (states.health === 'degraded' && priorityRank(priority) > priorityRank('store')) return 'suspended';
    if (states.life === 'updating' && priority === 'control') return 'suspended';
    const hasUplink = states.link !== 'none' && states.link !== 'unprovisioned';
    if (group === 'uplink' && !hasUplink) return 'suspended';
    if (group === 'uplink' && states.link === 'offline') return 'housekeeping';
    return priority;
  };
}
