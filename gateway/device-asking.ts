import type { Alarm, Clock } from './core/clock.ts';
import { describeError } from './core/errors.ts';
import type { LocalNetwork } from './core/local-network.ts';
import type { Logger } from './core/logger.ts';
import { createProxyServer } from './faces/modbus-proxy/proxy-server.ts';
import type { BoundCommand } from './features/command.ts';
import type { Control } from './features/control/control.ts';
import { DeviceQuestions } from './features/device-questions.ts';
import type { DeviceFleet, FleetConfig } from './features/harvest/device-fleet.ts';
import { bindDeviceReadCommands } from './features/harvest/device-read-commands.ts';
import { proxySection, proxySettings } from './features/raw-access/proxy-section.ts';
import { RawAccess } from './features/raw-access/raw-access.ts';
import { bindRawCommands } from './features/raw-access/raw-commands.ts';
import { ReadProxy } from './features/raw-access/read-proxy.ts';
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

interface ProxyPorts<Config extends FleetConfig> {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly logger: Logger;
  readonly lan: LocalNetwork;
  readonly fleet: DeviceFleet<Config>;
}

export interface ModbusProxy {
  /** Never throws: without its port the gateway still reads and stores. */
  listen(): Promise<void>;
  close(): Promise<void>;
}

/** The way of other masters to the devices; undefined unless the configuration has it. */
export function createModbusProxy<Config extends FleetConfig>(
  ports: ProxyPorts<Config>,
  sections: Readonly<Record<string, unknown>>,
): ModbusProxy | undefined {
  const settings = proxySettings(sections[proxySection.key]);
  if (settings?.enabled !== true) return undefined;
  const { clock, logger, fleet } = ports;
  const questions = new DeviceQuestions({ ...ports, access: fleet });
  const deviceIds = (): readonly string[] => fleet.devices().map(({ device }) => device.id);
  const proxy = new ReadProxy({ clock, questions, deviceIds }, settings);
  const server = createProxyServer({
    ...ports,
    clientsMax: settings.clientsMax,
    read: async (unit, range) => await proxy.read(unit, range),
  });
  return {
    listen: async () => {
      try {
        const address = await server.listen(settings);
        logger.info({ ...address }, 'other Modbus masters are served');
      } catch (error) {
        logger.error({ error }, `other Modbus masters are not served: ${describeError(error)}`);
      }
    },
    close: async () => await server.close(),
  };
}
