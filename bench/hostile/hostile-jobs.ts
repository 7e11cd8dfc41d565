import assert from 'node:assert';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  lstatSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { SeededRandom } from '../../modbus-sim/random.ts';
import { startMortalGateway, type MortalGateway } from '../kills/mortal-gateway.ts';
import { hostileManifest, type HostileManifest, type TrialPlaces } from './hostile-manifest.ts';

export interface HostileJobs {
  readonly manifests: number;
  /** How many of them became jobs, and how many were rejected. */
  readonly jobs: number;
  readonly rejected: number;
  /** What one of them could do that it must not: words, none twice. */
  readonly escapes: readonly string[];
  /** Processes that were left when all jobs had ended. */
  readonly survivors: number;
  /** Whether the gateway ran a job, and ended in good order, after all that. */
  readonly isWell: boolean;
}

const nobody = 65_534;
const openAtOnce = 30;

/** A gateway whose spool is given manifests that mean ill. It has to be root, as the gateway that has most to lose. */
export async function runHostileJobs(how: {
  readonly seed: number;
  readonly manifests: number;
  readonly sandbox: 'auto' | 'off';
}): Promise<HostileJobs> {
  assert(process.getuid?.() === 0, 'only root can have jobs that run as somebody else');
  const root = mkdtempSync(join(tmpdir(), 'egw-hostile-'));
  const bystander = spawn('sleep', ['86399'], { uid: nobody, gid: nobody, stdio: 'ignore' });
  try {
    const canary = randomUUID();
    const { gateway, places } = await prepare({ root, canary, bystander, sandbox: how.sandbox });
    await feed(how, places, gateway);
    const texts = await allOutputs(gateway);
    const escapes = findEscapes({ root, places, canary, texts, bystander });
    const survivors = countSleepers(places);
    const isWell = await runsOn(gateway);
    const rejected = readdirSync(join(places.spool, 'rejected')).filter(
      (name) => !name.endsWith('.reason'),
    ).length;
    const exitCode = await gateway.end('SIGTERM');
    return {
      manifests: how.manifests,
      jobs: texts.length,
      rejected,
      escapes,
      survivors,
      isWell: isWell && exitCode === 0,
    };
  } finally {
    bystander.kill('SIGKILL');
    rmSync(root, { recursive: true, force: true });
  }
}

interface Given {
  readonly root: string;
  readonly canary: string;
  readonly bystander: ChildProcess;
  readonly sandbox: 'auto' | 'off';
}

async function prepare({
  root,
  canary,
  bystander,
  sandbox,
}: Given): Promise<{ readonly gateway: MortalGateway; readonly places: TrialPlaces }> {
  chmodSync(root, 0o755);
  const [data, open, outside, spool] = ['data', 'open', 'outside', 'spool'].map((name) => join(root, name));
  assert(data !== undefined && open !== undefined && outside !== undefined && spool !== undefined);
  for (const path of [data, open, outside, spool]) mkdirSync(path);
  chmodSync(spool, 0o700);
  chownSync(open, nobody, nobody);
  // Readable by everybody: only that it is hidden keeps it.
  chmodSync(data, 0o755);
  writeFileSync(join(data, 'canary'), canary, { mode: 0o644 });
  writeFileSync(join(outside, 'kept'), 'kept', { mode: 0o644 });
  const config = `jobs:
  directory: ${open}
  timeout: 3s
  sandbox: ${sandbox}
  spool: { enabled: true, directory: ${spool} }
`;
  writeFileSync(join(data, 'egw.yaml'), `${config}# ${canary}\n`, { mode: 0o644 });
  writeFileSync(join(data, '.env'), `CANARY=${canary}\n`, { mode: 0o644 });
  const gateway = await startMortalGateway(data);
  return {
    gateway,
    places: {
      ...{ data, open, outside, spool, gatewayId: gateway.id, bystanderId: bystander.pid ?? 0 },
      sleepSeconds: `86400.${randomUUID().replaceAll(/\D/g, '').slice(0, 9)}`,
    },
  };
}

/** Some at a time, and on when they have become jobs or been rejected. */
async function feed(
  { seed, manifests }: { readonly seed: number; readonly manifests: number },
  places: TrialPlaces,
  gateway: MortalGateway,
): Promise<void> {
  const random = new SeededRandom(seed);
  for (let index = 0; index < manifests;) {
    for (let put = 0; put < openAtOnce && index < manifests; put += 1, index += 1) {
      place(hostileManifest(index, random, places), places);
    }
    await until(
      async () => waitingFiles(places) <= openAtOnce / 3 && (await openJobs(gateway)) <= openAtOnce / 3,
    );
  }
  await until(async () => (await openJobs(gateway)) === 0 && waitingFiles(places) === 0);
}

