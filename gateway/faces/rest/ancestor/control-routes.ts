import { describeError, GatewayError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import {
  ok,
  statusError,
  type AncestorAnswer,
  type AncestorRequest,
  type AncestorRoute,
} from './ancestor-route.ts';
import { numberFromText } from './field-values.ts';
import { findDevice } from './find-device.ts';

const modes: Readonly<Record<string, string>> = {
  read: 'read',
  control: 'control',
  self_consumption: 'self-consumption',
};
const lease = `${limits.leaseMsMax / 1_000}s`;
const returns = { status: 'string - success', message: 'string - what the device follows now' };

const setMode: AncestorRoute = {
  method: 'POST',
  path: '/api/device/:sn/mode/:mode',
  scope: 'control',
  summary:
    'What the gateway may tell a device: read, self_consumption or control; more than before needs admin',
  returns,
  errorBody: statusError,
  answerMsMax: 30_000,
  answer: async (request) => {
    const wanted = request.params['mode'] ?? '';
    const mode = Object.hasOwn(modes, wanted) ? modes[wanted] : undefined;
    if (mode === undefined)
      throw refused(`there is no mode ${wanted.slice(0, 40)}: ${Object.keys(modes).join(', ')}`);
    const id = await deviceId(request);
    await request.run('device.mode', { id, mode });
    return success(`the mode of ${id} is ${wanted}`);
  },
};

const setBatteryPower: AncestorRoute = {
  method: 'POST',
  path: '/api/device/:sn/battery/power/:watts',
  scope: 'control',
  summary: `Battery power asked for, charge +, discharge −; for ${lease}, and again to go on`,
  returns,
  errorBody: statusError,
  answerMsMax: 30_000,
  // The earlier gateway counts what goes into the battery, this one what comes out of it.
  answer: async (request) => await setControls(request, ['battery_power_w'], -watts(request) + 0),
};

const limitGrid: AncestorRoute = {
  method: 'POST',
  path: '/api/device/:sn/grid/limit/:watts',
  scope: 'control',
  summary: `Limit of the power exported to the grid; for ${lease}, and again to go on`,
  returns,
  errorBody: statusError,
  answerMsMax: 30_000,
  answer: async (request) => await setControls(request, ['grid_export_limit_w'], positiveWatts(request)),
};

const limitBattery: AncestorRoute = {
  method: 'POST',
  path: '/api/device/:sn/battery/limit/:watts',
  scope: 'control',
  summary: `Limit of the power that charges the battery, and of that which it gives; for ${lease}, and again to go on`,
  returns,
  errorBody: statusError,
  answerMsMax: 60_000,
  answer: async (request) =>
    await setControls(
      request,
      ['battery_charge_limit_w', 'battery_discharge_limit_w'],
      positiveWatts(request),
    ),
};

export const controlRoutes: readonly AncestorRoute[] = [setMode, setBatteryPower, limitGrid, limitBattery];

/** All or none: what was set is released when a later one is refused. */
async function setControls(
  request: AncestorRequest,
  controls: readonly string[],
  value: number,
): Promise<AncestorAnswer> {
  const id = await deviceId(request);
  const done: string[] = [];
  for (const control of controls) {
    try {
      await request.run('device.set', { id, control, value, lease });
      done.push(control);
    } catch (error) {
      for (const each of done) await release(request, { id, control: each }, error);
      throw error;
    }
  }
  return success(`${controls.join(' and ')} of ${id}: ${value} W for ${lease}`);
}

async function release(
  request: AncestorRequest,
  address: { readonly id: string; readonly control: string },
  cause: unknown,
): Promise<void> {
  try {
    await request.run('device.release', address);
  } catch (error) {
    const { id, control } = address;
    const message = `${describeError(cause)}; and ${control} of ${id} stays until its lease ends: ${describeError(error)}`;
    throw new GatewayError('control_unconfirmed', message, { cause });
  }
}

async function deviceId(request: AncestorRequest): Promise<string> {
  const { sn = '' } = request.params;
  const device = await findDevice(request, sn);
  if (device !== undefined) return device.id;
  throw new GatewayError('device_unknown', `device ${sn.slice(0, 64)} not found`);
}

function watts({ params }: AncestorRequest): number {
  const { watts: text = '' } = params;
  const value = numberFromText(text);
  if (value === undefined) throw refused(`${text.slice(0, 40)} is no power in watts`);
  return value;
}

function positiveWatts(request: AncestorRequest): number {
  const value = watts(request);
  if (value <= 0) throw refused('a limit must be more than 0 W');
  return value;
}

function success(message: string): AncestorAnswer {
  return ok({ status: 'success', message });
}

function refused(message: string): GatewayError {
  return new GatewayError('input_invalid', message);
}
