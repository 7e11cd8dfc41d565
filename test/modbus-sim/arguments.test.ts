import t from 'tap';
import { parseArguments } from '../../modbus-sim/arguments.ts';
import { SimulatorError } from '../../modbus-sim/simulator-error.ts';

t.test('defaults', async (t) => {
  t.same(parseArguments([]), {
    host: '127.0.0.1',
    portBase: 0,
    seed: 7,
    speed: 1,
    startMs: undefined,
    faults: 'none',
    latencyMs: 0,
    devices: 'sungrow-hybrid,huawei-sun2000,sdm630',
    units: 0,
    framing: 'tcp',
    path: undefined,
    baudRate: undefined,
    connectionsMax: undefined,
    hasServices: false,
    brokerUrl: undefined,
    isShared: false,
    withParent: false,
    help: false,
  });
});

t.test('all options are read', async (t) => {
  const words =
    '--host ::1 --port-base 15020 --seed 3 --speed 60 --start 2026-06-21T04:00:00Z --faults random';
  const given = parseArguments([
    ...words.split(' '),
    '--shared',
    '--services',
    '--broker=mqtt://127.0.0.1:1883',
    '--latency=20',
    '--connections=2',
    '--with-parent',
  ]);
  t.match(given, { host: '::1', portBase: 15_020, seed: 3, speed: 60, faults: 'random', latencyMs: 20 });
  t.match(given, { startMs: Date.UTC(2026, 5, 21, 4), connectionsMax: 2, isShared: true, withParent: true });
  t.match(given, { hasServices: true, brokerUrl: 'mqtt://127.0.0.1:1883' });
});

t.test('devices and their wires', async (t) => {
  const given = parseArguments('--devices sdm630 --units 20 --framing rtu-over-tcp --baud 9600'.split(' '));
  t.match(given, { devices: 'sdm630', units: 20, framing: 'rtu-over-tcp', baudRate: 9600, isShared: true });
  t.equal(parseArguments(['--path', '/dev/ttyS1']).path, '/dev/ttyS1');
});

t.test('every bad word is refused in one line that names it', async (t) => {
  const message = (words: string): string => {
    try {
      parseArguments(words.split(' '));
    } catch (error) {
      return error instanceof SimulatorError ? error.message : `not a SimulatorError: ${String(error)}`;
    }
    return 'accepted';
  };
  t.match(message('--speed fast'), /^--speed must be a number from 0.001 to 100000, not "fast"$/);
  t.match(message('--speed=0'), /--speed must be/);
  t.match(message('--port-base 65481'), /--port-base must be a whole number from 0 to 65480/);
  t.match(message('--port-base 1.5'), /--port-base must be/);
  t.match(message('--seed='), /--seed must be/);
  t.match(message('--start yesterday'), /--start must be a time/);
  t.match(message('--start 0001-01-01'), /--start must be a time/);
  t.match(message('--sped 3'), /^[^\n]*--sped[^\n]*--help lists the options\)$/);
  t.match(
    message('--framing ascii'),
    /^--framing must be one of tcp, rtu-over-tcp, solarman-v5, rtu, not "ascii"$/,
  );
  t.match(message('--units 101'), /^--units must be a whole number from 0 to 100/);
  t.match(message('--baud 0'), /^--baud must be/);
  t.match(message('stray'), /^[^\n]*stray[^\n]*$/);
});
