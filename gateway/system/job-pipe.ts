import { closeSync, constants, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createRealPrograms } from './real-programs.ts';

export interface JobPipe {
  readonly reader: Readable;
  /** For the child; to be closed here once that has it. */
  readonly writerFd: number;
}

/**
 * A pipe. What Node makes for a child is a socket, which a program cannot open again as /dev/stdout: unix(7). One with a
 * name, which is gone at once, can be. undefined where there is no mkfifo(1), or no place for it.
 */
export async function openPipe(mkfifo: string | undefined): Promise<JobPipe | undefined> {
  if (mkfifo === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'egw-job-')).catch(() => undefined);
  if (folder === undefined) return undefined;
  try {
    const path = join(folder, 'output');
    // Nobody else gets to it: the folder is ours, and has no other name for it.
    const { exitCode } = await createRealPrograms({}).run({ program: mkfifo, args: ['-m', '666', path] });
    return exitCode === 0 ? openBothEnds(path) : undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function openBothEnds(path: string): JobPipe {
  // In this order, none of them waits for the other: fifo(7).
  const readerFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const writerFd = openSync(path, constants.O_WRONLY);
    return { reader: new Socket({ fd: readerFd, readable: true, writable: false }), writerFd };
  } catch (error) {
    closeSync(readerFd);
    throw error;
  }
}
