import { monotonicMs } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { ControlSession } from '../../io/drivers/index.ts';
import type { RegisterAccess } from '../../io/transports/transport.ts';
import type { DeviceUse } from '../device-access.ts';
import type { ControlAddress, ControlPorts } from './control-ports.ts';
import { controlSession, type KnownControl } from './control-session.ts';

/** Work that waits for the lane of its device, or has begun. */
export interface LaneTurn {
  /** Errors: `deadline_exceeded` when its turn did not come in time, those of `DeviceAccess.use`. */
  readonly done: Promise<void>;
  /** Ends the wait with this error; nothing once the work has begun. */
  callOff(error: GatewayError): void;
}

/** What is done with a device in one turn of its lane. */
export interface ControlTurn {
  readonly priority: 'control' | 'safety';
  readonly beforeWrite: () => Promise<void>;
  readonly work: (session: ControlSession) => Promise<void>;
}

/** A turn of the lane for one control. */
export function takeControlTurn(
  ports: ControlPorts,
  { address, known }: { readonly address: ControlAddress; readonly known: KnownControl },
  { priority, beforeWrite, work }: ControlTurn,
): LaneTurn {
  const { device, control } = address;
  const session = controlSession(ports, known, beforeWrite);
  return takeTurn(
    ports,
    { device, name: `control:${device}:${control}`, priority, deadlineMs: limits.controlUseMsMax },
    async (registers, signal) => await work(session(registers, signal)),
  );
}

/** A set point must not wait for ever for its turn, nor be written when nobody waits for it any more. */
function takeTurn(
  { access, alarm, clock }: Pick<ControlPorts, 'access' | 'alarm' | 'clock'>,
  { device, ...how }: DeviceUse & { readonly device: string },
  work: (registers: RegisterAccess, signal: AbortSignal) => Promise<void>,
): LaneTurn {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  let state: 'waiting' | 'begun' | 'off' = 'waiting';
  const callOff = (error: GatewayError): void => {
    if (state !== 'waiting') return;
    state = 'off';
    stopWaiting();
    reject(error);
  };
  const stopWaiting = alarm.at(monotonicMs(clock.monotonic() + limits.controlWaitMsMax), () =>
    callOff(
      new GatewayError('deadline_exceeded', `device ${device} was busy for ${limits.controlWaitMsMax} ms`, {
        hint: 'nothing was written; try again, and see its lane with: egw status',
      }),
    ),
  );
  access
    .use(device, how, async (registers, signal) => {
      if (state === 'off') return;
      state = 'begun';
      stopWaiting();
      await work(registers, signal);
    })
    .then(() => resolve(undefined), reject)
    .finally(stopWaiting);
  return { done: promise, callOff };
}
