import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Vector } from './vector.ts';

type Said = Pick<Vector, 'says'> & { readonly exitCode: 0 | 1 | 2 };

/** What the second verifier prints of each, and ends with; with 2 it is what stands on standard error. */
export function judgedByPython(cases: readonly Pick<Vector, 'arguments' | 'lines'>[]): readonly Said[] {
  const program = join(import.meta.dirname, 'run-vectors.py');
  const answer = execFileSync('python3', [program], { input: JSON.stringify(cases), encoding: 'utf8' });
  return JSON.parse(answer) as Said[];
}

/** It does not name the member that is wrong. */
export function asPythonSays(says: readonly string[]): readonly string[] {
  return says.map((line) => line.replace(/(is no (?:batch|record) of version 1): ".*"$/, '$1'));
}
