import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const pageBytes = 4_096;

const damageKinds = [
  'flip',
  'flips',
  'truncated',
  'header',
  'page',
  'no log',
  'log cut',
  'log page',
] as const;

export type DamageKind = (typeof damageKinds)[number];

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Most are single flipped bits: those that SQLite itself does not notice. */
export function kindFor(random: () => number): DamageKind {
  const at = random();
  if (at < 0.6) return 'flip';
  const others = damageKinds.slice(1);
  return others[Math.floor(((at - 0.6) / 0.4) * others.length)] ?? 'flips';
}

/** Damages the database in the directory, and says how. */
export function damage(directory: string, kind: DamageKind, random: () => number): string {
  const path = join(directory, 'egw.db');
  const logPath = `${path}-wal`;
  const hasLog = existsSync(logPath);
  const ofLog = kind.includes('log') && hasLog;
  if (kind === 'no log') {
    rmSync(logPath, { force: true });
    return hasLog ? 'the log deleted' : 'nothing done';
  }
  const target = ofLog || (kind.startsWith('flip') && hasLog && random() < 0.2) ? logPath : path;
  const bytes = readFileSync(target);
  const at = Math.floor(random() * bytes.length);
  const said = spoil(bytes, { kind, at, random });
  writeFileSync(target, said.bytes);
  return `${target.slice(directory.length + 1)}: ${said.what}`;
}

function spoil(
  bytes: Buffer,
  { kind, at, random }: { readonly kind: DamageKind; readonly at: number; readonly random: () => number },
): { bytes: Buffer; what: string } {
  if (kind === 'truncated' || kind === 'log cut')
    return { bytes: bytes.subarray(0, at), what: `cut at ${at}` };
  if (kind === 'header') return { bytes: bytes.fill(0, 0, 100), what: 'header zeroed' };
  if (kind === 'page' || kind === 'log page') {
    const start = at - (at % pageBytes);
    return {
      bytes: bytes.fill(0, start, Math.min(start + pageBytes, bytes.length)),
      what: `zeroed at ${start}`,
    };
  }
  const flips = kind === 'flip' ? 1 : 2 + Math.floor(random() * 4);
  const places = Array.from({ length: flips }, (_, index) =>
    index === 0 ? at : Math.floor(random() * bytes.length),
  );
  for (const place of places) bytes[place] = (bytes[place] ?? 0) ^ (1 << Math.floor(random() * 8));
  return { bytes, what: `bits flipped at ${places.join(', ')}` };
}
