// Every test of a property, with other inputs than those of `npm test`, some times over.
import { globSync, readFileSync } from 'node:fs';
import { figure, runWith } from './figure.mjs';

const rounds = 3;

export async function measure() {
  const files = globSync('test/**/*.test.ts')
    .filter((path) => /from 'fast-check'/.test(readFileSync(path, 'utf8')))
    .toSorted();
  let failed = 0;
  for (let round = 0; round < rounds; round += 1) {
    const { code, output } = await runWith({ EGW_TEST_SEED: 'random' }, 'scripts/run-tests.mjs', ...files);
    if (code === 0) continue;
    failed += 1;
    console.error(output);
  }
  figure('rounds-of-random-properties-failed', failed, `of ${rounds}`, failed === 0 && files.length > 0);
}
