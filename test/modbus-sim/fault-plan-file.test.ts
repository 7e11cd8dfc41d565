import t from 'tap';
import { parseFaultPlan } from '../../modbus-sim/fault-plan-file.ts';
import { SimulatorError } from '../../modbus-sim/simulator-error.ts';

const deviceIds = ['inverter-1', 'inverter-2', 'meter-1'];

t.test('seconds after the start become times', async (t) => {
  const plan = parseFaultPlan(
    JSON.stringify({
      'inverter-2': [
        { kind: 'slow', fromS: 60, untilS: 120, delayMs: 8000 },
        { kind: 'garbage', fromS: 130, untilS: 140, garbage: 'short-frame' },
        { kind: 'exception', fromS: 150, untilS: 160, code: 6 },
        { kind: 'counter-reset', fromS: 100 },
      ],
      'meter-1': [
        { kind: 'half-open', fromS: 0, untilS: 1 },
        { kind: 'counter-noise', fromS: 2, untilS: 3, byWh: 20 },
        { kind: 'counter-jump', fromS: 4, byWh: -7 },
        { kind: 'device-swap', fromS: 5, serialNumber: '123' },
      ],
    }),
    { seed: 7, startMs: 1_000_000, deviceIds },
  );
  t.same(plan.windows('inverter-2'), [
    { kind: 'slow', startMs: 1_060_000, endMs: 1_120_000, delayMs: 8000 },
    { kind: 'garbage', startMs: 1_130_000, endMs: 1_140_000, garbage: 'short-frame' },
    { kind: 'exception', startMs: 1_150_000, endMs: 1_160_000, code: 6 },
  ]);
  t.equal(plan.lastCounterResetMs('inverter-2', 1_100_000), 1_100_000);
  t.equal(plan.activeFault('meter-1', 1_000_500)?.kind, 'half-open');
  t.match(plan.activeFault('meter-1', 1_002_500), { kind: 'counter-noise', byWh: 20 });
  t.match(plan.lastingState('meter-1', 1_004_000), { counterShiftWh: -7, serialNumber: undefined });
  t.same(plan.lastingState('meter-1', 1_005_000), {
    countersResetAtMs: 1_005_000,
    counterShiftWh: 0,
    serialNumber: '123',
  });
});

t.test('what others read is passed over, unless it is no more than a mistake', (t) => {
  const context = { seed: 7, startMs: 0, deviceIds };
  const plan = parseFaultPlan('{"boiler":[{"kind":"fire-out"}]}', { ...context, otherKeys: ['boiler'] });
  t.same(plan.windows('boiler'), []);
  t.throws(
    () => parseFaultPlan('{"boiler":[]}', context),
    /no device "boiler"; there are inverter-1, .*meter-1$/,
  );
  t.throws(
    () => parseFaultPlan('{"oven":[]}', { ...context, otherKeys: ['boiler'] }),
    /no device "oven"; there are inverter-1, .*meter-1, boiler$/,
  );
  t.end();
});

t.test('every mistake is named with its place, in one line', async (t) => {
  const message = (json: string): string => {
    try {
      parseFaultPlan(json, { seed: 7, startMs: 0, deviceIds });
    } catch (error) {
      return error instanceof SimulatorError ? error.message : `not a SimulatorError: ${String(error)}`;
    }
    return 'accepted';
  };
  const meter = (fault: string): string => message(`{"meter-1":[${fault}]}`);
  t.match(message('{\n"a"'), /^fault plan: not JSON: [^\n]+$/);
  t.match(message('[]'), /must be an object/);
  t.match(message('{"meter-9":[]}'), /no device "meter-9"; there are inverter-1, inverter-2, meter-1/);
  t.match(message('{"meter-1":{}}'), /"meter-1" must be a list/);
  t.match(meter('5'), /meter-1\[0\]: must be an object/);
  t.match(
    meter('{"kind":"toString","fromS":1,"untilS":2}'),
    /"kind" must be one of silent, mute, slow, exception/,
  );
  t.match(meter('{"kind":"silent","fromS":1,"untilS":2,"delayMs":1}'), /unknown key "delayMs"; a silent has/);
  t.match(meter('{"kind":"silent","fromS":-1,"untilS":2}'), /"fromS" must be a number of at least 0/);
  t.match(meter('{"kind":"silent","fromS":9,"untilS":2}'), /"untilS" must be a number of at least 9/);
  t.match(meter('{"kind":"slow","fromS":1,"untilS":2}'), /"delayMs" must be/);
  t.match(meter('{"kind":"counter-jump","fromS":1,"byWh":"x"}'), /"byWh" must be/);
  t.match(meter('{"kind":"counter-jump","fromS":1,"untilS":2,"byWh":1}'), /unknown key "untilS"/);
  t.match(meter('{"kind":"device-swap","fromS":1,"serialNumber":"a b"}'), /"serialNumber" must be/);
  t.match(meter('{"kind":"exception","fromS":1,"untilS":2,"code":0}'), /"code" must be/);
  t.match(
    meter('{"kind":"garbage","fromS":1,"untilS":2,"garbage":"x"}'),
    /"garbage" must be one of wrong-transaction/,
  );
  t.match(
    meter('{"kind":"silent","fromS":1,"untilS":5},{"kind":"refuse","fromS":4,"untilS":6}'),
    /meter-1: "silent from 1 s" overlaps "refuse from 4 s"/,
  );
});
