import type { QuantityName } from '../../core/quantity.ts';
import { addChildren } from './dsmr-children.ts';
import { DsmrDraft } from './dsmr-draft.ts';
import { addLogs } from './dsmr-logs.ts';
import type { Dimension } from './dsmr-measure.ts';
import type { DsmrTelegram } from './dsmr-telegram.ts';
import type { MeterClock } from './meter-time.ts';
import type { SourceAnswer } from './source.ts';

const single: readonly (readonly [code: string, quantity: QuantityName, dimension: Dimension])[] = [
  ['1-0:3.8.0', 'grid_reactive_import_kvarh', 'reactiveEnergy'],
  ['1-0:4.8.0', 'grid_reactive_export_kvarh', 'reactiveEnergy'],
  ['1-0:32.7.0', 'grid_voltage_l1_v', 'voltage'],
  ['1-0:52.7.0', 'grid_voltage_l2_v', 'voltage'],
  ['1-0:72.7.0', 'grid_voltage_l3_v', 'voltage'],
  ['1-0:31.7.0', 'grid_current_l1_a', 'current'],
  ['1-0:51.7.0', 'grid_current_l2_a', 'current'],
  ['1-0:71.7.0', 'grid_current_l3_a', 'current'],
  ['1-0:13.7.0', 'grid_power_factor', 'number'],
  ['1-0:33.7.0', 'grid_power_factor_l1', 'number'],
  ['1-0:53.7.0', 'grid_power_factor_l2', 'number'],
  ['1-0:73.7.0', 'grid_power_factor_l3', 'number'],
  ['1-0:14.7.0', 'grid_frequency_hz', 'frequency'],
  ['0-0:96.7.21', 'grid_power_fail_count', 'number'],
  ['0-0:96.7.9', 'grid_power_fail_long_count', 'number'],
  ['1-0:32.32.0', 'grid_voltage_sag_l1_count', 'number'],
  ['1-0:52.32.0', 'grid_voltage_sag_l2_count', 'number'],
  ['1-0:72.32.0', 'grid_voltage_sag_l3_count', 'number'],
  ['1-0:32.36.0', 'grid_voltage_swell_l1_count', 'number'],
  ['1-0:52.36.0', 'grid_voltage_swell_l2_count', 'number'],
  ['1-0:72.36.0', 'grid_voltage_swell_l3_count', 'number'],
  ['1-0:1.4.0', 'grid_import_quarter_w', 'power'],
  ['0-0:17.0.0', 'grid_power_limit_w', 'power'],
  ['0-0:96.3.10', 'breaker_state', 'number'],
  ['1-0:31.4.0', 'grid_fuse_a', 'current'],
];

/** What comes in less what goes out. */
const net: readonly (readonly [into: string, out: string, quantity: QuantityName, dimension: Dimension])[] = [
  ['1-0:1.7.0', '1-0:2.7.0', 'grid_power_w', 'power'],
  ['1-0:21.7.0', '1-0:22.7.0', 'grid_power_l1_w', 'power'],
  ['1-0:41.7.0', '1-0:42.7.0', 'grid_power_l2_w', 'power'],
  ['1-0:61.7.0', '1-0:62.7.0', 'grid_power_l3_w', 'power'],
  ['1-0:3.7.0', '1-0:4.7.0', 'grid_reactive_power_var', 'reactivePower'],
  ['1-0:23.7.0', '1-0:24.7.0', 'grid_reactive_power_l1_var', 'reactivePower'],
  ['1-0:43.7.0', '1-0:44.7.0', 'grid_reactive_power_l2_var', 'reactivePower'],
  ['1-0:63.7.0', '1-0:64.7.0', 'grid_reactive_power_l3_var', 'reactivePower'],
];

const energies = [
  {
    code: '1-0:1.8',
    total: 'grid_import_kwh',
    tariffs: ['grid_import_t1_kwh', 'grid_import_t2_kwh', 'grid_import_t3_kwh', 'grid_import_t4_kwh'],
  },
  {
    code: '1-0:2.8',
    total: 'grid_export_kwh',
    tariffs: ['grid_export_t1_kwh', 'grid_export_t2_kwh', 'grid_export_t3_kwh', 'grid_export_t4_kwh'],
  },
] as const satisfies readonly {
  readonly code: string;
  readonly total: QuantityName;
  readonly tariffs: readonly QuantityName[];
}[];

