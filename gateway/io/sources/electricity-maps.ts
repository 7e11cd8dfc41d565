import { GatewayError } from '../../core/errors.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { BaseUrl } from '../base-url.ts';
import { ElectricityMapsReader } from './electricity-maps-reader.ts';
import { electricityMapsZones } from './electricity-maps-zones.ts';
import { nearestZone } from './nearest-zone.ts';
import { textOption } from './option-values.ts';
import type { SourceDefinition } from './source.ts';

const minuteMs = 60_000;

const options: OptionFields = {
  token: {
    type: 'text',
    description: 'The key of the API, from portal.electricitymaps.com.',
    isSecret: true,
    min: 1,
    max: 200,
    pattern: '^[!-~]+$',
    environment: ['EM_API_KEY'],
  },
  zone: {
    type: 'text',
    description: 'Code of the zone of the grid, such as FR or DK-DK1. A free key is for one zone only.',
    min: 2,
    max: 64,
  },
  baseUrl: {
    type: 'text',
    description: 'Where the API is.',
    default: 'https://api.electricitymaps.com/v3',
    max: 500,
  },
  disableEstimations: {
    type: 'boolean',
    description: 'Whether only measured values are wanted: there are none then while they are estimated.',
    default: false,
  },
  emissionFactorType: {
    type: 'choice',
    description:
      'Whether emissions are those of the whole life of a power station, or those of its fuel only.',
    values: ['lifecycle', 'direct'],
    default: 'lifecycle',
  },
  forecast: {
    type: 'boolean',
    description: 'Whether the forecast is asked for; where the plan has none, it is tried once a day.',
    default: true,
  },
};

/** Carbon intensity and mix of the power that a zone of the grid uses. */
export const electricityMaps: SourceDefinition = {
  id: 'electricity-maps',
  title: 'Electricity Maps: carbon intensity and mix of the grid',
  source:
    'Electricity Maps API v3, docs.electricitymaps.com: carbon-intensity, power-breakdown, electricity-mix',
  options,
  // A new hour has its values within minutes.
  pace: {
    periodMs: 20 * minuteMs,
    periodMsMin: 5 * minuteMs,
    timeoutMs: 60_000,
    spreadMs: 5 * minuteMs,
  },
  lane: (values) => baseUrlOf(values).host,
  open: (values, ports) =>
    new ElectricityMapsReader(
      {
        token: textOption(values, 'token'),
        zone: checkedZone(textOption(values, 'zone')),
        baseUrl: baseUrlOf(values),
        query: queryOf(values),
        wantsForecast: values['forecast'] === true,
      },
      ports,
    ),
};

function baseUrlOf(values: OptionValues): BaseUrl {
  return new BaseUrl('baseUrl', textOption(values, 'baseUrl'));
}

function queryOf(values: OptionValues): Readonly<Record<string, string>> {
  return {
    ...(values['disableEstimations'] === true && { disableEstimations: 'true' }),
    emissionFactorType: textOption(values, 'emissionFactorType'),
  };
}

function checkedZone(zone: string): string {
  if (electricityMapsZones.has(zone)) return zone;
  const meant = nearestZone(zone);
  const name = electricityMapsZones.get(meant) ?? '';
  throw new GatewayError('config_invalid', `there is no zone ${JSON.stringify(zone)}`, {
    hint: `the setting zone is a code: did you mean ${meant} (${name})?`,
    facts: { option: 'zone', nearest: meant },
  });
}
