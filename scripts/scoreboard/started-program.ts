import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface StartedProgram {
  /** Ends it at once. */
  stop(): Promise<void>;
}

/** A program that serves on 127.0.0.1, once this URL answers; undefined when it is not installed. */
export async function startProgram(
  command: string,
  words: readonly string[],
  readyUrl: string,
): Promise<StartedProgram | undefined> {
  const program = spawn(command, words, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => {
    program.once('error', () => resolve());
    program.once('close', () => resolve());
  });
  const isReady = await Promise.race([untilReady(program, readyUrl), ended.then(() => false)]);
  if (!isReady) return undefined;
  return {
    stop: async () => {
      program.kill('SIGKILL');
      await ended;
    },
  };
}

async function untilReady(program: ChildProcess, url: string): Promise<boolean> {
  while (program.exitCode === null) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return true;
    await wait(100);
  }
  return false;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export function figure(name: string, value: number, unit: string, isGood: boolean): void {
  console.log(`${name} ${value} ${unit} ${isGood ? 'pass' : 'fail'}`);
}
