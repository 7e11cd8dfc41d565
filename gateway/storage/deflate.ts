import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { damagedBlob } from './byte-reader.ts';

/** When deflating pays. */
export interface DeflateGain {
  /** Shorter bodies gain less than a call costs. */
  readonly bytesMin: number;
  /** The deflated bytes must be fewer than this share of the plain ones. */
  readonly shareMax: number;
}

/** A small window and small tables: most of the time of a call goes into making them. */
const windowBits = 12;
const memLevel = 5;
const chunkSize = 4_096;

/** The bytes deflated (RFC 1951), or undefined where that does not pay. */
export function deflated(plain: Uint8Array, { bytesMin, shareMax }: DeflateGain): Buffer | undefined {
  if (plain.length < bytesMin) return undefined;
  const bytes = deflateRawSync(plain, { windowBits, memLevel });
  return bytes.length < plain.length * shareMax ? bytes : undefined;
}

/**
 * What was deflated. `what` names it in the error. Errors: `database_unreadable` when the bytes are not deflated
 * ones, or are more than `bytesMax` when inflated.
 */
export function inflated(bytes: Uint8Array, bytesMax: number, what: string): Buffer {
  try {
    return inflateRawSync(bytes, { windowBits, chunkSize, maxOutputLength: bytesMax });
  } catch {
    throw damagedBlob(`${what} cannot be inflated`);
  }
}
