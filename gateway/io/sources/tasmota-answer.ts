import { GatewayError } from '../../core/errors.ts';
import { flatten, objectAt, readFields, textAt } from './fields.ts';
import type { SourceAnswer, SourceText, SourceValue } from './source.ts';
import { tasmotaEnergy } from './tasmota-energy.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Local times without a zone, of a clock that perhaps nobody set; and what changes all the time and says nothing. */
const noise: ReadonlySet<string> = new Set(['Time', 'Uptime', 'Wifi.Downtime']);
/** What else `Status 0` says: its settings, which are no readings and nobody's business. */
const settings = ['PRM', 'FWR', 'LOG', 'MEM', 'NET', 'MQT', 'TIM', 'PTH', 'STK', 'SHT'].map(
  (name) => `Status${name}`,
);
const known = ['Status', 'StatusSNS', 'StatusSTS', ...settings];
const relayKey = /^POWER([1-9]\d?)?$/;
const partLengthMax = 64;

/** What `Status 0` says: what is measured (StatusSNS), its state (StatusSTS), and who it is. Errors: `answer_invalid`. */
export function tasmotaAnswer(json: unknown): SourceAnswer {
  const status = objectAt(json, '');
  if (status['StatusSNS'] === undefined && status['StatusSTS'] === undefined) throw notTasmota(status);
  const sensors = status['StatusSNS'] === undefined ? {} : objectAt(json, 'StatusSNS');
  const state = status['StatusSTS'] === undefined ? {} : objectAt(json, 'StatusSTS');
  const answers = [
    ...sensorAnswers(sensors),
    stateAnswer(state, powerMask(status)),
    { values: [], texts: identity(json) },
    readFields([], status, { without: known }),
  ];
  return {
    values: answers.flatMap(({ values }) => values),
    texts: answers.flatMap(({ texts }) => texts),
  };
}

function notTasmota(status: Fields): GatewayError {
  const isUnknown = status['Command'] !== undefined;
  return new GatewayError(
    'answer_invalid',
    isUnknown
      ? 'the device does not know the command Status 0'
      : 'the answer has neither StatusSNS nor StatusSTS',
    {
      hint: 'check with the setting url that this is a device with the Tasmota firmware, and that it is not too old',
      facts: { where: 'StatusSNS', expected: 'an object' },
    },
  );
}

/** Parts for what is a sensor of its own, flattened names for the rest. */
function sensorAnswers(sensors: Fields): readonly SourceAnswer[] {
  const answers: SourceAnswer[] = [];
  const rest: Record<string, unknown> = {};
  const isFahrenheit = sensors['TempUnit'] === 'F';
  for (const [key, sensor] of Object.entries(sensors)) {
    if (key === 'ENERGY') answers.push(tasmotaEnergy(objectAt(sensors, key)));
    else if (isProbe(sensor)) answers.push(probeAnswer(key, sensor, isFahrenheit));
    else if (!noise.has(key)) rest[key] = sensor;
  }
  return [...answers, readFields([], rest)];
}

function isProbe(sensor: unknown): sensor is Fields {
  if (typeof sensor !== 'object' || sensor === null || Array.isArray(sensor)) return false;
  return 'Temperature' in sensor || 'Humidity' in sensor;
}

/** Its id makes it known when it is plugged in elsewhere; without one the firmware's name for it does. */
function probeAnswer(key: string, probe: Fields, isFahrenheit: boolean): SourceAnswer {
  const kind = key.replace(/[-_]\d+$/, '');
  const name = typeof probe['Id'] === 'string' && probe['Id'] !== '' ? `${kind}-${probe['Id']}` : key;
  const part = name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, partLengthMax);
  const inCelsius = isFahrenheit ? { ...probe, Temperature: celsiusOf(probe['Temperature']) } : probe;
  return readFields(
    [
      ...(isThere(inCelsius['Temperature'])
        ? [{ path: 'Temperature', quantity: 'temperature_c', min: -273.15, max: 2_000 } as const]
        : []),
      ...(isThere(probe['Humidity'])
        ? [{ path: 'Humidity', quantity: 'humidity_pct', min: 0, max: 100 } as const]
        : []),
    ],
    inCelsius,
    { part },
  );
}

function isThere(value: unknown): boolean {
  return value !== null && value !== undefined;
}

function celsiusOf(fahrenheit: unknown): unknown {
  return typeof fahrenheit === 'number' ? (fahrenheit - 32) / 1.8 : fahrenheit;
}

function stateAnswer(state: Fields, mask: number | undefined): SourceAnswer {
  const { values: numbers, texts } = flatten(state);
  const relays = Object.keys(state).filter((key) => relayKey.test(key));
  const values = relays.flatMap((key) => relayValue(key, state[key], { mask, isOnly: relays.length === 1 }));
  const unknown = relays.length === values.length ? [] : relays;
  return {
    values: [...values, ...[...numbers].filter(([name]) => !noise.has(name)).map(stateValue)],
    texts: [...texts]
      .filter(([name]) => !noise.has(name) && (!relayKey.test(name) || unknown.includes(name)))
      .map(([quantity, text]) => ({ quantity, text })),
  };
}

function stateValue([name, value]: readonly [string, number]): SourceValue {
  if (name === 'Wifi.Signal') return { quantity: 'wifi_signal_dbm', value };
  // What it calls RSSI is the strength in percent.
  if (name === 'Wifi.RSSI') return { quantity: 'wifi_strength_pct', value };
  return { quantity: name, value };
}

/** SetStateText may have renamed ON and OFF; the mask of the relays tells nevertheless. */
function relayValue(
  key: string,
  text: unknown,
  { mask, isOnly }: { readonly mask: number | undefined; readonly isOnly: boolean },
): readonly SourceValue[] {
  const relay = Number(relayKey.exec(key)?.[1] ?? 1);
  const isOn = isOnByText(text) ?? isOnByMask(mask, relay);
  if (isOn === undefined) return [];
  return [{ quantity: 'relay_on', value: isOn ? 1 : 0, ...(!isOnly && { part: `relay-${relay}` }) }];
}

function isOnByText(text: unknown): boolean | undefined {
  const word = typeof text === 'string' ? text.toUpperCase() : text;
  if (word === 'ON' || word === 1) return true;
  return word === 'OFF' || word === 0 ? false : undefined;
}

function isOnByMask(mask: number | undefined, relay: number): boolean | undefined {
  return mask === undefined || relay > 32 ? undefined : Math.floor(mask / 2 ** (relay - 1)) % 2 === 1;
}

/** A number, on some releases as a text. */
function powerMask(status: Fields): number | undefined {
  const power = (status['Status'] as Fields | null | undefined)?.['Power'];
  const mask = typeof power === 'string' && /^\d{1,10}$/.test(power) ? Number(power) : power;
  return typeof mask === 'number' && Number.isInteger(mask) && mask >= 0 ? mask : undefined;
}

function identity(json: unknown): readonly SourceText[] {
  const names = [
    ['Status.DeviceName', 'name'],
    ['StatusFWR.Version', 'firmware_version'],
    ['StatusNET.Mac', 'mac'],
  ] as const;
  return names.flatMap(([path, quantity]) => {
    try {
      return [{ quantity, text: textAt(json, path) }];
    } catch {
      // Who it is may be missing; what it measures is there.
      return [];
    }
  });
}
