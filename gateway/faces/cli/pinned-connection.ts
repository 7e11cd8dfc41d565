import type { ClientRequestArgs } from 'node:http';
import { connect } from 'node:tls';
import type { Duplex } from 'node:stream';
import { isIP } from 'node:net';
import { GatewayError } from '../../core/errors.ts';

type CreateConnection = NonNullable<ClientRequestArgs['createConnection']>;

/** 64 hex digits, with colons or without, in any case. Errors: `input_invalid`. */
export function parseFingerprint(text: string): string {
  const digits = text.replaceAll(':', '').trim().toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return digits;
  throw new GatewayError('input_invalid', 'this is no SHA-256 fingerprint of a certificate', {
    hint: 'give the 64 hex digits that the gateway shows: egw tls show',
  });
}

/**
 * Connects to who shows the certificate with this fingerprint, whoever vouches for it, and to nobody else; nothing is
 * sent before that is known. Errors: `certificate_invalid`.
 */
export function pinnedConnection(fingerprint: string): CreateConnection {
  return ({ host, port }, onSocket) => {
    const name = host ?? 'localhost';
    const socket = connect({
      host: name,
      port: Number(port ?? 443),
      // The fingerprint is judged instead.
      rejectUnauthorized: false,
      ...(isIP(name) === 0 && { servername: name }),
    });
    const fail = (error: Error): void => onSocket(error, undefined as unknown as Duplex);
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      socket.off('error', fail);
      const shown = socket.getPeerCertificate().fingerprint256.replaceAll(':', '').toLowerCase();
      if (shown === fingerprint) {
        onSocket(null, socket);
        return;
      }
      socket.destroy();
      fail(unexpected(name, shown));
    });
    return undefined;
  };
}

function unexpected(host: string, shown: string): GatewayError {
  return new GatewayError('certificate_invalid', `${host} shows another certificate: ${shown}`, {
    hint: 'compare it with what the gateway itself shows: egw tls show; if it differs, somebody is in between',
    facts: { host, fingerprint: shown },
  });
}
