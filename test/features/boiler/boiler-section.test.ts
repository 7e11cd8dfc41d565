import t from 'tap';
import { interpretConfig } from '../../../gateway/config/interpret.ts';
import { boilerRetention, minuteDaysKept } from '../../../gateway/features/boiler/boiler-retention.ts';
import { boilerSection, boilerSettings } from '../../../gateway/features/boiler/boiler-section.ts';
import { defaultPhaseCodes, defaultPhaseRules } from '../../../gateway/features/boiler/phase.ts';
import { plainInputs } from '../../config/inputs.ts';

async function read(yaml: string) {
  const inputs = { ...plainInputs, sections: [boilerSection] };
  const { loaded, problems } = await interpretConfig(yaml, 'egw.yaml', inputs);
  return {
    settings: boilerSettings(loaded?.config.features['boiler']),
    problems: (problems ?? []).map(({ path, message, hint }) => `${path.join('.')} ${message}: ${hint}`),
  };
}

t.test('without inputs there is no boiler', async (t) => {
  t.same(await read(''), { settings: undefined, problems: [] });
  t.same(await read('boiler: { failureC: 60 }'), { settings: undefined, problems: [] });
});

t.test('an input is a text, or a map with the value from which a motor is on', async (t) => {
  const { settings } = await read(`
boiler:
  alerts: true
  inputs: { water: boiler/28-00000a69bebf, igniter: plug-3/load_power_w, primaryFan: { series: m/a2, onFrom: 12 } }
  thresholds: { longMinutes: 20 }
`);
  t.match(settings, {
    ...{ name: 'boiler', alerts: true, rawHours: 5, minuteDays: 35, codes: defaultPhaseCodes },
    rules: { ...defaultPhaseRules, longMinutes: 20 },
  });
  t.same(
    [...(settings?.inputs ?? [])],
    [
      ['water', { series: 'boiler/28-00000a69bebf', onFrom: undefined }],
      ['igniter', { series: 'plug-3/load_power_w', onFrom: undefined }],
      ['primaryFan', { series: 'm/a2', onFrom: 12 }],
    ],
  );
});

t.test('the limits are those that its users know', async (t) => {
  for (const [key, from, to] of [
    ['failureC', 45, 75],
    ['rawHours', 1, 96],
    ['minuteDays', 1, 60],
  ] as const) {
    for (const good of [from, to]) t.same((await read(`boiler: { ${key}: ${good} }`)).problems, []);
    for (const bad of [from - 1, to + 1]) {
      t.match((await read(`boiler: { ${key}: ${bad} }`)).problems, [new RegExp(`boiler.${key} must be`)]);
    }
  }
  t.match((await read(`boiler: { comment: ${'x'.repeat(301)} }`)).problems, [/boiler.comment/]);
  t.match((await read('boiler: { inputs: { watr: a } }')).problems, [/did you mean "water"/]);
});

t.test(
  'two phases with one number are refused, and so is a number that another has by default',
  async (t) => {
    t.same((await read('boiler: { codes: { stop: 8 } }')).problems, [
      'boiler.codes.stop must differ from the number of hold, not 8: give each phase a number of its own',
    ]);
    t.same((await read('boiler: { codes: { stop: 8, hold: 9 } }')).problems, []);
  },
);

t.test('the history of its inputs is kept as it says, unless the storage says otherwise', async (t) => {
  const { settings } = await read('boiler: { rawHours: 7, inputs: { water: a/w, igniter: b, auger: b/x } }');
  const retention = { rawDays: 7, minuteDays: 400, devices: { b: { minuteDays: 20 }, c: { rawHours: 1 } } };
  t.same(boilerRetention(retention, settings), {
    ...retention,
    devices: {
      a: { rawHours: 7, minuteDays: 35 },
      b: { rawHours: 7, minuteDays: 20 },
      c: { rawHours: 1 },
    },
  });
  t.equal(boilerRetention(retention, undefined), retention);
  if (settings !== undefined) t.equal(minuteDaysKept(retention, settings), 20);
});
