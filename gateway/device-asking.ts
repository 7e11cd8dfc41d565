import type { Alarm, Clock } from './core/clock.ts';
import type { BoundCommand } from './features/command.ts';
import type { Control } from './features/control/control.ts';
import { DeviceQuestions } from './features/device-questions.ts';
import type { DeviceFleet, FleetConfig } from './features/harvest/device-fleet.ts';
import { bindDeviceReadCommands } from './features/harvest/device-read-commands.ts';
import { RawAccess } from './features/raw-access/raw-access.ts';
import { bindRawCommands } from './features/raw-access/raw-commands.ts';
import type { StorePort } from './features/store-port.ts';

interface AskingPorts<Config extends FleetConfig> {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly database: StorePort<'addAuditLine'>;
  readonly fleet: DeviceFleet<Config>;
  readonly control: Control;
}

/** What people ask devices besides what the polls do: everything at once, or bare registers. */
export function bindAskingCommands<Config extends FleetConfig>(
  ports: AskingPorts<Config>,
): readonly BoundCommand[] {
  const { clock, fleet, control, database } = ports;
  const questions = new DeviceQuestions({ ...ports, access: fleet });
  const raw = new RawAccess({
    clock,
    questions,
    store: database,
    deviceIds: () => fleet.devices().map(({ device }) => device.id),
    isControlled: (id) => control.modeOf(id) === 'control',
  });
  return [
    ...bindDeviceReadCommands({
      clock,
      questions,
      readValues: async (id, read) => await fleet.readValues(id, read),
    }),
    ...bindRawCommands({ raw }),
  ];
}
