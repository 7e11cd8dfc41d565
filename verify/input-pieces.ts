import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Place } from './fault.ts';
import { JsonPieces } from './json-pieces.ts';
import { VerifyError } from './verify-error.ts';

/** A JSON object as text, and where it stands; no text where there is no whole one. */
export interface InputPiece {
  readonly place: Place;
  readonly text?: string;
}

const isTelemetryFile = /\.(json|jsonl|ndjson)(\.gz)?$/;

/** Every JSON object of files, folders and, for `-`, standard input, one at a time. Errors: `VerifyError`. */
export async function* inputPieces(names: readonly string[], stdin: Readable): AsyncGenerator<InputPiece> {
  for (const name of names) {
    if (name === '-') yield* piecesOf('stdin', stdin);
    else for (const file of filesOf(name)) yield* piecesOf(file, createReadStream(file));
  }
}

function filesOf(name: string): readonly string[] {
  try {
    if (!statSync(name).isDirectory()) return [name];
    const files = readdirSync(name, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && isTelemetryFile.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
    if (files.length === 0) throw new VerifyError(`${name} has no file *.json, *.jsonl or *.ndjson`);
    return files;
  } catch (error) {
    throw unreadable(name, error);
  }
}

async function* piecesOf(file: string, stream: Readable): AsyncGenerator<InputPiece> {
  const pieces = new JsonPieces();
  const placed = ({ line, ...text }: { line: number; text?: string }): InputPiece => ({
    place: { file, line },
    ...text,
  });
  try {
    for await (const chunk of unpacked(stream)) for (const piece of pieces.push(chunk)) yield placed(piece);
    for (const piece of pieces.close()) yield placed(piece);
  } catch (error) {
    if (!isDamagedGzip(error)) throw unreadable(file, error);
    // What was packed is not whole: what came before the damage was read.
    yield { place: { file, line: pieces.line } };
  }
}

/** gzip is told by its first two bytes. */
async function* unpacked(stream: Readable): AsyncGenerator<Buffer> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let first = await chunks.next();
  while (first.done !== true && first.value.length < 2) {
    const next = await chunks.next();
    if (next.done === true) break;
    first = { done: false, value: Buffer.concat([first.value, next.value]) };
  }
  if (first.done === true) return;
  const all = joined(first.value, chunks);
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) yield* all;
  else yield* inflated(all);
}

async function* joined(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* inflated(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  // What fails is thrown by the iteration below.
  pipeline(Readable.from(packed), gunzip, () => undefined);
  for await (const chunk of gunzip) yield chunk as Buffer;
}

function isDamagedGzip(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('Z_');
}

function unreadable(name: string, error: unknown): VerifyError {
  if (error instanceof VerifyError) return error;
  return new VerifyError(`${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
}
