import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../../../gateway/core/random.ts';
import { gatewayId, ops, root, ulid, type Message } from './cloud-bench.ts';

export interface CloudKills {
  readonly kills: number;
  readonly commands: number;
  /** By what was said of them in the end. */
  readonly done: number;
  readonly unknown: number;
  /** Commands that ran more than once. */
  readonly doubles: number;
  /** Said to be done and did not run, or refused and did. */
  readonly lies: number;
  /** Without a result though they were said again after the last start. */
  readonly unanswered: number;
}

/** Moments of a life that is let go on: some more than the commands of one life have. */
const momentsMax = 60;
const commandsPerLife = 4;
const worker = fileURLToPath(new URL('./mortal-cloud.ts', import.meta.url));

/**
 * A gateway over a real database that is killed (SIGKILL) at random moments while commands of the cloud come, are
 * repeated, and come again after each start.
 */
export async function killDuringCloudCommands(how: { seed: number; kills: number }): Promise<CloudKills> {
  const random = seededRandom(how.seed);
  const directory = mkdtempSync(join(tmpdir(), 'egw-cloud-'));
  const commands: Message[] = [];
  const said = new Map<string, Set<string>>();
  try {
    for (let kills = 0; kills < how.kills;) {
      const fresh = Array.from({ length: commandsPerLife }, () => makeCommand(commands));
      const messages = [...commands.slice(-2 * commandsPerLife), ...fresh];
      const wasKilled = await live(directory, 1 + random.integer(momentsMax), messages, said);
      if (wasKilled) kills += 1;
    }
    await live(directory, 0, commands, said);
    return { kills: how.kills, ...judge(directory, commands, said) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** One life: whether it was killed in the end. */
async function live(
  directory: string,
  moment: number,
  messages: readonly Message[],
  said: Map<string, Set<string>>,
): Promise<boolean> {
  const child = spawn(process.execPath, ['--no-warnings', worker, directory, String(moment)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  // What is written to a process that was killed is lost, as it is to be.
  child.stdin.on('error', () => undefined);
  const lines = [delegation(), ...messages].map((message) => JSON.stringify(message));
  child.stdin.end(`${[...lines, 'end'].join('\n')}\n`);
  for await (const line of createInterface({ input: child.stdout })) {
    const { cmdId, status } = JSON.parse(line) as { readonly cmdId: string; readonly status: string };
    said.set(cmdId, (said.get(cmdId) ?? new Set()).add(status));
  }
  const [code, signal] = (await exited) as [number | null, NodeJS.Signals | null];
  if (signal === 'SIGKILL') return true;
  if (code === 0) return false;
  throw new Error(`the gateway ended with ${String(code)} ${String(signal)}`);
}

function judge(
  directory: string,
  commands: readonly Message[],
  said: ReadonlyMap<string, ReadonlySet<string>>,
): Omit<CloudKills, 'kills'> {
  const file = join(directory, 'ran');
  const ran = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  const count = (isSo: (statuses: ReadonlySet<string>, runs: number) => boolean): number =>
    commands.filter(({ cmdId }) => {
      return isSo(said.get(cmdId as string) ?? new Set(), ran.filter((id) => id === cmdId).length);
    }).length;
  return {
    commands: commands.length,
    done: count((statuses) => statuses.has('done')),
    unknown: count((statuses) => statuses.has('unknown')),
    doubles: count((_statuses, runs) => runs > 1),
    lies: count((statuses, runs) => {
      return (statuses.has('done') && runs !== 1) || (statuses.has('refused') && runs > 0);
    }),
    unanswered: count((statuses) => statuses.size === 0),
  };
}

function makeCommand(commands: Message[]): Message {
  const seq = commands.length + 1;
  const nowMs = Date.now();
  const command = ops.sign({
    v: 1,
    kind: 'command',
    gid: gatewayId,
    cmdId: ulid(seq),
    issuer: 'ops-1',
    seq,
    iat: nowMs,
    exp: nowMs + 300_000,
    scope: 'control',
    body: { command: 'thing.set', input: { name: ulid(seq) } },
  });
  commands.push(command);
  return command;
}

function delegation(): Message {
  return root.sign({
    v: 1,
    kind: 'delegation',
    issuer: 'ops-1',
    key: ops.publicKey,
    purposes: ['command'],
    scopes: ['control'],
    gateways: ['*'],
    from: 0,
    until: 4_102_444_800_000,
    number: 1,
  });
}
