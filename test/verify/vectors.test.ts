import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { hasPython } from './has-python.ts';
import { firstFault, judged, printed } from './judged.ts';
import { makeVectors, vectorFolder } from './make-vectors.ts';
import type { Vector } from './vector.ts';

const vectors = globSync(join(vectorFolder, '*.json'))
  .toSorted()
  .map((path) => JSON.parse(readFileSync(path, 'utf8')) as Vector);

t.test('egw-verify says of each published vector what it must, and names the first bad record', (t) => {
  t.ok(vectors.length >= 80, `${vectors.length} vectors`);
  for (const { name, arguments: words, lines, says, first, exitCode } of vectors) {
    const verdict = judged(words, lines);
    t.same(printed(verdict), says, name);
    t.same(firstFault(verdict), first, `${name}: first`);
    t.equal(verdict.isVerified, exitCode === 0, `${name}: exit code`);
  }
  t.end();
});

t.test('the published vectors are those that are made', (t) => {
  // Each signature of ECDSA is another.
  const withoutChance = ({ lines, ...vector }: Vector): unknown => ({
    ...vector,
    lines: lines.map((line) =>
      line.includes('"algorithm":"ES256"') ? line.replace(/"signature":"[^"]{86}"/, '') : line,
    ),
  });
  const made = [...makeVectors()].sort((one, other) => (one.name < other.name ? -1 : 1));
  const published = [...vectors].sort((one, other) => (one.name < other.name ? -1 : 1));
  t.same(made.map(withoutChance), published.map(withoutChance), 'test/verify/make-vectors.ts writes them');
  t.end();
});

t.test(
  'the verifier in Python says the same of each',
  { skip: hasPython() ? false : 'NO python3 HERE' },
  (t) => {
    const program = join(import.meta.dirname, 'run-vectors.py');
    const answer = execFileSync('python3', [program], { input: JSON.stringify(vectors), encoding: 'utf8' });
    const said = JSON.parse(answer) as Pick<Vector, 'says' | 'exitCode'>[];
    for (const [index, { name, says, exitCode }] of vectors.entries())
      t.same(said[index], { exitCode, says }, name);
    t.end();
  },
);
