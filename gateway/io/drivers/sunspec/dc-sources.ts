import { isQuantityName, type QuantityName } from '../../../core/quantity.ts';
import type { RegisterField } from '../register-map.ts';
import type { DcInput, DcInputKind } from './dc-inputs.ts';
import { fieldFor, type QuantitySource } from './quantity-source.ts';

const kilo = 0.001;

/** What the panels and the battery behind the DC inputs give, from models 160 and 714. */
export function dcSources(inputs: readonly DcInput[]): readonly QuantitySource[] {
  const ofKind = (...kinds: readonly DcInputKind[]): readonly DcInput[] =>
    inputs.filter(({ kind }) => kinds.includes(kind));
  const panels = ofKind('pv');
  // A module of 160 has no sign: one for both directions does not say which it is.
  const ports = ofKind('storage').filter(({ points }) => points.some(({ model }) => model === 714));
  const charge = ofKind('charge');
  const discharge = ofKind('discharge');
  return [
    ...panels.flatMap(stringSources),
    ...powerSum('pv_power_w', panels, []),
    ...counterSum('pv_energy_kwh', [...panels], ['DCWH', 'DCWhInj']),
    ...powerSum('battery_power_w', [...ports, ...discharge], charge),
    ...counterSum('battery_charge_kwh', charge, ['DCWH']),
    ...counterSum('battery_charge_kwh', ports, ['DCWhAbs']),
    ...counterSum('battery_discharge_kwh', discharge, ['DCWH']),
    ...counterSum('battery_discharge_kwh', ports, ['DCWhInj']),
    ...ports
      .slice(0, 1)
      .flatMap((port) => [
        ...pointSource('battery_current_a', port, 'DCA'),
        ...pointSource('battery_voltage_v', port, 'DCV'),
        ...pointSource('battery_temperature_c', port, 'Tmp'),
      ]),
  ];
}

/** As many strings as there are quantities for. */
function stringSources(input: DcInput, index: number): QuantitySource[] {
  const rows = [
    ['power_w', 'DCW'],
    ['voltage_v', 'DCV'],
    ['current_a', 'DCA'],
  ] as const;
  return rows.flatMap(([suffix, point]) => {
    const quantity = `pv_string${index + 1}_${suffix}`;
    return isQuantityName(quantity) ? pointSource(quantity, input, point) : [];
  });
}

function pointSource(quantity: QuantityName, input: DcInput, point: string): QuantitySource[] {
  const field = inputField(quantity, input, point);
  return field === undefined ? [] : [{ quantity, fields: [field] }];
}

function inputField(
  quantity: QuantityName,
  input: DcInput,
  name: string,
  scale?: number,
): RegisterField | undefined {
  const point = input.points.find(({ definition }) => definition.name === name);
  return point === undefined ? undefined : fieldFor(quantity, point, scale);
}

/**
 * The power of the inputs. One that is not implemented gives nothing: an input without panels, or asleep; when
 * all are, there is no value. That is told by the raw word, so that an input whose request failed is not taken
 * for it: then the whole sum is missing. Nothing when an input's power cannot be read at all.
 */
function powerSum(
  quantity: QuantityName,
  positive: readonly DcInput[],
  negative: readonly DcInput[],
): QuantitySource[] {
  const terms = [...positive, ...negative].map((input) => inputField(quantity, input, 'DCW'));
  const powers = terms.flatMap((field) => field ?? []);
  if (powers.length === 0 || powers.length < terms.length) return [];
  const compute: QuantitySource['compute'] = (values) => {
    const given = powers.map((field, index) => {
      const isAbsent = field.notAvailable?.includes(values[2 * index + 1] ?? NaN) === true;
      const sign = index < positive.length ? 1 : -1;
      return isAbsent ? undefined : sign * (values[2 * index] ?? NaN);
    });
    const known = given.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
  };
  return [{ quantity, fields: powers.flatMap((field) => [scaledWord(field), rawWord(field)]), compute }];
}

/** The field's value even where its word says that there is none. */
function scaledWord(field: RegisterField): RegisterField {
  const { scaleRegister } = field;
  const scaling = scaleRegister === undefined ? {} : { scaleRegister };
  return { ...rawWord(field), ...scaling, name: `${field.name}_scaled` };
}

/** What stands in the field's register, without its scale factor. */
function rawWord({ name, table, address, encoding }: RegisterField): RegisterField {
  return { name: `${name}_raw`, table, address, encoding, min: -Infinity, max: Infinity };
}

/**
 * The energy of all inputs together. A counter of 160 at 0 has not counted or is not implemented: it adds
 * nothing either way, and a sum of 0 is no value.
 */
function counterSum(
  quantity: QuantityName,
  inputs: readonly DcInput[],
  points: readonly string[],
): QuantitySource[] {
  const fields = inputs.map((input) =>
    points.map((point) => inputField(quantity, input, point, kilo)).find((field) => field !== undefined),
  );
  const counters = fields.flatMap((field) => field ?? []);
  if (counters.length === 0 || counters.length < fields.length) return [];
  const isZeroAbsent = counters.some(({ notAvailable = [] }) => notAvailable.some(isZero));
  const compute: QuantitySource['compute'] = (values) => {
    const sum = values.reduce((total, value) => total + value, 0);
    return sum === 0 && isZeroAbsent ? undefined : sum;
  };
  return [{ quantity, fields: counters.map(zeroCounts), compute }];
}

function isZero(raw: number | bigint): boolean {
  return Number(raw) === 0;
}

function zeroCounts(field: RegisterField): RegisterField {
  return { ...field, notAvailable: (field.notAvailable ?? []).filter((raw) => !isZero(raw)) };
}
