/**
 * The whole firmware in virtual time with a pellet boiler at its pins: what people are told of it, held against the
 * boiler's truth, while the gateway is killed, also in the middle of telling, and messages fail in all ways that they can.
 * `node dist/bench/boiler-homes.js [--homes 1] [--hours 12] [--seed 1]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judgedBoilerHome, type JudgedHome } from './boiler/judged-home.ts';
import { numberArgument, print, printAim } from './measure.ts';

const homes = numberArgument('homes', 1);
const hours = numberArgument('hours', 12);
const firstSeed = numberArgument('seed', 1);

const results: JudgedHome[] = [];
for (let seed = firstSeed; seed < firstSeed + homes; seed += 1) results.push(await lived(seed));
const again = await lived(firstSeed);
print(
  'boiler_homes.lives',
  sumOf(({ lives }) => lives),
  '',
);
print(
  'boiler_homes.messages',
  sumOf(({ messages }) => messages),
  '',
);
printAim(
  'boiler_homes.alerts',
  sumOf(({ right }) => right),
  '',
  sumOf(({ right }) => right) >= homes,
);
for (const what of ['missed', 'falsely', 'doubled', 'ends', 'lost', 'repeated'] as const) {
  const wrong = sumOf((result) => result[what]);
  printAim(`boiler_homes.${what}`, wrong, `in ${homes} homes`, wrong === 0);
}
print(
  'boiler_homes.given_up_as_unclear',
  sumOf(({ unclear }) => unclear),
  'messages',
);
const differ = again.hash === results[0]?.hash ? 0 : 1;
printAim('boiler_homes.hashes_that_differ', differ, 'of 1', differ === 0);

async function lived(seed: number): Promise<JudgedHome> {
  const directory = mkdtempSync(join(tmpdir(), 'egw-boiler-home-'));
  try {
    return await judgedBoilerHome({ seed, hours, directory, report: (what) => console.error(what) });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function sumOf(count: (result: JudgedHome) => number): number {
  return results.reduce((sum, result) => sum + count(result), 0);
}
