// The whole firmware in virtual time: invariants, the same again for one seed, and bugs that must be found.
import { figure, run } from './figure.mjs';

const seeds = 20;
// As `npm run sim -- --help` lists them.
const plantedBugs = [
  'lost-commit',
  'double-commit',
  'wrong-value',
  'wrong-rollup',
  'late-poll',
  'wrong-decode',
];

export async function measure() {
  await measureFleet();
  const twice = await sim('--days', '3', '--seed', '7', '--twice');
  figure('hashes-that-differ-for-one-seed', twice.code === 0 ? 0 : 1, 'of 1', twice.code === 0);
  let found = 0;
  for (const bug of plantedBugs) {
    found += (await sim('--days', '0.25', '--seed', '3', '--plant', bug)).code === 1 ? 1 : 0;
  }
  figure('planted-bugs-found', found, `of ${plantedBugs.length}`, found === plantedBugs.length);
}

async function measureFleet() {
  const fleet = await sim('--days', '1', '--seed', '101', '--seeds', String(seeds));
  const lives = [...fleet.output.matchAll(/ days in ([\d.]+) s/g)]
    .map((match) => Number(match[1]))
    .sort((a, b) => a - b);
  figure(
    'virtual-days-violating-an-invariant',
    fleet.code === 0 ? 0 : (fleet.output.match(/(\d+) of \d+ seeds failed/)?.[1] ?? seeds),
    'days',
    fleet.code === 0,
  );
  const medianS = lives[Math.floor(lives.length / 2)] ?? Infinity;
  figure('virtual-day-median', medianS, 's', medianS < 5);
  const totalS = lives.reduce((total, seconds) => total + seconds, 0);
  figure('virtual-days-total', totalS.toFixed(1), 's', lives.length === seeds && totalS <= 120);
}

async function sim(...words) {
  return await run('dist/sim/main.js', ...words);
}
