import { Type, type Static } from 'typebox';
import { GatewayError } from '../../core/errors.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, duration, instant, nullable, oneOf, ratio } from '../schema.ts';

/** `quarantined`: its part of the configuration is wrong, so it is not asked. `retired`: switched off there. */
const deviceStates = ['unseen', 'up', 'suspect', 'down', 'retired', 'quarantined'] as const;

const deviceFacts = {
  id: Type.String(),
  name: Type.String({ description: 'For people; the id when none is configured' }),
  driver: Type.String(),
  address: Type.String({ description: 'Where it is asked: 192.168.1.20:502/1, the unit last' }),
  lane: Type.String({ description: 'The lane that its requests share' }),
  state: oneOf(deviceStates),
  stateSinceMs: instant(),
  periodMs: duration({ description: 'As configured' }),
  effectivePeriodMs: duration({
    description: 'The period it runs at: longer when its lane cannot keep the configured one',
  }),
  ageMs: nullable(duration({ description: 'Of its latest good answer; null when there is none yet' })),
  ageBoundMs: nullable(
    duration({ description: 'The worst age of its readings while it answers, as computed at load' }),
  ),
  answers: Type.Integer({ description: 'Good answers since the start' }),
  failures: Type.Integer({ description: 'Failed requests since the start' }),
  lastError: nullable(Type.String({ description: 'Code of the latest failure; null while it is well' })),
};
const deviceSummary = closed(deviceFacts);
const deviceProblem = closed({
  path: Type.String({ description: 'Where in the configuration' }),
  message: Type.String(),
  hint: nullable(Type.String()),
});
const deviceDetail = closed({
  ...deviceFacts,
  driverTitle: Type.String({ description: 'Maker and family' }),
  serialNumber: nullable(Type.String({ description: 'As the device says; null before its first answer' })),
  model: nullable(Type.String({ description: 'As the device says' })),
  firmware: nullable(Type.String({ description: 'As the device says' })),
  lastErrorText: nullable(Type.String({ description: 'What the latest failure was' })),
  quantities: Type.Array(closed({ quantity: Type.String(), unit: Type.String(), title: Type.String() })),
  problems: Type.Array(deviceProblem, { description: 'Why it is quarantined' }),
});
const registerRange = {
  table: oneOf(['holding', 'input']),
  first: Type.Integer({ description: 'First register, counted from 0' }),
  count: Type.Integer(),
};
const pollPlan = {
  cycleRequests: Type.Integer({ description: 'Requests that read it once' }),
  cycleMs: duration({ description: 'What they take, as the link was measured' }),
  requests: Type.Array(
    closed({
      ...registerRange,
      used: Type.Integer({ description: 'Registers of these that are wanted' }),
      expectedMs: duration(),
      isOnTrial: Type.Boolean({ description: 'Made now and then, to find out what the device refuses' }),
      fields: Type.Array(Type.String()),
    }),
  ),
  comparisons: Type.Array(
    closed({
      way: oneOf(['one_per_value', 'fixed_hole_10', 'fixed_hole_50']),
      requests: Type.Integer(),
      cycleMs: duration(),
      savedMs: duration({ description: 'By this plan, each time' }),
      savedPct: Type.Number(),
    }),
    { description: 'What it would take to ask in other ways' },
  ),
  cost: closed({
    perRequestMs: duration({ description: 'What a request costs on this link' }),
    perRegisterMs: duration({ description: 'What each register adds' }),
    samples: Type.Integer({ description: 'Answers measured; 0: as the driver says' }),
  }),
  holes: Type.Array(closed(registerRange), { description: 'What the device refused to answer' }),
  unsupported: Type.Array(Type.String(), { description: 'Fields that this device has not' }),
};
const devicePlan = closed({
  device: Type.String(),
  ...pollPlan,
  busyMs: duration({ description: 'Longest time that one round of a healthy device takes its lane' }),
  laneShare: ratio({ description: 'busyMs as a share of the period' }),
});

export type DeviceSummary = Static<typeof deviceSummary>;
export type DeviceDetail = Static<typeof deviceDetail>;
export type DevicePlan = Static<typeof devicePlan>;
/** How one device is read, and what that costs. */
export type PollPlan = Omit<DevicePlan, 'device' | 'busyMs' | 'laneShare'>;

/** What the harvest tells of its devices, without asking them anything. Answers are the caller's own. */
export interface DevicePort {
  /** In the order of the configuration; after them the quarantined ones. */
  list(): readonly DeviceSummary[];
  /** undefined when there is no such device. */
  show(id: string): DeviceDetail | undefined;
  /** undefined when there is no such device, or when it is quarantined and so has none. */
  plan(id: string): DevicePlan | undefined;
}

export interface DevicePorts {
  readonly devices: DevicePort;
}

const deviceInput = closed({
  id: Type.String({ minLength: 1, maxLength: 64, description: 'The device, as in the configuration' }),
});

const deviceList = defineCommand({
  id: 'device.list',
  summary: 'The devices, their states and how old their readings are',
  scope: 'read',
  input: closed({}),
  output: closed({ devices: Type.Array(deviceSummary) }),
  http: { method: 'GET', path: '/api/v1/devices' },
  cli: {
    verb: 'device list',
    list: 'devices',
    columns: [
      'id',
      'driver',
      'address',
      'state',
      'stateSinceMs',
      'effectivePeriodMs',
      'ageMs',
      'ageBoundMs',
      'failures',
      'lastError',
    ],
  },
  run: ({ devices }: DevicePorts) => ({ devices: [...devices.list()] }),
});

const deviceShow = defineCommand({
  id: 'device.show',
  summary: 'One device: what it is, how it does and what it measures',
  scope: 'read',
  input: deviceInput,
  output: deviceDetail,
  http: { method: 'GET', path: '/api/v1/devices/:id' },
  cli: { verb: 'device show', positionals: ['id'] },
  run: ({ devices }: DevicePorts, { id }) => devices.show(id) ?? refuseUnknown(id, devices),
});

const devicePlanShow = defineCommand({
  id: 'device.plan',
  summary: 'The requests that read one device, and what they cost its lane',
  scope: 'read',
  input: deviceInput,
  output: devicePlan,
  http: { method: 'GET', path: '/api/v1/devices/:id/plan' },
  cli: { verb: 'device plan', positionals: ['id'] },
  run: ({ devices }: DevicePorts, { id }) => {
    const plan = devices.plan(id);
    if (plan !== undefined) return plan;
    if (devices.show(id) === undefined) return refuseUnknown(id, devices);
    throw new GatewayError('not_found', `device ${id} is quarantined, so it has no plan`, {
      hint: `see why with: egw device show ${id}`,
    });
  },
});

export const deviceCommands = [deviceList, deviceShow, devicePlanShow] as const;

/** The commands about devices with what they need. */
export function bindDeviceCommands(ports: DevicePorts): readonly BoundCommand[] {
  return [bindCommand(deviceList, ports), bindCommand(deviceShow, ports), bindCommand(devicePlanShow, ports)];
}

function refuseUnknown(id: string, devices: DevicePort): never {
  const ids = devices.list().map((device) => device.id);
  throw new GatewayError('device_unknown', `there is no device ${JSON.stringify(id)}`, {
    hint: ids.length === 0 ? 'none is configured' : `there are: ${ids.slice(0, 20).join(', ')}`,
  });
}
