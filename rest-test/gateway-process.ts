import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..');

/** A gateway that this test started, with its simulated home. */
export interface RunningGateway {
  readonly url: string;
  readonly child: ChildProcess;
  /** What it has written to its standard output so far, line by line. */
  readonly lines: readonly string[];
  /** Waits for a line that matches. */
  lineLike(pattern: RegExp): Promise<string>;
  /** Waits until as many lines match, and answers the last of them. */
  nthLineLike(pattern: RegExp, count: number): Promise<string>;
}

const running = new Set<ChildProcess>();

/** Ends what a failed test has left behind. */
export function killLeftovers(): void {
  for (const child of running) child.kill('SIGKILL');
}

export function makeDataDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'egw-rest-test-'));
}

export function removeDataDirectory(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

function environmentOf(dataDirectory: string): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, EGW_DATA_DIR: dataDirectory, EGW_PORT: '0', EGW_LOG: 'json' };
}

/** Starts the demo home's gateway, and waits for the line that says where it listens. */
export async function startGateway(dataDirectory: string): Promise<RunningGateway> {
  const child = spawnGateway(dataDirectory);
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  output.on('line', (line) => lines.push(line));
  const nthLineLike = async (pattern: RegExp, count: number): Promise<string> => {
    const found = (): string | undefined => lines.filter((line) => pattern.test(line))[count - 1];
    const known = found();
    if (known !== undefined) return known;
    for await (const [line] of on(output, 'line', { close: ['close'] })) {
      const wanted = pattern.test(String(line)) ? found() : undefined;
      if (wanted !== undefined) return wanted;
    }
    throw new Error(`no line like ${String(pattern)} in:\n${lines.join('\n')}`);
  };
  const lineLike = async (pattern: RegExp): Promise<string> => await nthLineLike(pattern, 1);
  const { address } = JSON.parse(await lineLike(/"msg":"listening"/)) as { address: string };
  return { url: address, child, lines, lineLike, nthLineLike };
}

/** Starts it in the expectation that it refuses to: answers its exit code and what it says. */
export async function refusedStart(
  dataDirectory: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<{ code: unknown; said: string }> {
  const child = spawnGateway(dataDirectory, environment);
  let said = '';
  child.stdout?.on('data', (text) => (said += String(text)));
  child.stderr?.on('data', (text) => (said += String(text)));
  const [code] = (await once(child, 'close')) as unknown[];
  return { code, said };
}

/** Asks it to stop, and answers its exit code and how long that took. */
export async function stopGateway({ child }: RunningGateway): Promise<{ code: unknown; tookMs: number }> {
  if (child.exitCode !== null) return { code: child.exitCode, tookMs: 0 };
  const startedMs = performance.now();
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = (await exited) as unknown[];
  return { code, tookMs: performance.now() - startedMs };
}

/** A token, made as the owner of the data directory makes one. */
export async function createToken(dataDirectory: string, scope: string): Promise<string> {
  const words = ['token', 'create', '--scope', scope, '--ttl', '1h', '--label', 'rest-test', '--json'];
  return (JSON.parse(await runVerb(dataDirectory, words)) as { token: string }).token;
}

/** What `egw` prints for the owner of the data directory. */
export async function runVerb(dataDirectory: string, words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'bin/egw'), ...words], {
    env: environmentOf(dataDirectory),
  });
  return stdout;
}

function spawnGateway(dataDirectory: string, environment: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(process.execPath, [join(root, 'dist/sim/start.js')], {
    cwd: root,
    env: { ...environmentOf(dataDirectory), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  // Nobody reads it here: it must not fill up.
  child.stderr.resume();
  return child;
}
