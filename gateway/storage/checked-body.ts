import { crc32 } from 'node:zlib';
import { damagedBlob } from './byte-reader.ts';
import { deflated, inflated } from './deflate.ts';

/** A body is: its form, a CRC-32 (4 bytes, little endian) over its key, its form and the rest, and the rest. */
const plainForm = 1;
const deflatedForm = 2;
const headBytes = 5;
const worthDeflating = { bytesMin: 100, shareMax: 0.95 } as const;
const plainBytesMax = 1_048_576;

/** Bytes to be stored under that key, deflated where it pays. */
export function packBody(plain: Uint8Array, key: number): Buffer {
  const shorter = deflated(plain, worthDeflating);
  const form = shorter === undefined ? plainForm : deflatedForm;
  const rest = shorter ?? plain;
  const body = Buffer.allocUnsafe(headBytes + rest.length);
  body[0] = form;
  body.writeUInt32LE(checkOf(key, form, rest), 1);
  body.set(rest, headBytes);
  return body;
}

/** Errors: `database_unreadable` when they are not the bytes that were stored under that key. */
export function unpackBody(bytes: Uint8Array, key: number): Uint8Array {
  const [form = 0] = bytes;
  const rest = bytes.subarray(headBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headBytes || view.getUint32(1, true) !== checkOf(key, form, rest)) {
    throw damagedBlob(`the block ${key} fails its check`);
  }
  if (form === plainForm) return rest;
  if (form !== deflatedForm) throw damagedBlob(`the block ${key} has the unknown form ${form}`);
  return inflated(rest, plainBytesMax, `the block ${key}`);
}

const head = new Float64Array(2);
const headView = new Uint8Array(head.buffer);

function checkOf(key: number, form: number, rest: Uint8Array): number {
  head[0] = key;
  head[1] = form;
  return crc32(rest, crc32(headView));
}
