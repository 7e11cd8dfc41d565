import t from 'tap';
import { parseBoilerFaults } from '../../../modbus-sim/boiler/boiler-fault-file.ts';
import { SimulatorError } from '../../../modbus-sim/simulator-error.ts';

t.test('seconds after the start become times', (t) => {
  const plan = {
    'meter-1': [{ kind: 'reboot', fromS: 1, untilS: 2 }],
    boiler: [
      { kind: 'fire-out', fromS: -3_600, untilS: 30 },
      { kind: 'empty-silo', fromS: 60, untilS: 3_600 },
      { kind: 'probe-shorted', probe: 'flue', fromS: 0, untilS: 5 },
      { kind: 'clamps-silent', fromS: 7, untilS: 8 },
    ],
  };
  t.same(parseBoilerFaults(JSON.stringify(plan), 1_000_000), [
    { kind: 'fire-out', startMs: -2_600_000, endMs: 1_030_000 },
    { kind: 'empty-silo', startMs: 1_060_000, endMs: 4_600_000 },
    { kind: 'probe-shorted', startMs: 1_000_000, endMs: 1_005_000, probe: 'flue' },
    { kind: 'clamps-silent', startMs: 1_007_000, endMs: 1_008_000 },
  ]);
  t.same(parseBoilerFaults('{}', 0), []);
  t.end();
});

t.test('every mistake is named with its place', (t) => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['{', /^fault plan: not JSON: /],
    ['{"boiler":{}}', /^fault plan: "boiler" must be a list of faults$/],
    ['{"boiler":[7]}', /^fault plan: boiler\[0\]: must be an object$/],
    ['{"boiler":[{}]}', /boiler\[0\]: "kind" must be one of empty-silo, auger-jam, /],
    [
      '{"boiler":[{"kind":"fire-out","fromS":-604801,"untilS":2}]}',
      /boiler\[0\]: "fromS" must be a number of at least -604800$/,
    ],
    [
      '{"boiler":[{"kind":"fire-out","fromS":3,"untilS":2}]}',
      /boiler\[0\]: "untilS" must be a number of at least 3$/,
    ],
    [
      '{"boiler":[{"kind":"fire-out","fromS":3,"untilS":4,"probe":"water"}]}',
      /unknown key "probe"; a fire-out has kind, fromS, untilS$/,
    ],
    [
      '{"boiler":[{"kind":"probe-gone","fromS":3,"untilS":4,"probe":"wine"}]}',
      /boiler\[0\]: "probe" must be one of water, flue, enclosure$/,
    ],
  ];
  for (const [json, expected] of cases) {
    t.throws(() => parseBoilerFaults(json, 0), expected, json);
    t.throws(() => parseBoilerFaults(json, 0), SimulatorError);
  }
  t.end();
});
