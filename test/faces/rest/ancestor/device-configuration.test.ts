import t from 'tap';
import {
  connections,
  deviceFromConfiguration,
} from '../../../../gateway/faces/rest/ancestor/device-configuration.ts';
import { profiles } from '../../../../gateway/faces/rest/ancestor/profile-names.ts';
import { driverIds } from '../../../../gateway/io/drivers/index.ts';
import { sources } from '../../../../gateway/io/sources/index.ts';

const tcp = { connection: 'TCP', ip: '192.168.1.20', port: 502, slave_id: 1, device_type: 'huawei' };
const untyped = { ip: tcp.ip, port: tcp.port, slave_id: tcp.slave_id };

t.test('each connection becomes what is added here', (t) => {
  t.same(deviceFromConfiguration(tcp), {
    id: 'huawei-sun2000-192-168-1-20-1',
    driver: 'huawei-sun2000',
    kind: 'modbus-tcp',
    host: '192.168.1.20',
    port: 502,
    unit: 1,
  });
  t.same(deviceFromConfiguration({ ...tcp, sn: 'HV2050/X 01', mac: 'aa:bb' })['id'], 'hv2050-x-01');
  const rtu = {
    connection: 'RTU',
    port: '/dev/serial/by-id/usb-1',
    baudrate: 9600,
    bytesize: 8,
    parity: 'E',
    stopbits: 1,
    slave_id: 3,
    device_type: 'sdm630',
  };
  t.same(deviceFromConfiguration(rtu), {
    id: 'eastron-sdm630-dev-serial-by-id-usb-1-3',
    driver: 'eastron-sdm630',
    kind: 'modbus-rtu',
    path: '/dev/serial/by-id/usb-1',
    baudRate: 9600,
    parity: 'even',
    stopBits: 1,
    unit: 3,
  });
  const logger = {
    ...tcp,
    connection: 'SOLARMAN',
    port: 8899,
    device_type: 'deye',
    logger_sn: 2_712_345_678,
    verbose: false,
  };
  t.same(deviceFromConfiguration(logger), {
    id: 'deye-192-168-1-20-1',
    driver: 'deye',
    kind: 'solarman-v5',
    host: '192.168.1.20',
    port: 8899,
    unit: 1,
    loggerSerial: 2_712_345_678,
  });
  t.match(deviceFromConfiguration({ ...untyped, connection: 'SUNSPEC' }), {
    driver: 'sunspec',
    kind: 'modbus-tcp',
  });
  t.end();
});

t.test('the older names of the fields are taken, and numbers as text', (t) => {
  const old = { connection: 'TCP', host: '192.168.1.20', port: '502', address: '1', type: 'HUAWEI' };
  t.same(deviceFromConfiguration(old), deviceFromConfiguration(tcp));
  t.throws(() => deviceFromConfiguration({ ...tcp, host: '192.168.1.21' }), { message: 'ip is given twice' });
  t.end();
});

t.test('a driver of ours is a device_type as well', (t) => {
  for (const driver of driverIds) {
    t.equal(deviceFromConfiguration({ ...tcp, device_type: driver })['driver'], driverOf(driver));
  }
  t.end();
});

/** Some of our ids are the earlier names of others. */
function driverOf(id: string): string {
  return profiles.find(({ name }) => name === id)?.driver ?? id;
}

t.test('every earlier name leads to a driver that there is', (t) => {
  for (const { name, driver } of profiles) {
    t.ok(driverIds.includes(driver), `${name}: ${driver}`);
    t.equal(deviceFromConfiguration({ ...tcp, device_type: name.toUpperCase() })['driver'], driver);
  }
  t.end();
});

t.test('what is a source here is refused with the line to write into the configuration', (t) => {
  for (const [name, { source }] of Object.entries(connections)) {
    if (source === undefined) continue;
    t.ok(
      sources.some(({ id }) => id === source),
      source,
    );
    t.throws(() => deviceFromConfiguration({ connection: name, ip: '192.168.1.9' }), {
      code: 'input_invalid',
      hint: new RegExp(`kind: ${source}.*192\\.168\\.1\\.9`),
    });
  }
  t.end();
});

t.test('what is wrong is named', (t) => {
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{}, /connection type/],
    [{ connection: 'tcp' }, /connection type/],
    [{ connection: 'constructor' }, /connection type/],
    [{ connection: 5 }, /connection must be a text/],
    [{ ...tcp, port: 'many' }, /port must be a number/],
    [{ ...tcp, ip: 5 }, /ip must be a text/],
    [{ ...tcp, colour: 'red' }, /"colour"/],
    [{ ...tcp, logger_sn: 1 }, /"logger_sn"/],
    [{ ...untyped, connection: 'TCP' }, /device_type is missing/],
    [{ ...tcp, device_type: 'unknown' }, /device_type/],
    [{ ...tcp, sn: '///' }, /sn has neither/],
    [{ connection: 'RTU', port: '/dev/x', bytesize: 7, device_type: 'sma' }, /bytesize must be 8/],
    [{ connection: 'RTU', port: '/dev/x', parity: 'M', device_type: 'sma' }, /parity must be/],
  ];
  for (const [given, message] of wrong)
    t.throws(() => deviceFromConfiguration(given as Record<string, unknown>), {
      code: 'input_invalid',
      message,
    });
  t.end();
});
