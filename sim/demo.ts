import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { dataDirectory } from '../gateway/config/data-directory.ts';
import { describeError } from '../gateway/core/errors.ts';
import { exitCodeOf } from '../gateway/core/exit-codes.ts';
import type { BlockingScript } from '../gateway/io/sources/blocking-threads.ts';
import { startGateway } from '../gateway/run.ts';
import { realDisk } from '../gateway/system/real-disk.ts';
import { demoBoilerPlan } from './demo-boiler-plan.ts';
import { introduceMembers } from './demo-members.ts';
import {
  SimulatedWireless,
  type SimulatedNetwork,
  type SimulatedWirelessParts,
} from './simulated-wireless.ts';
import { demoConfigText, type DemoPeople, type DemoPorts, type DemoServices } from './demo-config.ts';

type Environment = Readonly<Record<string, string | undefined>>;

type DemoTime = Pick<SimulatedWirelessParts, 'clock' | 'alarm'>;

/** One of each kind, so that every answer of `egw wifi connect` can be seen. The password of all is `demo-password`. */
const demoNetworks: readonly SimulatedNetwork[] = [
  { ssid: 'Demo home', password: 'demo-password', signalPct: 86 },
  { ssid: 'Demo hotel', security: 'open', signalPct: 61, treatment: 'captive-portal' },
  { ssid: 'Demo full', password: 'demo-password', signalPct: 52, treatment: 'no-dhcp' },
  { ssid: 'Demo office', security: 'wpa-eap', signalPct: 40 },
  { ssid: 'Demo train', password: 'demo-password', signalPct: 22, treatment: 'vanishes' },
];

/** The first port of the simulated devices, when it is free: so that the configuration stays the same. */
const portBase = 15_020;

/**
 * `npm start`: the gateway on its own configuration when there is one, else on a simulated home, which runs
 * beside it in a process of its own and ends with it. Answers the exit code.
 */
export async function startDemo(argv: readonly string[], environment: Environment): Promise<number> {
  if (hasConfiguration(argv, environment)) return await startGateway(argv, environment);
  const directory = demoDirectory(environment);
  let simulator: RunningSimulator | undefined;
  const ended = new AbortController();
  try {
    const plan = join(directory, 'demo-faults.json');
    realDisk.writeText(plan, demoBoilerPlan());
    simulator = (await startSimulator(portBase, plan)) ?? (await startSimulator(0, plan));
    if (simulator === undefined) {
      process.stderr.write('egw: the simulated home did not start\n');
      return 1;
    }
    const file = join(directory, 'demo-home.yaml');
    realDisk.writeText(file, demoConfigText(simulator.ports, simulator.services, simulator));
    if (process.stdout.isTTY) process.stdout.write(`mails and SMS of this home: ${simulator.inboxUrl}\n`);
    const words = [...argv, '--config', file, '--data-dir', directory];
    void introduceMembers(directory, ended.signal);
    const standIns = {
      blockingScript: blockingScript(simulator.clampsPath),
      wireless: (time: DemoTime) => new SimulatedWireless({ ...time, networks: demoNetworks }),
    };
    return await startGateway(words, environment, standIns);
  } catch (error) {
    process.stderr.write(`egw: ${describeError(error)}\n`);
    return exitCodeOf(error);
  } finally {
    ended.abort();
    simulator?.child.kill('SIGTERM');
  }
}

function hasConfiguration(argv: readonly string[], environment: Environment): boolean {
  if (argv.some((word) => word.startsWith('--config'))) return true;
  if ((environment['EGW_CONFIG'] ?? '') !== '') return true;
  const directory = dataDirectory({}, environment);
  return ['egw.yaml', '.env'].some((name) => existsSync(join(directory, name)));
}

/** Apart from a real home's data, unless a place was given. */
function demoDirectory(environment: Environment): string {
  const directory = dataDirectory({}, environment);
  return (environment['EGW_DATA_DIR'] ?? '') === '' ? join(directory, 'demo') : directory;
}

/** The extension is `.ts` when Node strips the types, and `.js` in the compiled program. */
function blockingScript(clampsPath: string): BlockingScript {
  const url = new URL(`./demo-blocking-worker${extname(import.meta.url)}`, import.meta.url);
  return { url, data: { clampsPath } };
}

interface RunningSimulator extends DemoPeople {
  readonly child: ChildProcess;
  readonly ports: DemoPorts;
  readonly services: DemoServices;
  readonly clampsPath: string;
}

async function startSimulator(base: number, plan: string): Promise<RunningSimulator | undefined> {
  const own = fileURLToPath(import.meta.url);
  const script = join(dirname(own), '..', 'modbus-sim', `main${extname(own)}`);
  const child = spawn(
    process.execPath,
    [script, '--with-parent', '--services', '--port-base', String(base), '--faults', plan],
    {
      // In a group of its own: Ctrl-C is for the gateway, which then ends the simulator.
      detached: true,
      stdio: ['pipe', 'pipe', base === 0 ? 'inherit' : 'ignore'],
    },
  );
  const { promise, resolve } = Promise.withResolvers<RunningSimulator | undefined>();
  child.once('exit', () => resolve(undefined));
  child.once('error', () => resolve(undefined));
  createInterface({ input: child.stdout }).once('line', (line) => {
    const { listening, ...others } = JSON.parse(line) as { listening: DemoPorts } & Pick<
      RunningSimulator,
      'services' | 'clampsPath' | 'notifiers' | 'inboxUrl'
    >;
    resolve({ child, ports: listening, ...others });
  });
  return await promise;
}
