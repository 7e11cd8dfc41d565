import { GatewayError, type ErrorCode } from '../../../core/errors.ts';
import type { ServerSwitch } from './switching-ports.ts';

/** What became of a command, and what people may read of it. */
export interface SwitchOutcome {
  readonly input: 'taken' | 'not-taken' | 'unclear' | 'refused';
  readonly problem: string | null;
}

/** After these nothing has reached the other side, unless they say that it is not clear. */
const notTakenCodes: readonly ErrorCode[] = [
  'switch_unavailable',
  'connection_refused',
  'host_unresolved',
  'host_forbidden',
];

/** Sends it. Never throws: whatever is not known to have been lost may have arrived. */
export async function whatBecameOf(command: () => Promise<void>): Promise<SwitchOutcome> {
  try {
    await command();
    return { input: 'taken', problem: null };
  } catch (error) {
    if (!(error instanceof GatewayError))
      return { input: 'unclear', problem: error instanceof Error ? error.message : String(error) };
    const problem = error.hint === undefined ? error.message : `${error.message}; ${error.hint}`;
    if (error.facts['isUnclear'] === true) return { input: 'unclear', problem };
    if (error.code === 'switch_refused') return { input: 'refused', problem };
    return { input: notTakenCodes.includes(error.code) ? 'not-taken' : 'unclear', problem };
  }
}

/** Why nothing can be sent at all; undefined: it can. */
export function refusedHere(powerSwitch: ServerSwitch | undefined, wanted: 'on' | 'off'): string | undefined {
  if (powerSwitch === undefined) return 'there is no switch: server.switch names none that could be opened';
  if (powerSwitch.positions.includes(wanted)) return undefined;
  return `the switch ${powerSwitch.id} cannot switch it ${wanted}`;
}
