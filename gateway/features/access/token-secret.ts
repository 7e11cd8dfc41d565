import { createHash, randomBytes } from 'node:crypto';

const prefix = 'egw_';
const secretBytes = 32;
const pattern = /^egw_[A-Za-z0-9_-]{43}$/;

/** A new bearer secret: `egw_` and 256 random bits in base64url. The prefix lets secret scanners find leaks. */
export function makeTokenSecret(): string {
  return prefix + randomBytes(secretBytes).toString('base64url');
}

/** Whether the text has the form of a secret; anything else needs no hashing to be refused. */
export function isTokenSecret(text: string): boolean {
  return pattern.test(text);
}

/** What is stored in place of the secret: SHA-256, hex. 256 random bits need no salt and no slow hash. */
export function hashTokenSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
