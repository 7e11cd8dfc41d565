import { Type } from 'typebox';
import { driverIds, findDriver } from '../../io/drivers/index.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed } from '../schema.ts';

const driverList = defineCommand({
  id: 'driver.list',
  summary: 'The kinds of devices that are built in',
  scope: 'read',
  input: closed({}),
  output: closed({
    drivers: Type.Array(
      closed({
        id: Type.String({ description: 'As the configuration calls it' }),
        title: Type.String({ description: 'Maker and family' }),
        port: Type.Integer({ description: 'TCP port unless configured' }),
        unit: Type.Integer({ description: 'Modbus unit unless configured' }),
        controls: Type.Array(Type.String(), {
          description: 'What such a device can be told; one that describes itself may take more',
        }),
        describesItself: Type.Boolean({ description: 'What it measures is known once it was asked' }),
      }),
    ),
  }),
  http: { method: 'GET', path: '/api/v1/drivers' },
  cli: { verb: 'driver list', list: 'drivers', columns: ['id', 'title', 'port', 'unit', 'controls'] },
  run: () => ({
    drivers: driverIds.flatMap((id) => {
      const driver = findDriver(id);
      if (driver === undefined) return [];
      const { title, defaultPort, defaultUnit, controls = [] } = driver;
      return [
        {
          id,
          title,
          port: defaultPort,
          unit: defaultUnit,
          controls: controls.map(({ name }) => name),
          describesItself: driver.discover !== undefined,
        },
      ];
    }),
  }),
});

export const driverCommands = [driverList] as const;

export function bindDriverCommands(): readonly BoundCommand[] {
  return [bindCommand(driverList, {})];
}
