import assert from 'node:assert';
import { hostWire } from './host-wire.ts';
import { ModbusTransport } from './modbus-transport.ts';
import { SolarmanFraming } from './solarman-framing.ts';
import type { TransportDefinition } from './transport.ts';

/** An inverter behind a logger stick of Solarman's, in the home's network. */
export const solarmanV5: TransportDefinition = {
  id: 'solarman-v5',
  endpoint: 'host',
  needsLoggerSerial: true,
  defaultPort: 8899,
  create: (options, ports) => {
    const { loggerSerial } = options;
    assert(loggerSerial !== undefined, "Solarman V5 needs the logger's serial number");
    const wire = hostWire('solarman-v5', options, ports.network);
    return new ModbusTransport(
      wire,
      (listener) => new SolarmanFraming(listener, loggerSerial, ports.clock),
      options,
      ports,
    );
  },
};
