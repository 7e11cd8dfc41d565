import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { runProgram } from './other-program.ts';

const repository = join(import.meta.dirname, '..', '..');
const packages = join(repository, 'node_modules');
/** Of the Debian-like system; the pinned Node comes without its headers. */
const node = '/usr/bin/node';
const headers = '/usr/include/node';
const compiler = '/usr/bin/g++';

/** Of the gateway, what reads a converter. */
const modules = [
  'gateway/core/errors.ts',
  'gateway/io/sources/ads1115-registers.ts',
  'gateway/io/sources/ads1115-sampler.ts',
  'gateway/io/i2c-bus.ts',
  'gateway/io/sources/mains-rms.ts',
];

/** What is missing here to run the real i2c-bus, or undefined. */
export function missingForI2cBus(): string | undefined {
  const needed = [
    node,
    join(headers, 'node_api.h'),
    compiler,
    join(packages, 'i2c-bus'),
    join(packages, 'nan'),
  ];
  const missing = needed.filter((path) => !existsSync(path));
  return missing.length === 0
    ? undefined
    : `SKIPPED: the real i2c-bus is not tried, there is no ${missing.join(', ')}`;
}

/**
 * Runs a script with the real i2c-bus and our sampler beside it, in a Node that i2c-bus can be built for, on a bus that
 * i2c-shim.c stands in for. Returns what it prints, as JSON.
 */
export async function runOnI2cBus(folder: string, script: string): Promise<unknown> {
  await buildPackage(join(folder, 'node_modules'));
  for (const path of modules) {
    const code = stripTypeScriptTypes(readFileSync(join(repository, path), 'utf8'));
    const target = join(folder, path.replace(/\.ts$/, '.mjs'));
    mkdirSync(join(target, '..'), { recursive: true });
    writeFileSync(target, code.replaceAll(/(from '\.[^']*)\.ts'/g, "$1.mjs'"));
  }
  const shim = join(folder, 'shim.so');
  await build('gcc', [
    '-shared',
    '-fPIC',
    '-O1',
    '-o',
    shim,
    join(import.meta.dirname, 'i2c-shim.c'),
    '-ldl',
  ]);
  const bus = join(folder, 'fake-i2c-1');
  writeFileSync(bus, '');
  writeFileSync(join(folder, 'script.mjs'), script);
  const settings = [`LD_PRELOAD=${shim}`, `FAKE_I2C=${bus}`, 'UV_USE_IO_URING=0'];
  const { exitCode, output } = await runProgram('env', [...settings, node, join(folder, 'script.mjs')]);
  if (exitCode !== 0) throw new Error(`the script failed: ${output}`);
  return JSON.parse(output) as unknown;
}

/** Built once for each Node, and kept. */
async function buildPackage(target: string): Promise<void> {
  const { output: version } = await runProgram(node, ['-p', 'process.versions.modules']);
  const kept = join(packages, '.cache', `i2c-bus-${version.trim()}.node`);
  if (!existsSync(kept)) {
    mkdirSync(join(kept, '..'), { recursive: true });
    const fresh = `${kept}.${process.pid}`;
    const flags = [
      '-w',
      '-O1',
      '-fPIC',
      '-shared',
      '-std=c++20',
      '-DNODE_GYP_MODULE_NAME=i2c',
      '-DBUILDING_NODE_EXTENSION',
    ];
    const source = join(packages, 'i2c-bus', 'src', 'i2c.cc');
    await build(compiler, [...flags, `-I${headers}`, `-I${join(packages, 'nan')}`, source, '-o', fresh]);
    renameSync(fresh, kept);
  }
  for (const name of ['i2c-bus', 'bindings', 'file-uri-to-path']) {
    cpSync(join(packages, name), join(target, name), { recursive: true });
  }
  cpSync(kept, join(target, 'i2c-bus', 'build', 'Release', 'i2c.node'), { recursive: true });
}

async function build(program: string, words: readonly string[]): Promise<void> {
  const { exitCode, output } = await runProgram(program, [...words]);
  if (exitCode !== 0) throw new Error(`${program} failed: ${output}`);
}