/** As a careful writer does it: beside, and then by its name. */
function place({ name, kind, content }: HostileManifest, { spool }: TrialPlaces): void {
  const path = join(spool, name);
  if (kind === 'symlink') symlinkSync(content, path);
  else if (kind === 'hardlink') linkTo(String(content), path);
  else if (kind === 'folder') mkdirSync(path);
  else if (kind === 'fifo') spawnSync('mkfifo', [path]);
  else {
    writeFileSync(join(spool, '.new'), content, { mode: 0o600 });
    renameSync(join(spool, '.new'), path);
  }
}

/** Each has a file of its own: one that is moved counts as touched under all of its names. */
function linkTo(target: string, path: string): void {
  writeFileSync(target, 'kept', { mode: 0o644 });
  linkSync(target, path);
}

/** Those that are to be taken still: folders and what has an odd name stay where they are. */
function waitingFiles({ spool }: TrialPlaces): number {
  return readdirSync(spool, { withFileTypes: true }).filter(
    (entry) => !entry.isDirectory() && /^[A-Za-z0-9][\w.-]{0,63}$/.test(entry.name),
  ).length;
}

interface ShownJob {
  readonly id: number;
  readonly state: string;
}

async function openJobs({ client }: MortalGateway): Promise<number> {
  const { body } = await client.ask({
    method: 'GET',
    path: '/api/v1/jobs?states=queued,waiting,running&limit=1000',
  });
  return (body as { readonly jobs: readonly ShownJob[] }).jobs.length;
}

/** What each job printed. */
async function allOutputs({ client }: MortalGateway): Promise<readonly string[]> {
  const texts: string[] = [];
  for (let before: number | null | undefined; before !== null;) {
    const page = before === undefined ? '' : `&before=${before}`;
    const { body } = await client.ask({ method: 'GET', path: `/api/v1/jobs?limit=500${page}` });
    const { jobs, next } = body as { readonly jobs: readonly ShownJob[]; readonly next: number | null };
    for (const { id } of jobs) {
      const answer = await client.ask({ method: 'GET', path: `/api/v1/jobs/${id}/logs` });
      texts.push(JSON.stringify(answer.body));
    }
    before = next;
  }
  return texts;
}

interface Aftermath {
  readonly root: string;
  readonly places: TrialPlaces;
  readonly canary: string;
  readonly texts: readonly string[];
  readonly bystander: ChildProcess;
}

function findEscapes({ root, places, canary, texts, bystander }: Aftermath): readonly string[] {
  const { open, outside, data, spool } = places;
  const written = readdirSync(open).map((name) => join(open, name));
  const found: readonly (readonly [boolean, string])[] = [
    [texts.some((text) => text.includes(canary)), 'a secret was printed'],
    [written.some((path) => textOf(path).includes(canary)), 'a secret was copied'],
    [texts.some((text) => text.includes('root:$') || text.includes('root:*:')), '/etc/shadow was read'],
    [
      written.some((path) => lstatSync(path, { throwIfNoEntry: false })?.uid === 0),
      'root wrote where jobs run',
    ],
    [
      !existsSync(join(outside, 'kept')) || readdirSync(outside).some((name) => !name.startsWith('kept')),
      'something was changed outside',
    ],
    [
      readdirSync(root).some((name) => !['data', 'open', 'outside', 'spool'].includes(name)),
      'something was made outside',
    ],
    [
      existsSync(join(data, 'pwned')) || existsSync(join(spool, 'pwned')),
      'something was put where it must not be',
    ],
    [existsSync('/etc/egw-pwned') || existsSync('/egw-pwned'), 'something was put into the system'],
    [
      bystander.exitCode !== null || bystander.signalCode !== null || isStopped(bystander),
      'a bystander was sent a signal',
    ],
  ];
  return found.flatMap(([isSo, words]) => (isSo ? [words] : []));
}

function textOf(path: string): string {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path, 'latin1') : '';
}

function isStopped({ pid }: ChildProcess): boolean {
  return / T /.test(readFileSync(`/proc/${String(pid)}/stat`, 'latin1'));
}

/** By what they were started with: those that mean to stay sleep for a time of their own. */
function countSleepers({ sleepSeconds }: TrialPlaces): number {
  const commands = readdirSync('/proc').flatMap((id) => {
    try {
      return /^\d+$/.test(id) ? [readFileSync(`/proc/${id}/cmdline`, 'latin1')] : [];
    } catch {
      return [];
    }
  });
  return commands.filter((command) => command.includes(sleepSeconds)).length;
}

/** Whether a good job is run after all that. */
async function runsOn(gateway: MortalGateway): Promise<boolean> {
  const { client } = gateway;
  const deadline = new Date(Date.now() + 3_600_000).toISOString();
  const asked = { argv: ['echo', 'well'], estimate: '2h', deadline };
  const { body } = await client.ask({ method: 'POST', path: '/api/v1/jobs', body: asked });
  await until(async () => (await openJobs(gateway)) === 0);
  const shown = await client.ask({ method: 'GET', path: `/api/v1/jobs/${String((body as ShownJob).id)}` });
  return (shown.body as ShownJob).state === 'done';
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await setTimeout(200);
}
