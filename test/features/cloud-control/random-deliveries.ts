import { seededRandom, type Random } from '../../../gateway/core/random.ts';
import { ManualTime } from '../../faces/manual-time.ts';
import { CloudBench, ulid, type Message } from './cloud-bench.ts';
import { MemoryCloudStore } from './memory-cloud-store.ts';

export interface DeliveriesResult {
  readonly schedules: number;
  readonly messages: number;
  readonly runs: number;
  readonly crashes: number;
  /** Commands that ran more than once, or after one with a higher number. */
  readonly doubles: number;
  readonly overtaken: number;
  /** Commands that ran though their result says that nothing happened, or that were said to be done and never ran. */
  readonly lies: number;
}

const commandsMax = 6;

class Crash extends Error {
  override readonly name = 'Crash';
}

/**
 * Commands of one issuer that come twice, late, in the wrong order, and again after crashes at any call of the
 * database; what ran is told by the commands themselves, over all lives of the gateway.
 */
export async function runRandomDeliveries(how: {
  readonly seed: number;
  readonly schedules: number;
}): Promise<DeliveriesResult> {
  const random = seededRandom(how.seed);
  const sum = { messages: 0, runs: 0, crashes: 0, doubles: 0, overtaken: 0, lies: 0 };
  for (let schedule = 0; schedule < how.schedules; schedule += 1) {
    const one = await runSchedule(random);
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += one[name];
  }
  return { schedules: how.schedules, ...sum };
}

async function runSchedule(random: Random): Promise<Omit<DeliveriesResult, 'schedules'>> {
  const time = new ManualTime();
  const store = new MemoryCloudStore();
  const ran: number[] = [];
  const said = new Map<string, Set<string>>();
  const crashes = { count: 0, isArmed: false };
  let bench = await startLife();
  await bench.hear(bench.delegation());
  const commands = makeCommands(bench, random);
  const deliveries = shuffle(
    commands.flatMap((command) => Array.from({ length: 1 + below(random, 3) }, () => command)),
    random,
  );
  for (const command of deliveries) {
    crashes.isArmed = random.next() < 0.3;
    bench.cloud.control.receive(Buffer.from(JSON.stringify(command)), 'main');
    if (random.next() < 0.5) await settle();
    if (random.next() < 0.1) time.pass(below(random, 120_000));
  }
  await settle();
  crashes.isArmed = false;
  bench = await startLife();
  await bench.hear(...commands);
  collect();
  return {
    messages: deliveries.length,
    runs: ran.length,
    crashes: crashes.count,
    doubles: ran.length - new Set(ran).size,
    overtaken: ran.filter((number, index) => number < (ran[index - 1] ?? 0)).length,
    lies: commands.filter((command) => isLie(ran, command, said.get(command['cmdId'] as string))).length,
  };

  async function startLife(): Promise<CloudBench> {
    store.onCall = () => undefined;
    const life = new CloudBench({ time, store, isBare: true });
    life.onSet = (name) => {
      ran.push(Number(name.split(' ')[0]));
      return Promise.resolve();
    };
    await life.cloud.control.start();
    let isDead = false;
    store.onCall = () => {
      if (!isDead && crashes.isArmed && random.next() < 0.15) {
        isDead = true;
        crashes.count += 1;
      }
      if (isDead) throw new Crash('the gateway is dead');
    };
    return life;
  }

  /** A life in which the database stopped answering is over: the next one begins. */
  async function settle(): Promise<void> {
    const before = crashes.count;
    await bench.cloud.control.settled();
    collect();
    if (crashes.count !== before || isDead(store)) bench = await startLife();
  }

  function collect(): void {
    for (const { cmdId, status } of bench.sent) {
      said.set(cmdId as string, (said.get(cmdId as string) ?? new Set()).add(status as string));
    }
  }
}

function isDead(store: MemoryCloudStore): boolean {
  try {
    store.onCall('probe', 'before');
    return false;
  } catch {
    return true;
  }
}

function makeCommands(bench: CloudBench, random: Random): Message[] {
  return Array.from({ length: 1 + below(random, commandsMax) }, (_, index) =>
    bench.command({
      cmdId: ulid(index + 1),
      seq: index + 1,
      exp: bench.time.wall() + (random.next() < 0.2 ? 60_000 : 300_000),
      body: { command: 'thing.set', input: { name: `${index + 1} time` } },
    }),
  );
}

function isLie(ran: readonly number[], { seq }: Message, said: ReadonlySet<string> | undefined): boolean {
  const hasRun = ran.includes(Number(seq));
  return (hasRun && said?.has('refused') === true) || (!hasRun && said?.has('done') === true);
}

function below(random: Random, bound: number): number {
  return Math.floor(random.next() * bound);
}

function shuffle<Item>(items: readonly Item[], random: Random): Item[] {
  return items
    .map((item, index) => ({ item, at: index + below(random, 6) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
