import type { HttpTls } from '../../core/http.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { BaseUrl } from '../base-url.ts';
import { EnphaseReader } from './enphase-reader.ts';
import { textOption } from './option-values.ts';
import type { SourceDefinition } from './source.ts';

const options: OptionFields = {
  url: {
    type: 'text',
    description:
      'Where the Envoy is: https:// since its firmware 7, http:// before, such as https://192.168.1.20.',
    max: 500,
  },
  token: {
    type: 'text',
    description:
      'The token of the owner’s account for this Envoy, valid a year; firmware before 7 needs none.',
    isSecret: true,
    isOptional: true,
    min: 1,
    max: 4_000,
    pattern: '^[!-~]+$',
  },
  certificateFingerprint: {
    type: 'text',
    description: 'SHA-256 of the Envoy’s certificate, 64 hexadecimal digits: no other is talked to.',
    isOptional: true,
    pattern: '^([0-9a-fA-F]{2}:?){31}[0-9a-fA-F]{2}$',
  },
  acceptAnyCertificate: {
    type: 'boolean',
    description: 'Whether any certificate will do: whoever is at the address then gets the token.',
    default: false,
  },
};

/** What an Enphase Envoy (IQ Gateway) measures: production, and with its meters consumption and the grid. */
export const enphase: SourceDefinition = {
  id: 'enphase',
  title: 'Enphase Envoy (IQ Gateway), local',
  source: 'Enphase, Accessing IQ Gateway local APIs (TEB-00060): /production.json, /info',
  options,
  pace: { periodMs: 60_000, periodMsMin: 10_000, timeoutMs: 20_000 },
  lane: (values) => urlOf(values).host,
  open: (values, ports) => {
    const { token } = values;
    return new EnphaseReader(
      { url: urlOf(values), token: typeof token === 'string' ? token : undefined, tls: tlsOf(values) },
      ports,
    );
  },
};

function urlOf(values: OptionValues): BaseUrl {
  return new BaseUrl('url', textOption(values, 'url'));
}

function tlsOf(values: OptionValues): HttpTls | undefined {
  const fingerprint = values['certificateFingerprint'];
  if (typeof fingerprint === 'string') return { fingerprint: fingerprint.replaceAll(':', '').toLowerCase() };
  return values['acceptAnyCertificate'] === true ? { acceptAny: true } : undefined;
}
