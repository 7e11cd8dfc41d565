import assert from 'node:assert';
import type { Wire } from './modbus-port.ts';
import { ModbusTransport } from './modbus-transport.ts';
import { RtuFraming } from './rtu-framing.ts';
import type { TransportDefinition } from './transport.ts';

/** Modbus RTU on a serial line of this machine, RS-485 mostly; its units share the line. */
export const modbusRtu: TransportDefinition = {
  id: 'modbus-rtu',
  endpoint: 'serial',
  needsLoggerSerial: false,
  create: (options, ports) => {
    const { endpoint } = options;
    assert('path' in endpoint, 'Modbus RTU goes over a serial line');
    const wire: Wire = {
      name: `modbus-rtu://${endpoint.path}`,
      line: endpoint,
      open: async (listener, signal) => await ports.serial.open({ ...endpoint, listener, signal }),
    };
    return new ModbusTransport(wire, (listener) => new RtuFraming(listener, ports.clock), options, ports);
  },
};
