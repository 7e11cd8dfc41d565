import { parseStrictJson } from '../../core/strict-json.ts';

/** A message of a backend, as far as everybody must understand it (docs/cloud-protocol.md). */
export interface BackendMessage {
  readonly v: number;
  readonly kind: string;
  readonly [name: string]: unknown;
}

/** Larger ones are nobody's. */
const bytesMax = 65_536;

/** undefined for what is no JSON object with `v` and `kind`. Never throws. */
export function parseBackendMessage(bytes: Uint8Array): BackendMessage | undefined {
  if (bytes.length > bytesMax) return undefined;
  try {
    const value: unknown = parseStrictJson(bytes);
    return isMessage(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isMessage(value: unknown): value is BackendMessage {
  if (typeof value !== 'object' || value === null) return false;
  return 'v' in value && typeof value.v === 'number' && 'kind' in value && typeof value.kind === 'string';
}
