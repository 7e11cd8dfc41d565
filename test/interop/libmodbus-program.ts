import assert from 'node:assert';
import { join } from 'node:path';
import type { Test } from 'tap';
import { libmodbusExamples } from './debian-part.ts';
import { runProgram } from './other-program.ts';
import { scratchFolder } from './scratch-folder.ts';

/** Builds `NAME.c` of this folder with libmodbus, and returns the program's path. */
export async function buildLibmodbusProgram(t: Test, name: string): Promise<string> {
  const flags = await runProgram('pkg-config', ['--cflags', '--libs', 'libmodbus']);
  const program = join(scratchFolder(t), name);
  const source = join(import.meta.dirname, `${name}.c`);
  const libraries = flags.output.trim().split(/\s+/);
  const words = ['-O1', '-Wall', '-Wextra', '-isystem', libmodbusExamples, '-o', program, source];
  const build = await runProgram('gcc', [...words, ...libraries]);
  assert(build.exitCode === 0, `${name}.c does not build: ${build.output}`);
  return program;
}
