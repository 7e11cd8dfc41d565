/** The end of the longest time that a date can hold. */
const dateMsMax = 8_640_000_000_000_000;

/**
 * Until when a JSON Web Token says that it is valid (RFC 7519 4.1.4), UTC epoch ms; undefined when it does not say, or
 * is none. Its signature is the business of whom it is shown to.
 */
export function tokenExpiryMs(token: string): number | undefined {
  const [, claims, signature] = token.split('.');
  if (claims === undefined || signature === undefined) return undefined;
  try {
    const read: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString());
    const expiry = typeof read === 'object' && read !== null && 'exp' in read ? read.exp : undefined;
    const ms = typeof expiry === 'number' ? expiry * 1000 : Number.NaN;
    return ms > 0 && ms <= dateMsMax ? ms : undefined;
  } catch {
    return undefined;
  }
}
