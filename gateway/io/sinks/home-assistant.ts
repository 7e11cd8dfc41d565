import { createHash } from 'node:crypto';
import { quantityDefinition, type QuantityKind } from '../../core/quantity.ts';
import type { MqttTopics } from './mqtt-topics.ts';

/** Something of a device that Home Assistant shows: a number with its unit, or words. */
export interface Component {
  readonly quantity: string;
  /** undefined of words. */
  readonly unit: string | undefined;
}

export interface DiscoveryOptions {
  readonly prefix: string;
  readonly site: string;
  readonly topics: MqttTopics;
  readonly isJson: boolean;
  /** After which a value that did not come again is `unavailable`; 0: never. */
  readonly expireAfterSeconds: number;
}

export interface DiscoveryMessage {
  readonly topic: string;
  readonly payload: string;
}

/** One message a device (Home Assistant 2024.11 and later, "MQTT: device discovery payload"), to be retained. */
export function discoveryMessage(
  device: string,
  components: readonly Component[],
  options: DiscoveryOptions,
): DiscoveryMessage {
  const { prefix, site, topics } = options;
  const id = stableId([site, device]);
  const entities = components.map((component) => [
    stableId([component.quantity]),
    entityOf(device, component, options),
  ]);
  const payload = {
    dev: { ids: [id], name: device, mf: 'eGW', suggested_area: site },
    o: { name: 'eGW' },
    avty_t: topics.status,
    pl_avail: 'online',
    pl_not_avail: 'offline',
    qos: 1,
    cmps: Object.fromEntries(entities) as unknown,
  };
  return { topic: `${prefix}/device/${id}/config`, payload: JSON.stringify(payload) };
}

function entityOf(
  device: string,
  { quantity, unit }: Component,
  { site, topics, isJson, expireAfterSeconds }: DiscoveryOptions,
): Readonly<Record<string, unknown>> {
  const id = stableId([site, device, quantity]);
  const { title, kind } = quantityDefinition(quantity);
  const shared = {
    p: 'sensor',
    uniq_id: id,
    default_entity_id: `sensor.${id.toLowerCase()}`,
    name: title,
    stat_t: topics.state(device, quantity),
  };
  if (unit === undefined)
    return { ...shared, ...(isJson && { val_tpl: '{{ value_json.text[:255] }}' }), ent_cat: 'diagnostic' };
  return {
    ...shared,
    ...(isJson && { val_tpl: '{{ value_json.value }}' }),
    ...(expireAfterSeconds > 0 && { exp_aft: expireAfterSeconds }),
    ...classOf(quantity, unit, kind),
    ...(unit !== '' && { unit_of_meas: haUnits[unit] ?? unit }),
  };
}

/** As Home Assistant spells them, where that is not as we do. */
const haUnits: Readonly<Record<string, string>> = { m3: 'm³', C: '°C' };

const classes: Readonly<Record<string, string>> = {
  W: 'power',
  MW: 'power',
  GJ: 'energy',
  V: 'voltage',
  mV: 'voltage',
  A: 'current',
  Hz: 'frequency',
  VA: 'apparent_power',
  var: 'reactive_power',
  '°C': 'temperature',
  s: 'duration',
  hPa: 'atmospheric_pressure',
  dBm: 'signal_strength',
};

type ClassNames = { readonly dev_cla?: string; readonly stat_cla?: string };

/** device_class and state_class; a pair that Home Assistant does not know would cost the entity. */
function classOf(quantity: string, unit: string, kind: QuantityKind): ClassNames {
  if (kind === 'state') return {};
  if (unit === 'kWh') return energyClass(quantity, kind);
  if (unit === 'm³' || unit === 'm3') {
    const medium = /water/.test(quantity) ? 'water' : 'gas';
    return kind === 'counter'
      ? { dev_cla: medium, stat_cla: 'total_increasing' }
      : { stat_cla: 'measurement' };
  }
  const stat_cla = kind === 'counter' ? 'total_increasing' : 'measurement';
  const name = classes[unit] ?? pureNumberClass(quantity, unit);
  return name === undefined ? { stat_cla } : { dev_cla: name, stat_cla };
}

/** What a battery holds may fall; a counter of the day begins anew, which `total_increasing` allows. */
function energyClass(quantity: string, kind: QuantityKind): ClassNames {
  if (kind === 'gauge' && quantity.startsWith('battery_'))
    return { dev_cla: 'energy_storage', stat_cla: 'measurement' };
  const isCounted = kind === 'counter' || /_today_|_day_/.test(quantity);
  return { dev_cla: 'energy', stat_cla: isCounted ? 'total_increasing' : 'total' };
}

function pureNumberClass(quantity: string, unit: string): string | undefined {
  if (unit === '%' && /battery_soc/.test(quantity)) return 'battery';
  if (unit === '%' && /humidity/.test(quantity)) return 'humidity';
  if (unit === '' && /power_factor/.test(quantity)) return 'power_factor';
  return undefined;
}

const idLengthMax = 60;

/** Of the letters that ids there are made of; different names have different ones, and always the same. */
function stableId(names: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(names)).digest('hex').slice(0, 8);
  const readable = names.join('_').replace(/[^a-zA-Z0-9_-]+/g, '_');
  return `egw_${readable.slice(0, idLengthMax)}_${hash}`;
}
