import { GatewayError } from '../../core/errors.ts';

/** Whether the medium is full, failing or read-only: the same comes to the same for a while. */
export function isOfMedium(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'storage_failed' && 'mode' in error.facts;
}
