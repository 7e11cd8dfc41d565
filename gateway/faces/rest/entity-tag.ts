import { hash } from 'node:crypto';

/** Of compressed content: another representation, so another strong tag (RFC 9110 §8.8.3.3). */
const packedMark = '-gzip';

/** A strong tag of the bytes. */
export function entityTag(body: string | Uint8Array): string {
  return `"${hash('sha256', body, 'base64url').slice(0, 22)}"`;
}

export function packedTag(tag: string): string {
  return `${tag.slice(0, -1)}${packedMark}"`;
}

/**
 * Whether `If-None-Match` names the content of this tag, compressed or not. A cache on the way may have made the tag
 * a weak one; the comparison is the weak one (RFC 9110 §13.1.2).
 */
export function namesTag(header: string, tag: string): boolean {
  return header.split(',').some((each) => {
    const named = each.trim().replace(/^W\//, '');
    return named === '*' || named === tag || named === packedTag(tag);
  });
}
