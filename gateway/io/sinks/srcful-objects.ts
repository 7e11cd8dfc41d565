import type { DeviceInstant } from './device-instants.ts';

/** Kinds of objects that the ancestor's telemetry is made of. */
export type SrcfulKind = 'pv' | 'battery' | 'meter';

/** How one of our quantities becomes a field of theirs: which is the first that the device has, and times what. */
interface FieldRule {
  readonly from: readonly string[];
  readonly times: number;
}

const same = (...from: readonly string[]): FieldRule => ({ from, times: 1 });
/** Ours count from the house's point of view: what comes in is positive. */
const opposite = (...from: readonly string[]): FieldRule => ({ from, times: -1 });
const kiloHours = (...from: readonly string[]): FieldRule => ({ from, times: 1_000 });
const percent = (...from: readonly string[]): FieldRule => ({ from, times: 0.01 });

/** In the order of the ancestor's document: pv ≤ 0 is production, battery + is charging, meter + is import; SI units. */
const rules: Readonly<Record<SrcfulKind, Readonly<Record<string, FieldRule>>>> = {
  pv: {
    W: opposite('pv_power_w'),
    mppt1_V: same('pv_string1_voltage_v'),
    mppt1_A: same('pv_string1_current_a'),
    mppt2_V: same('pv_string2_voltage_v'),
    mppt2_A: same('pv_string2_current_a'),
    heatsink_C: same('inverter_heatsink_temperature_c', 'inverter_temperature_c'),
    total_generation_Wh: kiloHours('pv_energy_kwh', 'inverter_energy_kwh'),
  },
  battery: {
    W: opposite('battery_power_w'),
    A: opposite('battery_current_a'),
    V: same('battery_voltage_v'),
    SoC_nom_fract: percent('battery_soc_pct'),
    heatsink_C: same('battery_temperature_c'),
    total_charge_Wh: kiloHours('battery_charge_kwh'),
    total_discharge_Wh: kiloHours('battery_discharge_kwh'),
  },
  meter: {
    W: same('grid_power_w'),
    Hz: same('grid_frequency_hz'),
    L1_V: same('grid_voltage_l1_v'),
    L1_A: same('grid_current_l1_a'),
    L1_W: same('grid_power_l1_w'),
    L2_V: same('grid_voltage_l2_v'),
    L2_A: same('grid_current_l2_a'),
    L2_W: same('grid_power_l2_w'),
    L3_V: same('grid_voltage_l3_v'),
    L3_A: same('grid_current_l3_a'),
    L3_W: same('grid_power_l3_w'),
    total_import_Wh: kiloHours('grid_import_kwh'),
    total_export_Wh: kiloHours('grid_export_kwh'),
  },
};

/** Without these a device is none of the kind: the frequency alone makes no meter, heat no panels. */
const essential: Readonly<Record<SrcfulKind, readonly string[]>> = {
  pv: ['W', 'mppt1_V', 'mppt2_V', 'total_generation_Wh'],
  battery: ['W', 'V', 'SoC_nom_fract', 'total_charge_Wh', 'total_discharge_Wh'],
  meter: ['W', 'L1_V', 'L1_W', 'total_import_Wh', 'total_export_Wh'],
};

export const srcfulKinds = Object.keys(rules) as readonly SrcfulKind[];

/** The object of this kind that an instant makes, as the ancestor sends it; undefined where it makes none. */
export function srcfulObject(
  kind: SrcfulKind,
  instant: DeviceInstant,
  maker: string | undefined,
): Readonly<Record<string, string | number>> | undefined {
  const fields = Object.entries(rules[kind]).flatMap(([name, rule]): readonly [string, number][] => {
    const value = valueOf(instant, rule);
    return value === undefined ? [] : [[name, value]];
  });
  if (!fields.some(([name]) => essential[kind].includes(name))) return undefined;
  return {
    type: kind,
    ...(maker !== undefined && { make: maker }),
    timestamp: instant.atMs,
    ...Object.fromEntries(fields),
  };
}

/** What is not there, or not to be believed, is not said. */
function valueOf({ rows }: DeviceInstant, { from, times }: FieldRule): number | undefined {
  for (const quantity of from) {
    const row = rows.get(quantity);
    const isBelieved = row?.quality === 'good' || row?.quality === 'estimated';
    if (isBelieved && row.value !== null) return scaled(row.value, times);
  }
  return undefined;
}

/** Without the digits that a product of binary fractions adds; minus nothing is nothing. */
function scaled(value: number, times: number): number {
  return (times === 1 ? value : Number((value * times).toPrecision(15))) + 0;
}
