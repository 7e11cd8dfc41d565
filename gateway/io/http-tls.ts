import type { HttpTls } from '../core/http.ts';
import type { OptionFields, OptionValues } from '../core/option-field.ts';
import { tlsFields } from './tls-options.ts';

/** Settings of how the certificate of an `https:` server is judged. */
export const httpTlsFields = {
  authority: tlsFields.authority,
  serverName: {
    type: 'text',
    description: 'The name that the certificate must be for, where it is not the URL’s.',
    isOptional: true,
    max: 253,
  },
  fingerprint: {
    type: 'text',
    description: 'SHA-256 of the server’s certificate, hex, with colons or without: this one and no other.',
    isOptional: true,
    pattern: '^[0-9a-fA-F]{2}(:?[0-9a-fA-F]{2}){31}$',
    max: 95,
  },
} as const satisfies OptionFields;

export function httpTls({ authority, serverName, fingerprint }: OptionValues): HttpTls {
  const isGiven = (value: unknown): value is string => typeof value === 'string' && value !== '';
  return {
    ...(isGiven(authority) && { authorities: authority }),
    ...(isGiven(serverName) && { serverName }),
    ...(isGiven(fingerprint) && { fingerprint: fingerprint.replaceAll(':', '').toLowerCase() }),
  };
}
