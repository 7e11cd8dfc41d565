import { Type } from 'typebox';
import { GatewayError } from '../../core/errors.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, duration, instant, nullable, oneOf } from '../schema.ts';
import { clockNotes, instantText } from './clock-notes.ts';
import type { Timekeeper } from './timekeeper.ts';

export interface ClockPorts {
  readonly time: Timekeeper;
}

const clockState = closed({
  state: oneOf(['unset', 'trusted', 'stepped'], {
    description:
      'trusted: the clock of the machine is believed; unset: nothing has confirmed it yet; stepped: it was set, and nothing confirms that',
  }),
  nowMs: instant({ description: 'What the gateway goes by' }),
  machineMs: instant({ description: 'What the clock of the machine says' }),
  remainingMs: nullable(
    duration({ description: 'Until it is believed if nothing changes; null when it is, or never will be' }),
  ),
  message: nullable(Type.String({ description: 'Why it is not believed' })),
  hint: nullable(Type.String({ description: 'What to do' })),
});

const clockShow = defineCommand({
  id: 'clock.show',
  summary: 'Whether the clock of the machine is believed, and why not',
  scope: 'read',
  input: closed({}),
  output: clockState,
  http: { method: 'GET', path: '/api/v1/clock' },
  cli: { verb: 'clock show' },
  run: ({ time }: ClockPorts) => describe(time),
});

const clockTrust = defineCommand({
  id: 'clock.trust',
  summary: 'The clock of the machine is right: readings that wait get their times by it',
  scope: 'admin',
  input: closed({}),
  output: clockState,
  http: { method: 'POST', path: '/api/v1/clock/trust' },
  cli: { verb: 'clock trust' },
  run: ({ time }: ClockPorts) => {
    if (!time.believe()) {
      throw new GatewayError(
        'input_invalid',
        `the clock of the machine says ${instantText(time.machineMs())}, which cannot be`,
        { hint: 'set it first: date --set' },
      );
    }
    return describe(time);
  },
});

export const clockCommands = [clockShow, clockTrust] as const;

/** The commands about the clock. */
export function bindClockCommands(ports: ClockPorts): readonly BoundCommand[] {
  return [bindCommand(clockShow, ports), bindCommand(clockTrust, ports)];
}

function describe(time: Timekeeper) {
  time.look();
  const remainingMs = time.doubt?.remainingMs ?? Infinity;
  const [note] = clockNotes(time);
  return {
    state: time.state,
    nowMs: time.wall(),
    machineMs: time.machineMs(),
    remainingMs: Number.isFinite(remainingMs) ? remainingMs : null,
    message: note?.message ?? null,
    hint: note?.hint ?? null,
  };
}
