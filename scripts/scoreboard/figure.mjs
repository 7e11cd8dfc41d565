import { spawn } from 'node:child_process';

const node = 'node_modules/.bin/node';
let failures = 0;

/** How many figures missed their aim. */
export function failedFigures() {
  return failures;
}

/** One line: name, value, unit, and whether it holds. */
export function figure(name, value, unit, isGood) {
  if (!isGood) failures += 1;
  console.log(`${name} ${value} ${unit} ${isGood ? 'pass' : 'fail'}`);
}

/** Those figures of a program that it holds against an aim; it ends with 0 unless it could not measure. */
export async function figuresOf(name, ...words) {
  const { code, output } = await run(...words);
  const lines = output.split('\n').filter((line) => / (pass|fail)$/.test(line));
  failures += lines.filter((line) => line.endsWith(' fail')).length;
  for (const line of lines) console.log(line);
  if (code !== 0 || lines.length === 0) figure(name, code, 'exit code', false);
}

/** Those of a benchmark. */
export async function bench(name, ...words) {
  await figuresOf(name, `dist/bench/${name}.js`, ...words);
}

/** A program on the pinned Node: its exit code, and what it printed. */
export function run(...words) {
  return runWith({}, ...words);
}

export function runWith(env, ...words) {
  return new Promise((resolve) => {
    const child = spawn(node, words, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
