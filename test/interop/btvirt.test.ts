import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { labelOf, ownerOf } from '../../bench/provisioning/bench-gateway.ts';
import { openTerminal, startGateway, startPart, startRadio } from '../ble/whole/air-processes.ts';
import { withParts } from './debian-part.ts';
import { runProgram } from './other-program.ts';
import { scratchFolder } from './scratch-folder.ts';

/** Where btvirt listens, whoever runs it: one at a time on a machine. */
const controllers = '/tmp/bt-server-le';

/** `egw provision test --json`, from the sources, with the code behind it. */
const provisionTest = `
import { provisionTest } from '${new URL('../../gateway/provision-testing.ts', import.meta.url).href}';
const argv = ['--code', process.argv[1], '--pair', 'bench'];
const io = { stdout: process.stdout, stderr: process.stderr, onInterrupt: () => () => undefined };
process.exitCode = await provisionTest.run({ argv, json: true, environment: {}, io });
`;

withParts(
  ['bluez-test-tools', 'socat', 'gcc', 'libc6-dev'],
  'over BlueZ’s own emulated controllers, a gateway is found, proved and set up',
  async (t) => {
    const folder = scratchFolder(t);
    const shim = join(folder, 'no-crypto.so');
    const source = new URL('./no-crypto-shim.c', import.meta.url).pathname;
    const built = await runProgram('/usr/bin/gcc', ['-shared', '-fPIC', '-o', shim, source, '-ldl']);
    t.equal(built.exitCode, 0, built.output);
    const btvirt = startPart(t, '/usr/bin/btvirt', ['-s'], { LD_PRELOAD: shim });
    while (!existsSync(controllers)) {
      if (btvirt.hasEnded()) throw new Error(`btvirt ended: ${btvirt.lines.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const terminals = { radio: join(folder, 'tty0'), phone: join(folder, 'tty1') };
    await openTerminal(t, controllers, terminals.radio);
    await openTerminal(t, controllers, terminals.phone);
    // These controllers tell what is advertised once, so that services cannot take turns.
    await startGateway(t, folder, 20, 'plain');
    const label = await labelOf(ownerOf(folder));
    await startRadio(t, folder, terminals.radio);
    const phone = startPart(
      t,
      process.execPath,
      ['--no-warnings', '--input-type=module', '--eval', provisionTest, label.code],
      { BLUETOOTH_HCI_SOCKET_UART_PORT: terminals.phone },
    );
    await phone.says(/^\{.*\}$/);
    const report: unknown = JSON.parse(phone.lines.at(-1) ?? '');
    t.match(report, {
      gateways: [{ state: 'open', triesLeft: 5 }],
      steps: ['radio', 'look', 'facts', 'prove', 'info', 'status', 'scan', 'pair'].map((step) => ({ step })),
      token: /^egw_/,
    });
    t.notOk((report as { problem?: unknown }).problem, 'nothing went wrong');
  },
);
