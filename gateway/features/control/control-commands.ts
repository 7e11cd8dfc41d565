import { Type, type Static } from 'typebox';
import { durationPattern, formatDuration, parseDurationMs } from '../../core/duration.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, duration, nullable, oneOf } from '../schema.ts';
import { sources, type Source } from './claims.ts';
import { deviceModes, isRaise, type DeviceMode } from './device-modes.ts';

/** A control with what is known of it now. */
const controlFacts = closed({
  control: Type.String(),
  title: Type.String(),
  unit: Type.String(),
  min: Type.Number({ unitIn: 'unit' }),
  max: Type.Number({ unitIn: 'unit' }),
  step: Type.Number({ unitIn: 'unit' }),
  minIntervalMs: duration({ description: 'Between two different set points' }),
  revertsByItself: Type.Boolean({
    description: 'The device goes back by itself when the gateway falls silent',
  }),
  state: oneOf(['idle', 'applied', 'reverting', 'failed'], {
    description:
      'applied: the device confirmed the set point; reverting: it is being put back; failed: the same, because it did not confirm',
  }),
  setPoint: nullable(Type.Number({ unitIn: 'unit', description: 'What the device follows' })),
  claims: Type.Array(
    closed({
      source: oneOf(sources),
      principal: Type.String(),
      value: Type.Number({ unitIn: 'unit' }),
      leaseLeftMs: duration(),
    }),
    { description: 'Who wants what; of several limits the lowest applies' },
  ),
  writesUsed: Type.Integer({ description: 'Register writes this year (UTC)' }),
  writesPerYearMax: Type.Integer({ description: 'What its memory bears; set points leave a tenth of it' }),
  problem: nullable(
    Type.String({ description: 'Why it is not back yet, or why the latest set point failed' }),
  ),
});
const controlsOfDevice = closed({
  device: Type.String(),
  mode: oneOf(deviceModes),
  deviceState: Type.String(),
  controls: Type.Array(controlFacts),
});

export type ControlFacts = Static<typeof controlFacts>;
export type ControlsOfDevice = Static<typeof controlsOfDevice>;

/** What the control feature does for people; see `Control` for the errors. */
export interface ControlPort {
  set(order: {
    readonly device: string;
    readonly control: string;
    readonly source: Source;
    readonly principal: string;
    readonly value: number;
    readonly leaseMs: number | undefined;
  }): Promise<{ readonly value: number; readonly leaseLeftMs: number }>;
  release(address: { readonly device: string; readonly control: string }, source: Source): Promise<boolean>;
  modeOf(device: string): DeviceMode;
  setMode(device: string, mode: DeviceMode, principal: string): Promise<readonly string[]>;
  /** Errors: `device_unknown`. */
  describe(device: string): ControlsOfDevice;
}

export interface ControlCommandPorts {
  readonly control: ControlPort;
}

const id = Type.String({ minLength: 1, maxLength: 64, description: 'The device, as in the configuration' });
const control = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'What to set: see egw device controls ID',
});
const source = oneOf(sources, {
  default: 'user',
  description: 'For whom: user goes before grid, and grid before optimiser; of limits the lowest applies',
});

const controlSet = defineCommand({
  id: 'device.set',
  summary: 'Set a control of a device for as long as the lease lasts; the same again renews it',
  scope: 'control',
  input: closed({
    id,
    control,
    value: Type.Number({ description: "In the control's unit" }),
    lease: Type.Optional(
      Type.String({
        pattern: durationPattern,
        description: `How long, at most ${formatDuration(limits.leaseMsMax)}; ${formatDuration(limits.leaseMsDefault)} unless said`,
      }),
    ),
    source,
  }),
  output: closed({
    device: Type.String(),
    control: Type.String(),
    value: Type.Number({ description: 'What the device confirmed: of several limits the lowest' }),
    asked: Type.Number(),
    leaseLeftMs: duration(),
  }),
  http: { method: 'POST', path: '/api/v1/devices/:id/controls/:control' },
  cli: { verb: 'device set', positionals: ['id', 'control', 'value'] },
  run: async ({ control: port }: ControlCommandPorts, input, call) => {
    const order = {
      device: input.id,
      control: input.control,
      source: input.source,
      principal: call.principal.id,
      value: input.value,
      leaseMs: leaseMsOf(input.lease),
    };
    const { value, leaseLeftMs } = await port.set(order);
    return { device: input.id, control: input.control, value, asked: input.value, leaseLeftMs };
  },
});

const controlRelease = defineCommand({
  id: 'device.release',
  summary: 'Give up a set point: the device is put back, or follows what others want',
  scope: 'control',
  input: closed({ id, control, source }),
  output: closed({
    device: Type.String(),
    control: Type.String(),
    isBack: Type.Boolean({ description: 'false: it does not confirm yet, and is put back when it does' }),
  }),
  http: { method: 'DELETE', path: '/api/v1/devices/:id/controls/:control' },
  cli: { verb: 'device release', positionals: ['id', 'control'] },
  run: async ({ control: port }: ControlCommandPorts, input) => {
    const isBack = await port.release({ device: input.id, control: input.control }, input.source);
    return { device: input.id, control: input.control, isBack };
  },
});

const controlList = defineCommand({
  id: 'device.controls',
  summary: 'What a device can be told, what it was told, by whom, and for how long',
  scope: 'read',
  input: closed({ id }),
  output: controlsOfDevice,
  http: { method: 'GET', path: '/api/v1/devices/:id/controls' },
  cli: { verb: 'device controls', positionals: ['id'] },
  run: ({ control: port }: ControlCommandPorts, input) => port.describe(input.id),
});

const modeSet = defineCommand({
  id: 'device.mode',
  summary: 'What the gateway may tell a device: nothing, to decide for itself, or set points',
  scope: 'control',
  input: closed({
    id,
    mode: oneOf(deviceModes, {
      description:
        'read: nothing is written; self-consumption: it is put back once, to decide for itself; control: set points. Allowing more needs the scope admin',
    }),
  }),
  output: closed({
    device: Type.String(),
    mode: oneOf(deviceModes),
    notBack: Type.Array(Type.String(), { description: 'Controls that are still being put back' }),
  }),
  http: { method: 'PUT', path: '/api/v1/devices/:id/mode' },
  cli: { verb: 'device mode', positionals: ['id', 'mode'] },
  run: async ({ control: port }: ControlCommandPorts, input, call) => {
    const from = port.modeOf(input.id);
    if (isRaise(from, input.mode) && !call.principal.scopes.has('admin')) {
      throw new GatewayError(
        'forbidden',
        `raising the mode from ${from} to ${input.mode} needs the scope admin`,
        {
          hint: 'do it on the gateway itself, or with a token that has it',
          facts: { scope: 'admin' },
        },
      );
    }
    const notBack = await port.setMode(input.id, input.mode, call.principal.id);
    return { device: input.id, mode: input.mode, notBack: [...notBack] };
  },
});

export const controlCommands = [controlSet, controlRelease, controlList, modeSet] as const;

/** The commands of this feature with what they need. */
export function bindControlCommands(ports: ControlCommandPorts): readonly BoundCommand[] {
  return [
    bindCommand(controlSet, ports),
    bindCommand(controlRelease, ports),
    bindCommand(controlList, ports),
    bindCommand(modeSet, ports),
  ];
}

function leaseMsOf(lease: string | undefined): number | undefined {
  if (lease === undefined) return undefined;
  const leaseMs = parseDurationMs(lease);
  if (leaseMs !== undefined) return leaseMs;
  throw new GatewayError('input_invalid', `a lease cannot last ${lease}`, { hint: 'give for instance 60s' });
}
