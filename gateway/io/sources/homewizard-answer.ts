import { GatewayError } from '../../core/errors.ts';
import { rounded } from './dsmr-measure.ts';
import { objectAt, readFields } from './fields.ts';
import { externalMeters, timeOf } from './homewizard-external.ts';
import { homewizardFields, nameInV1, type HomewizardApi, type MeterRole } from './homewizard-fields.ts';
import type { MeterClock } from './meter-time.ts';
import type { SourceAnswer } from './source.ts';

export interface HomewizardForm {
  readonly api: HomewizardApi;
  readonly role: MeterRole;
  readonly clock: MeterClock;
}

type Fields = Record<string, unknown>;

/** Said in other words: as parts, as times, or new each second. */
const saidOtherwise = [
  'external',
  'total_gas_m3',
  'gas_timestamp',
  'gas_unique_id',
  'timestamp',
  'montly_power_peak_timestamp',
  'monthly_power_peak_timestamp',
];

/**
 * What a HomeWizard measures. The whole of a connection is summed from its tariffs where it is not said; tariff 1 is
 * the low one, so those of Belgian meters are exchanged. Errors: `answer_invalid`, naming where; `source_unavailable`
 * when the meter behind it says nothing: its cable is out.
 */
export function homewizardAnswer(answer: unknown, { api, role, clock }: HomewizardForm): SourceAnswer {
  const named = (name: string): string => (api === 'v1' ? nameInV1(name) : name);
  const data: Fields = { ...objectAt(answer, '') };
  if (role === 'grid') {
    exchangeTariffs(data, named);
    for (const direction of ['import', 'export']) sumTariffs(data, direction, named);
  }
  if (api === 'v1') spellMonthly(data);
  const table = homewizardFields(role, api).filter(({ path }) => !isNone(data[path]));
  const external = externalMeters(data, clock);
  const hasMeasured = external.values.length > 0 || table.some(({ path }) => !isRadio(path));
  if (role !== 'unknown' && !hasMeasured) throw nothingSaid();
  const own = readFields(table, data, { without: saidOtherwise });
  return {
    values: [...own.values.map((value) => ({ ...value, value: rounded(value.value) })), ...external.values],
    texts: [...own.texts, ...peakTime(data, clock), ...external.texts],
  };
}

function exchangeTariffs(data: Fields, named: (name: string) => string): void {
  // e-MUCS, the Belgian standard, has versions such as 50217.
  const version = data['smr_version'] ?? data['protocol_version'];
  if (!/^50\d{3}$/.test(String(version))) return;
  for (const direction of ['import', 'export']) {
    const [one, two] = [named(`energy_${direction}_t1_kwh`), named(`energy_${direction}_t2_kwh`)];
    [data[one], data[two]] = [data[two], data[one]];
  }
  const tariff = named('tariff');
  if (data[tariff] === 1 || data[tariff] === 2) data[tariff] = 3 - data[tariff];
}

function sumTariffs(data: Fields, direction: string, named: (name: string) => string): void {
  const total = named(`energy_${direction}_kwh`);
  if (!isNone(data[total])) return;
  const registers = [1, 2, 3, 4].map((tariff) => data[named(`energy_${direction}_t${tariff}_kwh`)]);
  const said = registers.filter((register) => typeof register === 'number');
  if (said.length > 0) data[total] = rounded(said.reduce((sum, register) => sum + register, 0));
}

/** Its maker may learn to spell. */
function spellMonthly(data: Fields): void {
  const { monthly_power_peak_w: spelt, montly_power_peak_w: misspelt } = data;
  if (isNone(spelt) || !isNone(misspelt)) return;
  data['montly_power_peak_w'] = spelt;
  delete data['monthly_power_peak_w'];
}

function peakTime(data: Fields, clock: MeterClock): SourceAnswer['texts'] {
  const written = data['montly_power_peak_timestamp'] ?? data['monthly_power_peak_timestamp'];
  const atMs = timeOf(written, clock);
  if (atMs === undefined) return [];
  return [{ quantity: 'grid_import_peak_time', text: new Date(atMs).toISOString().replace('.000Z', 'Z') }];
}

function isRadio(path: string): boolean {
  return path.startsWith('wifi_');
}

function isNone(value: unknown): boolean {
  return value === undefined || value === null;
}

function nothingSaid(): GatewayError {
  return new GatewayError('source_unavailable', 'the HomeWizard is there, but measures nothing', {
    hint: 'check the cable in the P1 port of the meter',
    facts: { where: 'body' },
  });
}
