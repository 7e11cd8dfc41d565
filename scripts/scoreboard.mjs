// npm run scoreboard: the full counts of what the tests show in small; one line a figure.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

process.chdir(join(import.meta.dirname, '..'));
const node = 'node_modules/.bin/node';
// As `npm run sim -- --help` lists them.
const plantedBugs = [
  'lost-commit',
  'double-commit',
  'wrong-value',
  'wrong-rollup',
  'late-poll',
  'wrong-decode',
];
let failures = 0;

const seeds = 20;
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

const twice = await sim('--days', '3', '--seed', '7', '--twice');
figure('hashes-that-differ-for-one-seed', twice.code === 0 ? 0 : 1, 'of 1', twice.code === 0);

let found = 0;
for (const bug of plantedBugs)
  found += (await sim('--days', '0.25', '--seed', '3', '--plant', bug)).code === 1 ? 1 : 0;
figure('planted-bugs-found', found, `of ${plantedBugs.length}`, found === plantedBugs.length);

await bench('mutated-frames', '--frames', '1000000');
await bench('bad-replies');
await bench('control-kills', '--kills', '500');
await randomCommands(100_000);

process.exitCode = failures === 0 ? 0 : 1;

function figure(name, value, unit, isGood) {
  if (!isGood) failures += 1;
  console.log(`${name} ${value} ${unit} ${isGood ? 'pass' : 'fail'}`);
}

/** Those figures of a benchmark that it holds against an aim. */
async function bench(name, ...words) {
  const { code, output } = await run(`dist/bench/${name}.js`, ...words);
  const lines = output.split('\n').filter((line) => / (pass|fail)$/.test(line));
  failures += lines.filter((line) => line.endsWith(' fail')).length;
  for (const line of lines) console.log(line);
  if (code !== 0 || lines.length === 0) figure(name, code, 'exit code', false);
}

/** Orders at random to a device that may misbehave, in virtual time; see test/features/control/. */
async function randomCommands(commands) {
  const { code, output } = await run(
    '--no-warnings',
    '--input-type=module',
    '--eval',
    `import { runRandomCommands } from './test/features/control/random-commands.ts';
     console.log(JSON.stringify(await runRandomCommands({ seed: 1, commands: ${commands} })));`,
  );
  if (code !== 0) return figure('random-control-commands', code, 'exit code', false);
  const result = JSON.parse(output);
  figure('random-control-commands', result.commands, 'commands', result.setPoints > commands / 10);
  for (const [name, value] of [
    ['control-writes-outside-limits', result.writesOutsideLimits],
    ['control-writes-without-intent-or-unread', result.violations.length],
    ['set-points-that-outlived-their-lease', result.setPointsOutlived],
  ]) {
    figure(name, value, 'of ' + result.writes, value === 0);
  }
}

async function sim(...words) {
  return await run('dist/sim/main.js', ...words);
}

function run(program, ...words) {
  return new Promise((resolve) => {
    const child = spawn(node, [program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.once('exit', (code) => resolve({ code: code ?? 1, output }));
  });
}
