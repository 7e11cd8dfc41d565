import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { SocketGateway, description } from './gateway-link/socket-gateway.ts';

interface Running {
  readonly child: ChildProcess;
  readonly lines: string[];
  /** Resolves when a line is so. */
  says(pattern: RegExp): Promise<string>;
}

/** On a serial line that is not there, so that it is as on a machine without an adapter, whatever this one has. */
function start(t: Test, environment: Readonly<Record<string, string>>): Running {
  const main = fileURLToPath(new URL('../../ble/main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], BLUETOOTH_HCI_SOCKET_UART_PORT: '/nowhere/tty', ...environment },
  });
  t.teardown(() => child.kill('SIGKILL'));
  const lines: string[] = [];
  let wake: () => void = () => undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    wake();
  });
  const says = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = lines.find((line) => pattern.test(line));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { child, lines, says };
}

t.test('without an adapter it says so in one line, and goes on with the gateway', async (t) => {
  const gateway = new SocketGateway();
  t.teardown(async () => await gateway.close());
  gateway.answers = { describe: () => ({ answer: description }) };
  await gateway.open();
  const { child, lines, says } = start(t, { EGW_PROVISION_SOCKET: gateway.path });
  await says(/connected to gateway bk3cp7ggr25dv2ea/);
  t.match(JSON.parse(await says(/Bluetooth/)), { level: 40, name: 'egw-ble', msg: /goes on without it$/ });
  t.equal(lines.length, 2, lines.join('\n'));
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number];
  t.equal(code, 0);
  t.match(lines.at(-1), /ends by SIGTERM/);
});

t.test('without a gateway it waits for it, and ends when it is told to', async (t) => {
  const { child, says } = start(t, { EGW_DATA_DIR: '/nowhere' });
  t.match(await says(/does not answer/), /at \/nowhere\/provision.sock \(ENOENT\)/);
  child.kill('SIGINT');
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  t.same([code, signal], [0, null]);
});
