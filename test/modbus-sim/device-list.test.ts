import t from 'tap';
import { parseDeviceList } from '../../modbus-sim/device-list.ts';
import type { DeviceListOptions } from '../../modbus-sim/device-list.ts';
import { SimulatorError } from '../../modbus-sim/simulator-error.ts';

const plain: DeviceListOptions = {
  isShared: false,
  units: 0,
  portBase: 0,
  framing: 'tcp',
  path: undefined,
  latencyMs: 0,
  baudRate: undefined,
  connectionsMax: undefined,
};

/** `framing port|path: id=unit …` for each line. */
function lines(words: string, options: Partial<DeviceListOptions> = {}): string[] {
  return parseDeviceList(words, { ...plain, ...options }).map(({ framing, port, path, units }) => {
    const found = units.map(({ id, unitId }) => `${id}=${unitId}`).join(' ');
    return `${framing} ${path ?? port}: ${found}`;
  });
}

t.test('each device has a port of its own, one after the other', async (t) => {
  t.same(lines('sungrow-hybrid,huawei-sun2000,sdm630', { portBase: 1502 }), [
    'tcp 1502: inverter-1=1',
    'tcp 1503: inverter-2=1',
    'tcp 1504: meter-1=1',
  ]);
});

t.test('a SunSpec hybrid brings its meter', async (t) => {
  t.same(lines('sunspec-hybrid,sdm630'), ['tcp 0: inverter-1=1 meter-1=200', 'tcp 0: meter-2=1']);
});

t.test('devices share a port or a serial line, all of them or those that name the same', async (t) => {
  t.same(lines('sungrow-hybrid,huawei-sun2000,sdm630', { isShared: true }), [
    'tcp 0: inverter-1=1 inverter-2=2 meter-1=3',
  ]);
  t.same(lines('sdm630:path=/dev/ttyS1,sungrow-hybrid,sdm630:unit=9:path=/dev/ttyS1:id=cellar'), [
    'rtu /dev/ttyS1: meter-1=1 cellar=9',
    'tcp 0: inverter-1=1',
  ]);
  t.same(lines('sdm630,sdm630', { path: '/dev/ttyS1' }), ['rtu /dev/ttyS1: meter-1=1 meter-2=2']);
  t.same(lines('sdm630:port=1510:framing=rtu-over-tcp,sdm630:port=1510:framing=rtu-over-tcp'), [
    'rtu-over-tcp 1510: meter-1=1 meter-2=2',
  ]);
});

t.test('a list is repeated to so many devices, each with a serial number of its own', async (t) => {
  const [line] = parseDeviceList('sungrow-hybrid,sdm630', { ...plain, units: 20, isShared: true });
  t.equal(line?.units.length, 20);
  t.same(
    line?.units.map(({ unitId }) => unitId),
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
  t.same(line?.units.at(-1), { id: 'meter-10', count: 9, kind: 'sdm630', unitId: 20 });
});

t.test('what holds for all lines is on each', async (t) => {
  const [line] = parseDeviceList('sdm630', {
    ...plain,
    framing: 'solarman-v5',
    baudRate: 9600,
    latencyMs: 20,
  });
  t.match(line, {
    framing: 'solarman-v5',
    baudRate: 9600,
    latencyMs: 20,
    logger: { loggerSerial: 1_700_000_001 },
  });
});

t.test('every mistake is named in one line', async (t) => {
  const message = (words: string, options: Partial<DeviceListOptions> = {}): string => {
    try {
      lines(words, options);
    } catch (error) {
      return error instanceof SimulatorError ? error.message : `not a SimulatorError: ${String(error)}`;
    }
    return 'accepted';
  };
  t.match(message('toaster'), /^--devices: no device kind "toaster"; there are sungrow-hybrid, [^\n]*$/);
  t.match(message(''), /no device kind ""/);
  t.match(message('sdm630,'), /no device kind ""/);
  t.match(message('sdm630:colour=red'), /sdm630: unknown setting "colour"; there are id, unit/);
  t.match(message('sdm630:unit=0'), /unit 0 is taken, or for all/);
  t.match(message('sdm630:unit=248'), /sdm630: unit must be a whole number up to 247, not "248"/);
  t.match(message('sdm630:unit=x'), /not "x"/);
  t.match(message('sdm630:port=70000'), /port must be a whole number up to 65535/);
  t.match(message('sdm630:framing=ascii'), /no framing "ascii"; there are tcp/);
  t.match(message('sdm630:framing=rtu'), /the framing rtu, and no other, needs a path/);
  t.match(message('sdm630:framing=tcp', { path: '/dev/ttyS1' }), /needs a path/);
  t.match(message('sdm630:unit=1,sdm630:unit=1', { isShared: true }), /unit 1 is taken/);
  t.match(message('sdm630:port=5,sdm630:port=5:framing=rtu-over-tcp'), /port 5 has two framings/);
  t.match(message('sdm630:id=a,sdm630:id=a'), /the id "a" is taken/);
  t.match(message('sdm630:id=A B'), /not of a-z/);
  t.match(message('sdm630,sdm630', { portBase: 65_535 }), /--port-base 65535 leaves no room for 2 ports/);
  t.match(message(Array.from({ length: 101 }, () => 'sdm630').join()), /at most 100 devices, not 101/);
});
