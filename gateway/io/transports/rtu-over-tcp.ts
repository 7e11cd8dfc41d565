import { hostWire } from './host-wire.ts';
import { ModbusTransport } from './modbus-transport.ts';
import { RtuFraming } from './rtu-framing.ts';
import type { TransportDefinition } from './transport.ts';

/** A serial line behind a converter that hands on bytes as they are, without the header of Modbus TCP. */
export const rtuOverTcp: TransportDefinition = {
  id: 'rtu-over-tcp',
  endpoint: 'host',
  needsLoggerSerial: false,
  create: (options, ports) => {
    const wire = hostWire('rtu-over-tcp', options, ports.network);
    return new ModbusTransport(wire, (listener) => new RtuFraming(listener, ports.clock), options, ports);
  },
};
