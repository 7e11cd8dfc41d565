/**
 * Setting up over Bluetooth, with every real part over a virtual air: what packets that nobody should send do, wrong
 * codes, what can be heard, what is said again, and people whose links break.
 * `node dist/bench/provisioning.js [--packets 100000] [--runs 100] [--seed 1]`
 */
import { median, numberArgument, print, printAim } from './measure.ts';
import { temporaryDirectory } from './gateway/gateway-process.ts';
import { AirRecord } from './provisioning/air-record.ts';
import { touch } from './provisioning/bench-gateway.ts';
import { startChain, type Chain } from './provisioning/chain.ts';
import { fuzzAllWays } from './provisioning/fuzz-all.ts';
import {
  packetsOfSetup,
  provisionAtRandom,
  provisionUnder,
  provisionWithLoss,
} from './provisioning/link-losses.ts';
import type { PersonOutcome } from './provisioning/persistent-person.ts';
import { replaySession } from './provisioning/replays.ts';
import { wrongCodesUntilBarred } from './provisioning/wrong-codes.ts';
import { SeededRandom } from '../modbus-sim/random.ts';

const packets = numberArgument('packets', 100_000);
const runs = numberArgument('runs', 100);
const seed = numberArgument('seed', 1);
const triesOfBar = 5;
const replays = 10;

const { path: directory, remove } = temporaryDirectory();
// Neither the air nor noble keeps a process alive.
const alive = setInterval(() => undefined, 1_000);
const chain = await startChain(directory);
print('provisioning.seed', seed, 'seed');
await measureSetUp(chain);
await measureCanary(chain);
await measureReplays(chain);
await measureLosses(chain);
await measureFuzz(chain);
await measureBar(chain);
await chain.stop();
clearInterval(alive);
remove();
// bleno leaves a timer behind for ever.
process.exit(0);

/** From the link to the token, nothing going wrong. */
async function measureSetUp(chain: Chain): Promise<void> {
  const times: number[] = [];
  for (let run = 0; run < Math.min(runs, 20); run += 1) {
    const { tries } = await provisionUnder(chain, {});
    times.push(...tries.filter(({ end }) => end === 'provisioned').map(({ tookMs }) => tookMs));
  }
  print('provisioning.set_up_median', median(times), 'ms');
  print('provisioning.set_up_packets', await packetsOfSetup(chain), 'packets');
}

async function measureCanary(chain: Chain): Promise<void> {
  const record = new AirRecord(chain.air);
  const { tries } = await provisionUnder(chain, {});
  record.stop();
  const { code } = chain.label;
  const dashed = (code.match(/.{4}/g) ?? []).join('-');
  const token = tries.at(-1)?.token ?? '';
  const secrets = ['the right password', code, dashed, code.toLowerCase(), token];
  const found = secrets.filter((secret) => secret !== '' && record.holds(secret)).length;
  printAim('provisioning.secrets_heard', found, `of ${secrets.length}`, found === 0 && token !== '');
  // The name is advertised: who does not hear that hears nothing.
  printAim('provisioning.canary_hears', record.bytes, 'B', record.holds('eGW '));
}

async function measureReplays(chain: Chain): Promise<void> {
  let messages = 0;
  let accepted = 0;
  for (let replay = 0; replay < replays; replay += 1) {
    const figures = await replaySession(chain, 3);
    messages += figures.messages;
    accepted += figures.accepted;
  }
  print('provisioning.replayed', messages, 'messages');
  printAim('provisioning.replays_accepted', accepted, `of ${replays}`, accepted === 0);
}

async function measureLosses(chain: Chain): Promise<void> {
  const packetsMax = await packetsOfSetup(chain);
  const step = runs >= 100 ? 1 : Math.ceil(packetsMax / 5);
  const swept: PersonOutcome[] = [];
  for (let at = 0; at < packetsMax; at += step) swept.push(await provisionWithLoss(chain, at));
  printPeople('provisioning.link_lost_at_each_packet', swept);
  const random = new SeededRandom(seed);
  const people: PersonOutcome[] = [];
  for (let run = 0; run < runs; run += 1)
    people.push(await provisionAtRandom(chain, random.fork(`run ${run}`)));
  printPeople('provisioning.random_losses', people);
}

function printPeople(name: string, people: readonly PersonOutcome[]): void {
  const provisioned = people.filter(({ isProvisioned }) => isProvisioned).length;
  const tries = people.map((person) => person.tries.length);
  printAim(`${name}.provisioned`, provisioned, `of ${people.length}`, provisioned === people.length);
  print(`${name}.tries_max`, Math.max(...tries), 'tries');
  print(`${name}.at_first_try`, tries.filter((count) => count === 1).length, `of ${people.length}`);
  for (const { unclear } of people.filter((person) => person.unclear !== undefined)) console.log(unclear);
}

async function measureFuzz(chain: Chain): Promise<void> {
  for (const outcome of await fuzzAllWays(chain, directory, { packets, seed })) {
    const { way, faults, firstFault, isProvisionable, tookMs } = outcome;
    printAim(`provisioning.fuzz.${way}.faults`, faults, `of ${packets}`, faults === 0);
    printAim(
      `provisioning.fuzz.${way}.provisionable_after`,
      Number(isProvisionable),
      'of 1',
      isProvisionable,
    );
    print(`provisioning.fuzz.${way}.time`, tookMs / 1_000, 's');
    if (firstFault !== undefined) console.log(firstFault);
  }
}

async function measureBar(chain: Chain): Promise<void> {
  await touch(chain.gateway.owner);
  const { wrong, told } = await wrongCodesUntilBarred(chain);
  const isBarred = wrong === triesOfBar && told.at(-1) === 'barred';
  printAim('provisioning.wrong_codes_until_barred', wrong, 'codes', isBarred);
  const { isProvisioned } = await provisionUnder(chain, {});
  printAim('provisioning.provisionable_after_a_touch', Number(isProvisioned), 'of 1', isProvisioned);
}
