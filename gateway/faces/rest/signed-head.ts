import type { FastifyRequest } from 'fastify';
import { GatewayError } from '../../core/errors.ts';
import { signatureHeaders } from '../../core/signed-request.ts';
import type { SignedHead } from '../../features/credentials.ts';

/** Whether a request says that it is signed. */
export function isSigned({ headers }: FastifyRequest): boolean {
  return Object.values(signatureHeaders).some((name) => headers[name] !== undefined);
}

/**
 * What a signed request says of itself. A header that is missing is empty here, one given twice has a comma: neither
 * has the form of a signature. Errors: `signature_invalid` when there is a token beside it.
 */
export function signedHeadOf({ headers, method, raw }: FastifyRequest): SignedHead {
  if (headers.authorization !== undefined) {
    throw new GatewayError('signature_invalid', 'this has a token beside a signature', {
      hint: 'send one of them',
      facts: { reason: 'form' },
    });
  }
  const textOf = (name: string): string => {
    const value = headers[name];
    return typeof value === 'string' ? value : '';
  };
  return {
    keyId: textOf(signatureHeaders.key),
    time: textOf(signatureHeaders.time),
    nonce: textOf(signatureHeaders.nonce),
    signature: textOf(signatureHeaders.signature),
    method,
    target: raw.url ?? '',
  };
}
