import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A device of the bench: an SDM630, or what the preloaded module makes of it. */
export interface BenchDevice {
  readonly port: number;
  readonly unit: number;
}

export interface GatewayOptions {
  readonly directory: string;
  readonly devices: readonly BenchDevice[];
  readonly period: string;
  readonly policy?: 'durable' | 'balanced' | 'sdcard';
  /** URL of a module to load first. */
  readonly preload?: string;
  /** Further options of Node, for profiles. */
  readonly nodeOptions?: readonly string[];
}

export interface GatewayProcess {
  readonly pid: number;
  /** By performance.now() of this process, just before it was started. */
  readonly startedMs: number;
  /** Its own HTTP address, once it listens. */
  readonly url: Promise<string>;
  /** Ends it as a service manager does, and waits for it. */
  stop(): Promise<void>;
  /** Ends it by SIGKILL, and waits for it. */
  kill(): Promise<void>;
}

/** A folder in the temporary one, and how to remove it. */
export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'egw-bench-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The gateway as it is shipped: its own main.js, in its own process, with a configuration file. */
export function startGatewayProcess(options: GatewayOptions): GatewayProcess {
  const { directory, preload, nodeOptions = [] } = options;
  const configPath = join(directory, 'config.yaml');
  writeFileSync(configPath, configText(options));
  const main = fileURLToPath(new URL(`../../gateway/main${extname(import.meta.url)}`, import.meta.url));
  const preloading = preload === undefined ? [] : ['--import', preload];
  const startedMs = performance.now();
  const child = spawn(process.execPath, [...nodeOptions, ...preloading, main], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: directory,
    env: {
      NODE_ENV: 'production',
      EGW_CONFIG: configPath,
      EGW_DATA_DIR: join(directory, 'data'),
      EGW_PORT: '0',
      EGW_LOG: 'json',
    },
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      lines.push(String(bytes));
      if (lines.length > 50) lines.shift();
    });
  }
  const url = Promise.withResolvers<string>();
  child.stdout.on('data', (bytes: Buffer) => {
    const address = /"address":"(http:[^"]+)"[^\n]*"msg":"listening"/.exec(String(bytes))?.[1];
    if (address !== undefined) url.resolve(address);
  });
  let endedBy: NodeJS.Signals | undefined;
  const exited = once(child, 'exit').then(([code]: unknown[]) => {
    if (endedBy === 'SIGKILL' || (endedBy !== undefined && code === 0)) return;
    console.error(`the gateway ended with ${String(code)}:\n${lines.join('')}`);
    if (endedBy === undefined) process.exit(1);
  });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    endedBy = signal;
    child.kill(signal);
    await exited;
  };
  return {
    pid: child.pid ?? 0,
    startedMs,
    url: url.promise,
    stop: async () => end('SIGTERM'),
    kill: async () => end('SIGKILL'),
  };
}

function configText({ devices, period, policy = 'balanced' }: GatewayOptions): string {
  const items = devices.map(
    ({ port, unit }, index) => `  - id: meter-${index + 1}
    driver: eastron-sdm630
    transport: { kind: modbus-tcp, host: 127.0.0.1, port: ${port} }
    unit: ${unit}
    period: ${period}
`,
  );
  return `site: { name: Bench, zone: Europe/Paris }
network: { allowLoopbackDevices: true }
storage: { policy: ${policy} }
devices:
${items.join('')}`;
}
