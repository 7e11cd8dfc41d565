import type { TSchema } from 'typebox';
import { GatewayError } from '../../core/errors.ts';
import { parseStrictJson } from '../../core/strict-json.ts';
import {
  cloudMessageSchemas,
  type CloudCommandMessage,
  type CloudMessageKind,
  type Delegation,
  type Revocation,
} from './cloud-messages.ts';

/** Checks a value against a schema. Errors: `input_invalid`, naming the property. */
export type CheckOf = (schema: TSchema) => (value: unknown) => void;

export type CloudMessage = CloudCommandMessage | Delegation | Revocation;

const cloudMessageBytesMax = 65_536;

/**
 * A message of the cloud, of which every member is known and in its range, and no more is: who sent it is not known
 * yet. undefined for versions and kinds that are not ours. Errors: `request_too_large`, `input_invalid`.
 */
export function parseCloudMessage(bytes: Uint8Array, checkOf: CheckOf): CloudMessage | undefined {
  if (bytes.length > cloudMessageBytesMax) {
    throw new GatewayError('request_too_large', `a message of ${bytes.length} bytes is too long`, {
      hint: `send at most ${cloudMessageBytesMax} bytes`,
    });
  }
  const value = parseStrictJson(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GatewayError('input_invalid', 'a message must be a JSON object');
  }
  const { v, kind } = value as { readonly v?: unknown; readonly kind?: unknown };
  if (v !== 1 || !isOurs(kind)) return undefined;
  checkOf(cloudMessageSchemas[kind])(value);
  return value as CloudMessage;
}

function isOurs(kind: unknown): kind is CloudMessageKind {
  return typeof kind === 'string' && Object.hasOwn(cloudMessageSchemas, kind);
}