const tariffCode = '0-0:96.14.0';
const belgianVersion = '0-0:96.1.4';
/** The first of these that a telegram has. */
const idCodes = ['0-0:96.1.1', '0-0:42.0.0'];

/**
 * What a telegram says: of the connection itself, and of each meter behind it as a part. Tariff 1 is the low one, as in
 * the Netherlands: the counters of a Belgian meter, which numbers them the other way round, are exchanged. Objects that
 * are not known are kept under their code; what is empty or cannot be read is left out.
 */
export function dsmrAnswer(telegram: DsmrTelegram, clock: MeterClock): SourceAnswer {
  const draft = new DsmrDraft(telegram);
  // The time of each telegram is new: it would be a word to keep every second.
  draft.take('0-0:1.0.0');
  for (const [code, quantity, dimension] of single) draft.addMeasure(code, quantity, dimension);
  for (const row of net) addNet(draft, row);
  const isBelgian = /^50\d{3}$/.test(draft.groups(belgianVersion)[0] ?? '');
  for (const row of energies) addEnergies(draft, row, isBelgian);
  addTariff(draft, isBelgian);
  addWords(draft, telegram.header);
  addLogs(draft, clock);
  const partOf = addChildren(draft, clock);
  draft.addRest(partOf);
  return draft.answer();
}

/** A meter that does not count what goes out says nothing of it; one that says something we cannot read is not known. */
function addNet(draft: DsmrDraft, [into, out, quantity, dimension]: (typeof net)[number]): void {
  const taken = draft.measure(into, dimension);
  const given = draft.has(out) ? draft.measure(out, dimension) : 0;
  if (taken === undefined || given === undefined) return;
  draft.take(into, out);
  draft.addValue(quantity, taken - given);
}

function addEnergies(
  draft: DsmrDraft,
  { code, total, tariffs }: (typeof energies)[number],
  isBelgian: boolean,
): void {
  let sum: number | undefined = 0;
  let registers = 0;
  for (const [index, quantity] of tariffs.entries()) {
    const register = `${code}.${registerOf(index + 1, isBelgian)}`;
    if (!draft.has(register)) continue;
    const value = draft.measure(register, 'energy');
    registers += 1;
    sum = sum === undefined || value === undefined ? undefined : sum + value;
    draft.addMeasure(register, quantity, 'energy');
  }
  const whole = draft.measure(`${code}.0`, 'energy');
  draft.addMeasure(`${code}.0`, total, 'energy');
  if (whole === undefined && registers > 0 && sum !== undefined) draft.addValue(total, sum);
}

function addTariff(draft: DsmrDraft, isBelgian: boolean): void {
  const tariff = draft.measure(tariffCode, 'number');
  if (tariff === undefined) return;
  draft.take(tariffCode);
  draft.addValue('grid_tariff_code', registerOf(tariff, isBelgian));
}

function registerOf(tariff: number, isBelgian: boolean): number {
  return isBelgian && (tariff === 1 || tariff === 2) ? 3 - tariff : tariff;
}

function addWords(draft: DsmrDraft, header: string): void {
  draft.addText('meter_model', header);
  const idCode = idCodes.find((code) => (draft.groups(code)[0] ?? '') !== '');
  const versionCode = ['1-3:0.2.8', belgianVersion].find((code) => draft.has(code));
  for (const [code, quantity] of [
    [idCode, 'meter_id'],
    [versionCode, 'meter_version'],
  ] as const) {
    if (code === undefined) continue;
    draft.take(code);
    draft.addText(quantity, draft.groups(code)[0] ?? '');
  }
  for (const [code, quantity] of [
    ['0-0:96.13.0', 'meter_message'],
    ['0-0:96.13.1', 'meter_message_code'],
  ] as const) {
    draft.take(code);
    draft.addText(quantity, messageOf(draft.groups(code).join(')(')));
  }
}

/** A message is the hex of its characters; some meters send it as it is. */
function messageOf(group: string): string {
  const text = /^(?:[0-9A-Fa-f]{2})+$/.test(group) ? Buffer.from(group, 'hex').toString('latin1') : group;
  return /^[\x20-\x7e\r\n]*$/.test(text) ? text : group;
}
