import { Type, type Static } from 'typebox';
import type { Scope } from './command.ts';
import { closed, instant } from './schema.ts';

/** What somebody says of himself who is let in for the first time. */
export const newcomerInput = {
  label: Type.String({
    minLength: 1,
    maxLength: 64,
    pattern: '^[^\\p{Cc}]+$',
    description: 'What it is for',
  }),
  publicKey: Type.String({
    minLength: 1,
    maxLength: 1_024,
    description: 'Public key (Ed25519): base64url, hex or PEM',
  }),
};

/** What he is given: a token, or a place among the keys. */
export const admittedNewcomer = closed({
  id: Type.String(),
  label: Type.String(),
  scopes: Type.Array(Type.String()),
  createdMs: instant(),
  expiresMs: instant(),
  token: Type.Optional(Type.String({ description: 'The secret, shown only this once' })),
  publicKey: Type.Optional(Type.String({ description: 'Ed25519, 32 bytes, base64url' })),
});

export type AdmittedNewcomer = Static<typeof admittedNewcomer>;

export interface Newcomer {
  readonly label: string;
  /** In any of its forms; a token is made where there is none. */
  readonly publicKey?: string;
}

/**
 * Lets somebody in for a year, in two steps: a key that is no good is found by the first. Errors: `input_invalid`; then
 * `already_exists limit_reached`, those of the store.
 */
export type AdmitNewcomer = (newcomer: Newcomer) => (scopes: readonly Scope[]) => Promise<AdmittedNewcomer>;

/** Of a key nothing is given that others could use. The input may be anything. */
export function isGivenToken(input: unknown): boolean {
  return typeof input !== 'object' || input === null || !('publicKey' in input);
}
