import { describeControl } from '../../core/control.ts';
import type { MonotonicMs } from '../../core/clock.ts';
import type { ControlDefinition } from '../../io/drivers/index.ts';
import type { ControlChannel } from './control-channel.ts';
import type { ControlFacts } from './control-commands.ts';

/** A control as people see it; without a channel nobody has set it since the start. */
export function describeChannel(
  definition: ControlDefinition,
  channel: ControlChannel | undefined,
  now: { readonly nowMs: MonotonicMs; readonly writesUsed: number },
): ControlFacts {
  const { name, min, max, step, minIntervalMs, writesPerYearMax } = definition;
  const claims = channel?.claims ?? [];
  return {
    control: name,
    ...describeControl(name),
    min,
    max,
    step,
    minIntervalMs,
    revertsByItself: definition.revertTimer !== undefined,
    state: stateOf(channel),
    setPoint: channel?.setPoint ?? null,
    claims: claims.map(({ source, principal, value, untilMs }) => ({
      source,
      principal,
      value,
      leaseLeftMs: Math.max(0, untilMs - now.nowMs),
    })),
    writesUsed: now.writesUsed,
    writesPerYearMax,
    problem: channel?.revert?.error ?? channel?.alarm ?? null,
  };
}

function stateOf(channel: ControlChannel | undefined): ControlFacts['state'] {
  if (channel?.revert !== undefined) return channel.alarm === undefined ? 'reverting' : 'failed';
  return channel?.setPoint === undefined ? 'idle' : 'applied';
}
