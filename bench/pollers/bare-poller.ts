import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { ModbusRTU } from 'modbus-serial/ModbusRTU.js';

/** What is polled: each port is one connection, whose units are asked one after the other. */
export interface BarePollerOptions {
  readonly ports: readonly number[];
  readonly units: readonly number[];
  readonly registers: number;
  readonly periodMs: number;
  readonly timeoutMs: number;
}

export interface BarePoller {
  readonly pid: number;
  stop(): Promise<void>;
}

const pollArgument = 'run-as-poller';

/**
 * The least poller that one would write on modbus-serial, in a process of its own: a timer on a grid, a read,
 * and nothing done with what was read. Parent and child in one file.
 */
export function startBarePoller(options: BarePollerOptions): BarePoller {
  const child = fork(fileURLToPath(import.meta.url), [pollArgument, JSON.stringify(options)]);
  return {
    pid: child.pid ?? 0,
    stop: async () => {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

if (process.argv[2] === pollArgument) {
  process.on('disconnect', () => process.exit());
  const options = JSON.parse(process.argv[3] ?? '{}') as BarePollerOptions;
  for (const port of options.ports) await pollConnection(port, options);
}

async function pollConnection(port: number, options: BarePollerOptions): Promise<void> {
  const ModbusSerial = createRequire(import.meta.url)('modbus-serial') as new () => ModbusRTU;
  const client = new ModbusSerial();
  await client.connectTCP('127.0.0.1', { port });
  client.setTimeout(options.timeoutMs);
  const { periodMs } = options;
  let isBusy = false;
  const beat = (): void => {
    setTimeout(beat, periodMs - (Date.now() % periodMs));
    if (isBusy) return;
    isBusy = true;
    void pollUnits(client, options).finally(() => (isBusy = false));
  };
  setTimeout(beat, periodMs - (Date.now() % periodMs));
}

async function pollUnits(client: ModbusRTU, { units, registers }: BarePollerOptions): Promise<void> {
  for (const unit of units) {
    client.setID(unit);
    try {
      await client.readInputRegisters(0, registers);
    } catch {
      // Its time-out; the next unit's turn.
    }
  }
}
