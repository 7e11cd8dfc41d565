import { GatewayError } from '../../core/errors.ts';
import { suggestName } from '../../core/nearest.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { isTempoDay } from '../../core/tempo-day.ts';
import { BaseUrl } from '../base-url.ts';
import { textOption } from './option-values.ts';
import type { SourceDefinition, SourcePorts } from './source.ts';
import { CouleurTempo } from './tempo-couleur.ts';
import { tempoProviderIds, type TempoProvider, type TempoProviderId } from './tempo-provider.ts';
import { TempoReader } from './tempo-reader.ts';
import { RtePublicTempo } from './tempo-rte-public.ts';
import { RteTempo } from './tempo-rte.ts';

const minuteMs = 60_000;

const options: OptionFields = {
  providers: {
    type: 'texts',
    description:
      'Who is asked for the colours, in the order of preference: rte (with a key), rte-public, couleur-tempo. Without its key, rte is left out.',
    default: [...tempoProviderIds],
  },
  since: {
    type: 'text',
    description:
      'The first day whose colour is wanted, such as 2024-09-01: seasons from then on are asked for, one a day. This season’s days are in any case.',
    isOptional: true,
    pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
    max: 10,
  },
  rteClientId: {
    type: 'text',
    description: 'The id of your application on data.rte-france.com, for rte.',
    isSecret: true,
    isOptional: true,
    min: 1,
    max: 200,
    pattern: '^[!-9;-~]+$',
    environment: ['RTE_CLIENT_ID'],
  },
  rteClientSecret: {
    type: 'text',
    description: 'The secret of your application on data.rte-france.com, for rte.',
    isSecret: true,
    isOptional: true,
    min: 1,
    max: 200,
    pattern: '^[!-~]+$',
    environment: ['RTE_CLIENT_SECRET'],
  },
  rteBaseUrl: {
    type: 'text',
    description: 'Where RTE’s official API is.',
    default: 'https://digital.iservices.rte-france.com',
    max: 500,
  },
  rtePublicBaseUrl: {
    type: 'text',
    description: 'Where RTE’s public page gets its colours from.',
    default: 'https://www.services-rte.com',
    max: 500,
  },
  couleurTempoBaseUrl: {
    type: 'text',
    description: 'Where the API of couleur-tempo is.',
    default: 'https://www.api-couleur-tempo.fr/api',
    max: 500,
  },
};

/** The colours of EDF Tempo, today's and tomorrow's: days from 06:00 to 06:00 in France. */
export const tempo: SourceDefinition = {
  id: 'tempo',
  title: 'EDF Tempo: colours of today and tomorrow',
  source:
    'RTE, Tempo Like Supply Contract API, user guide v01.02; services-rte.com; api-couleur-tempo.fr/api/docs',
  options,
  // Most readings ask nobody: the grid of 5 minutes holds 06:00, 11:05 and 20:05, when all others ask, too.
  pace: { periodMs: 5 * minuteMs, periodMsMin: minuteMs, timeoutMs: 90_000, spreadMs: minuteMs },
  lane: () => 'tempo',
  open: (values, ports) => {
    const { since } = values;
    if (typeof since === 'string' && !isTempoDay(since))
      throw invalid('since', `is ${JSON.stringify(since)}, which is no day`, 'write it as 2024-09-01');
    return new TempoReader(providersOf(values, ports), ports);
  },
};

function providersOf(values: OptionValues, ports: SourcePorts): readonly TempoProvider[] {
  const ids = providerIdsOf(values['providers']);
  const providers = ids.flatMap((id) => makers[id](values, ports) ?? []);
  if (providers.length > 0) return providers;
  throw invalid(
    'providers',
    'names nobody who can be asked',
    'add rte-public or couleur-tempo, or give rte its key',
  );
}

function providerIdsOf(value: OptionValues[string]): readonly TempoProviderId[] {
  const names = Array.isArray(value) ? (value as readonly string[]) : [];
  return names.map((name, index) => {
    const id = tempoProviderIds.find((known) => known === name);
    if (id === undefined)
      throw invalid(
        'providers',
        `has ${JSON.stringify(name)}, which there is not`,
        suggestName(name, tempoProviderIds),
      );
    if (names.indexOf(name) !== index) throw invalid('providers', `has ${name} twice`, 'name each once');
    return id;
  });
}

const makers: Readonly<
  Record<TempoProviderId, (values: OptionValues, ports: SourcePorts) => TempoProvider | undefined>
> = {
  rte: rteOf,
  'rte-public': (values, ports) =>
    new RtePublicTempo(new BaseUrl('rtePublicBaseUrl', textOption(values, 'rtePublicBaseUrl')), ports),
  'couleur-tempo': (values, ports) =>
    new CouleurTempo(new BaseUrl('couleurTempoBaseUrl', textOption(values, 'couleurTempoBaseUrl')), ports),
};

function rteOf(values: OptionValues, ports: SourcePorts): TempoProvider | undefined {
  const { rteClientId: clientId, rteClientSecret: clientSecret } = values;
  if (typeof clientId === 'string' && typeof clientSecret === 'string') {
    const baseUrl = new BaseUrl('rteBaseUrl', textOption(values, 'rteBaseUrl'));
    return new RteTempo(baseUrl, { clientId, clientSecret }, ports);
  }
  if (clientId === undefined && clientSecret === undefined) return undefined;
  const missing = clientId === undefined ? 'rteClientId' : 'rteClientSecret';
  throw invalid(missing, 'is not given', 'rte needs both rteClientId and rteClientSecret');
}

function invalid(option: string, why: string, hint: string): GatewayError {
  return new GatewayError('config_invalid', `the setting ${option} ${why}`, { hint, facts: { option } });
}
