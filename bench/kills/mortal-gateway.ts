import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createGatewayClient, type GatewayClient } from '../../gateway/faces/cli/gateway-client.ts';

export interface MortalGateway {
  /** Of its process. */
  readonly id: number;
  readonly client: GatewayClient;
  /** SIGKILL, or the signal; resolves with the exit code, null after a kill. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** The configuration of a gateway that may control these devices on this machine. */
export function writeConfig(
  directory: string,
  devices: readonly { readonly id: string; readonly driver: string; readonly port: number }[],
): void {
  const items = devices.map(
    ({ id, driver, port }) => `  - id: ${id}
    driver: ${driver}
    transport: { kind: modbus-tcp, host: 127.0.0.1, port: ${port} }
    period: 2s
`,
  );
  const text = `network: { allowLoopbackDevices: true }\ndevices:\n${items.join('')}`;
  writeFileSync(join(directory, 'egw.yaml'), text);
}

/** The gateway in a process of its own, once it listens. Rejects with what it said when it ends instead. */
export async function startMortalGateway(directory: string): Promise<MortalGateway> {
  const main = fileURLToPath(new URL(`../../gateway/main${extname(import.meta.url)}`, import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      EGW_DATA_DIR: directory,
      EGW_PORT: '0',
      EGW_HOST: '127.0.0.1',
      EGW_LOG: 'json',
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    },
  });
  const ended = once(child, 'exit').then(([code]: unknown[]) => code as number | null);
  await new Promise<void>((resolve, reject) => {
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"listening"')) resolve();
      if (lines.push(line) > 20) lines.shift();
    });
    void ended.then((code) => {
      reject(new Error(`the gateway ended with ${String(code)}:\n${lines.join('\n')}`));
    });
  });
  return {
    id: child.pid ?? 0,
    client: createGatewayClient({ url: undefined, token: undefined }, { EGW_DATA_DIR: directory }),
    end: async (signal = 'SIGKILL') => {
      child.kill(signal);
      return await ended;
    },
  };
}
