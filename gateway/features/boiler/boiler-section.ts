import { Type, type TInteger, type TNumber, type TObject } from 'typebox';
import type { ConfigSection, SectionProblem } from '../../config/section.ts';
import { limits } from '../../core/limits.ts';
import { boilerInputs, neededInputs, type BoilerInput } from './boiler-input.ts';
import { defaultPhaseCodes, defaultPhaseRules, phases, type PhaseCodes, type PhaseRules } from './phase.ts';

/** Where an input comes from, as it is written: a device or a part of a source, alone or with a quantity. */
export interface InputSetting {
  readonly series: string;
  /** Of a motor: on from this value on; undefined: by its quantity. */
  readonly onFrom: number | undefined;
}

/** The configuration of the boiler, in force. */
export interface BoilerSettings {
  /** For people. */
  readonly name: string;
  readonly comment: string;
  /** Whether people are told. */
  readonly alerts: boolean;
  /** None: there is no boiler. */
  readonly inputs: ReadonlyMap<BoilerInput, InputSetting>;
  /** How long the readings and the minutes of its inputs are kept. */
  readonly rawHours: number;
  readonly minuteDays: number;
  readonly rules: PhaseRules;
  readonly codes: PhaseCodes;
}

const inputTitles: Readonly<Record<BoilerInput, string>> = {
  water: 'Water of the boiler',
  flue: 'Flue gas',
  enclosure: 'Inside of the enclosure',
  secondaryFan: 'Secondary fan, or circulator',
  igniter: 'Igniter',
  primaryFan: 'Primary fan',
  auger: 'Auger that feeds the pellets',
};

const seriesText = (description: string) =>
  Type.String({
    description,
    pattern: '^[a-z0-9]+(-[a-z0-9]+)*(/[^/\\s]+)*$',
    maxLength: limits.seriesDeviceLengthMax + limits.quantityLengthMax,
  });

function inputSchema(input: BoilerInput) {
  const description = `${inputTitles[input]}: a device or a part of a source, alone or with a quantity (plug-3/load_power_w).`;
  const written = Type.Object(
    {
      series: seriesText(description),
      onFrom: Type.Optional(
        Type.Number({
          description: 'A motor is on from this value on. Default: by its quantity.',
          minimum: -1_000_000,
          maximum: 1_000_000,
        }),
      ),
    },
    { description, required: ['series'], additionalProperties: false },
  );
  return Type.Optional(Type.Union([seriesText(description), written], { description }));
}

const inputs = Type.Object(Object.fromEntries(boilerInputs.map((input) => [input, inputSchema(input)])), {
  description: `What it is watched by. Without ${neededInputs.join(', ')} no phase is known.`,
  additionalProperties: false,
  default: {},
});

type Limits = readonly [minimum: number, maximum: number];

const minutes = (name: keyof PhaseRules, [minimum, maximum]: Limits, description: string): TInteger =>
  Type.Integer({ description, minimum, maximum, default: defaultPhaseRules[name] });
const celsius = (name: keyof PhaseRules, [minimum, maximum]: Limits, description: string): TNumber =>
  Type.Number({ description, minimum, maximum, default: defaultPhaseRules[name] });

const thresholds: TObject = Type.Object(
  {
    ignitionMinutes: minutes(
      'ignitionMinutes',
      [1, 120],
      'An ignition less than so many minutes ago is watched.',
    ),
    shortMinutes: minutes(
      'shortMinutes',
      [3, 60],
      'Minutes in which the water rises where the fire has caught.',
    ),
    shortRiseC: celsius('shortRiseC', [0, 10], 'By more than so many °C.'),
    longMinutes: minutes(
      'longMinutes',
      [5, 120],
      'Minutes after which a fire that gives no heat is a jam, or an empty silo.',
    ),
    longRiseC: celsius('longRiseC', [0, 20], 'No heat: the water has risen by less than so many °C.'),
  },
  { description: 'What the phases go by.', additionalProperties: false, default: {} },
);

