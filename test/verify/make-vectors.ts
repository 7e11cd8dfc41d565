// Writes verify/vectors/: node --no-warnings test/verify/make-vectors.ts
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { badVectors } from './bad-vectors.ts';
import { goodVectors } from './good-vectors.ts';
import { signedVectors } from './signed-vectors.ts';
import { judged, printed } from './judged.ts';
import type { Vector } from './vector.ts';

export const vectorFolder = join(import.meta.dirname, '..', '..', 'verify', 'vectors');

/** Signatures of ES256 are others each time. */
export function makeVectors(): readonly Vector[] {
  return [...goodVectors(), ...badVectors(), ...signedVectors()].map(({ lines, first, ...vector }) => ({
    ...vector,
    lines,
    exitCode: first === null ? 0 : 1,
    first,
    says: printed(judged(vector.arguments, lines)),
  }));
}

if (import.meta.main) {
  rmSync(vectorFolder, { recursive: true, force: true });
  mkdirSync(vectorFolder, { recursive: true });
  for (const vector of makeVectors()) {
    writeFileSync(join(vectorFolder, `${vector.name}.json`), `${JSON.stringify(vector, null, 2)}\n`);
  }
}
