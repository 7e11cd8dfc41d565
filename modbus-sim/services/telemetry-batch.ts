import { createHash, createPublicKey, verify } from 'node:crypto';
import { canonicalText } from './canonical-text.ts';

type Tree = Readonly<Record<string, unknown>>;

/** A batch of telemetry as it comes (docs/cloud-protocol.md). */
export interface TelemetryBatch {
  readonly gateway: string;
  readonly algorithm: string;
  readonly epoch: string;
  /** Numbers of its first and its last record. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly before: string;
  readonly head: string;
  readonly records: readonly Tree[];
  readonly signature: string;
}

/** Records that the gateway says are gone. */
export interface DeclaredGap {
  readonly from: number;
  readonly to: number;
  readonly head: string;
  readonly readings: number;
}

/** What is wrong with a batch by itself; undefined: nothing. The key is that of the gateway, base64url. */
export function batchProblem(batch: TelemetryBatch, publicKey: string | undefined): string | undefined {
  if (batch.records.length !== batch.to - batch.from + 1) return 'has not the records that it names';
  let hash = Buffer.from(batch.before, 'hex');
  for (const record of batch.records)
    hash = createHash('sha256').update(hash).update(canonicalText(record)).digest();
  if (hash.toString('hex') !== batch.head) return 'has another head than its records make';
  if (readingsOf(batch).length !== batch.count) return 'counts its readings wrong';
  if (batch.algorithm === 'none') return undefined;
  if (publicKey === undefined) return 'is of a gateway whose key is not known';
  const { gateway, epoch, to, count, head, signature } = batch;
  const lines = ['gw-telemetry-1', gateway, epoch, to, count, head].join('\n');
  return isSigned(publicKey, lines, signature) ? undefined : 'is not signed by its gateway';
}

/** A message with a member `signature` over its domain, and the hash of the rest. */
export function isSignedMessage(publicKey: string, domain: string, message: Tree): boolean {
  const { signature, ...rest } = message;
  return isSigned(publicKey, signedLines(domain, rest), String(signature));
}

/** What is signed of a message without its signature. */
export function signedLines(domain: string, message: Tree): string {
  return `${domain}\n${createHash('sha256').update(canonicalText(message)).digest('hex')}`;
}

/** One text a reading: its series, its time, and its value. */
export function readingsOf({ records }: Pick<TelemetryBatch, 'records'>): readonly string[] {
  return records.flatMap((record) => {
    if (record['kind'] !== 'readings') return [];
    const devices = record['readings'] as Readonly<Record<string, Readonly<Record<string, unknown[][]>>>>;
    return Object.entries(devices).flatMap(([device, quantities]) =>
      Object.entries(quantities).flatMap(([quantity, rows]) =>
        rows.map(([atMs, value]) => `${device} ${quantity} ${String(atMs)} ${String(value)}`),
      ),
    );
  });
}

/** Of the chain: records that nobody will ever get. */
export function declaredGapsOf({ records }: TelemetryBatch): readonly DeclaredGap[] {
  return records
    .filter(({ kind, from }) => kind === 'gap' && typeof from === 'number')
    .map(({ from, to, head, readings }) => ({
      from: Number(from),
      to: Number(to),
      head: String(head),
      readings: Number(readings ?? 0),
    }));
}

function isSigned(publicKey: string, message: string, signature: string): boolean {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
  return verify(null, Buffer.from(message), key, Buffer.from(signature, 'base64url'));
}
