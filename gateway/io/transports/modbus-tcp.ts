import { hostWire } from './host-wire.ts';
import { MbapFraming } from './mbap-framing.ts';
import { ModbusTransport } from './modbus-transport.ts';
import type {
  RegisterTransport,
  TransportDefinition,
  TransportOptions,
  TransportPorts,
} from './transport.ts';

/** Modbus TCP; also serial devices behind a Modbus TCP gateway. */
export const modbusTcp: TransportDefinition = {
  id: 'modbus-tcp',
  endpoint: 'host',
  needsLoggerSerial: false,
  create: createModbusTcpTransport,
};

/** See `RegisterTransport` for what it promises. */
export function createModbusTcpTransport(
  options: TransportOptions,
  ports: TransportPorts,
): RegisterTransport {
  const wire = hostWire('modbus-tcp', options, ports.network);
  return new ModbusTransport(
    wire,
    (listener) => new MbapFraming(listener, !options.hasWrongLength),
    options,
    ports,
  );
}
