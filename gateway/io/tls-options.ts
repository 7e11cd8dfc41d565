import type { ConnectionOptions } from 'node:tls';
import { GatewayError } from '../core/errors.ts';
import type { OptionFields, OptionValues } from '../core/option-field.ts';

/** Settings of a connection that may be encrypted. */
export const tlsFields = {
  tls: {
    type: 'choice',
    description:
      'off: not encrypted; verify: encrypted, and the certificate must be valid; accept_any: encrypted, with whatever certificate the server shows.',
    values: ['off', 'verify', 'accept_any'],
    default: 'off',
  },
  authority: {
    type: 'text',
    description: 'PEM of the authority that signs the server’s certificate, in place of the system’s.',
    isOptional: true,
    max: 100_000,
  },
  serverName: {
    type: 'text',
    description: 'The name that the certificate must be for, where it is not the host’s.',
    isOptional: true,
    max: 253,
  },
} as const satisfies OptionFields;

/** Settings of a server that wants to know us by a certificate. */
export const clientCertificateFields = {
  clientCertificate: {
    type: 'text',
    description:
      'PEM of our certificate, and of those between it and its authority, where the server asks for one.',
    isOptional: true,
    max: 100_000,
  },
  clientKey: {
    type: 'text',
    description: 'PEM of its private key.',
    isOptional: true,
    isSecret: true,
    max: 100_000,
  },
} as const satisfies OptionFields;

/** For `node:tls`; undefined where nothing is to be encrypted. */
export function tlsOptions(host: string, values: OptionValues): ConnectionOptions | undefined {
  const { tls, authority, serverName, clientCertificate, clientKey } = values;
  if (tls !== 'verify' && tls !== 'accept_any') return undefined;
  const name = typeof serverName === 'string' && serverName !== '' ? serverName : host;
  return {
    rejectUnauthorized: tls === 'verify',
    // The certificate's name is judged by this, also where it is an address, which cannot be asked for.
    host: name,
    ...(!isAddress(name) && { servername: name }),
    ...(typeof authority === 'string' && authority !== '' && { ca: authority }),
    ...(typeof clientCertificate === 'string' && clientCertificate !== '' && { cert: clientCertificate }),
    ...(typeof clientKey === 'string' && clientKey !== '' && { key: clientKey }),
  };
}

/** What a failed handshake says of the server's certificate; undefined when it says something else. */
export function certificateFailure(cause: Error, peer: string): GatewayError | undefined {
  const code = 'code' in cause ? String(cause.code) : '';
  // OpenSSL's words: CERT_HAS_EXPIRED, DEPTH_ZERO_SELF_SIGNED_CERT, UNABLE_TO_VERIFY_LEAF_SIGNATURE.
  if (!/CERT|VERIFY|ALTNAME|ISSUER/.test(code)) return undefined;
  return new GatewayError('certificate_invalid', `the certificate of ${peer} does not hold: ${code}`, {
    hint: 'give its authority, or the name that it is for as serverName',
    cause,
    facts: { reason: code },
  });
}

function isAddress(name: string): boolean {
  return name.includes(':') || /^\d+(\.\d+){3}$/.test(name);
}