const codes = Type.Object(
  Object.fromEntries(
    phases.map((phase) => [
      phase,
      Type.Integer({
        description: `Number of the phase ${phase}.`,
        minimum: 0,
        maximum: 255,
        default: defaultPhaseCodes[phase],
      }),
    ]),
  ),
  {
    description: 'A number for each phase, all different, for those who know them by numbers.',
    additionalProperties: false,
    default: {},
  },
);

export const boilerSection: ConfigSection = {
  key: 'boiler',
  schema: Type.Object(
    {
      name: Type.String({ description: 'Its name, for people.', maxLength: 80, default: 'boiler' }),
      comment: Type.String({
        description: 'Anything that is to be kept with it.',
        maxLength: 300,
        default: '',
      }),
      alerts: Type.Boolean({
        description: 'Whether people are told when the fire is out, jams, or cannot be seen.',
        default: false,
      }),
      inputs,
      failureC: celsius(
        'failureC',
        [45, 75],
        'Below this temperature of the water, in °C, the fire is in doubt.',
      ),
      rawHours: Type.Integer({
        description: 'Hours that the readings of its inputs are kept.',
        minimum: 1,
        maximum: 96,
        default: 5,
      }),
      minuteDays: Type.Integer({
        description: 'Days that the minutes of its inputs are kept.',
        minimum: 1,
        maximum: 60,
        default: 35,
      }),
      thresholds,
      codes,
    },
    { description: 'A pellet boiler that is watched.', additionalProperties: false },
  ),
  problems: codeProblems,
};

type WrittenInputs = Readonly<
  Partial<Record<BoilerInput, string | { readonly series: string; readonly onFrom?: number }>>
>;

interface WrittenBoiler {
  readonly name: string;
  readonly comment: string;
  readonly alerts: boolean;
  readonly inputs: WrittenInputs;
  readonly failureC: number;
  readonly rawHours: number;
  readonly minuteDays: number;
  readonly thresholds: Partial<Omit<PhaseRules, 'failureC'>>;
  readonly codes: Partial<PhaseCodes>;
}

/** As the schema fills them in. */
const defaults: WrittenBoiler = {
  name: 'boiler',
  comment: '',
  alerts: false,
  inputs: {},
  failureC: defaultPhaseRules.failureC,
  rawHours: 5,
  minuteDays: 35,
  thresholds: {},
  codes: {},
};

/** Of a section that has passed the schema; undefined where no input is named: there is no boiler. */
export function boilerSettings(section: unknown): BoilerSettings | undefined {
  const written: WrittenBoiler = { ...defaults, ...(section as Partial<WrittenBoiler> | undefined) };
  const named = inputsOf(written.inputs);
  if (named.size === 0) return undefined;
  const { name, comment, alerts, rawHours, minuteDays, failureC } = written;
  return {
    ...{ name, comment, alerts, rawHours, minuteDays },
    inputs: named,
    rules: { ...defaultPhaseRules, ...written.thresholds, failureC },
    codes: { ...defaultPhaseCodes, ...written.codes },
  };
}

function inputsOf(written: WrittenInputs): ReadonlyMap<BoilerInput, InputSetting> {
  const named = new Map<BoilerInput, InputSetting>();
  for (const input of boilerInputs) {
    const setting = written[input];
    if (setting === undefined) continue;
    const { series, onFrom } = typeof setting === 'string' ? { series: setting } : setting;
    named.set(input, { series, onFrom });
  }
  return named;
}

/** Two phases with one number could not be told apart. */
function codeProblems(section: unknown): readonly SectionProblem[] {
  const written = { ...defaultPhaseCodes, ...(section as Partial<WrittenBoiler>).codes };
  const problems: SectionProblem[] = [];
  for (const [index, phase] of phases.entries()) {
    const same = phases.slice(0, index).find((other) => written[other] === written[phase]);
    if (same === undefined) continue;
    problems.push({
      path: ['codes', phase],
      message: `must differ from the number of ${same}`,
      hint: 'give each phase a number of its own',
    });
  }
  return problems;
}
