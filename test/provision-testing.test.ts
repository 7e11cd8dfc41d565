import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { errorCodeOf } from '../gateway/core/errors.ts';
import { provisionTestOver } from '../gateway/provision-testing.ts';
import { FakeGateway } from './ble/client/fake-gateway.ts';
import { FakeCentral } from './ble/tester/fake-central.ts';

const network = { radio: 'missing' };

async function run(
  gateway: FakeGateway,
  argv: readonly string[],
  json = false,
): Promise<{ code: number; out: string; adapter: number | undefined }> {
  let out = '';
  let asked: number | undefined;
  const command = provisionTestOver((_clock, adapter) => {
    asked = adapter;
    return Promise.resolve(new FakeCentral([gateway]));
  });
  const code = await command.run({
    argv,
    json,
    environment: {},
    io: {
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: () => undefined },
      onInterrupt: () => () => undefined,
    },
  });
  return { code, out, adapter: asked };
}

function gatewayOf(): FakeGateway {
  return new FakeGateway({
    verbs: {
      info: () => ({ name: 'Cellar', version: '0.1.0' }),
      status: () => ({ wireless: network, internet: 'online', addresses: [], joining: null }),
      'pair-key': () => ({ token: 'egw_secret' }),
    },
  });
}

function fileWith(t: Test, text: string): string {
  const path = join(t.testdir({}), 'file');
  writeFileSync(path, text);
  return path;
}

t.test('the label is in a file, the adapter has a number, and the token comes last', async (t) => {
  const gateway = gatewayOf();
  const file = fileWith(t, `${gateway.label}\nanother line\n`);
  const { code, out, adapter } = await run(gateway, [
    '--label-file',
    file,
    '--pair',
    'laptop',
    '--adapter=hci1',
  ]);
  t.equal(code, 0);
  t.equal(adapter, 1);
  t.match(out, /^radio +\d+ ms {2}the adapter is on\nlook/);
  t.match(out, /\nprove +\d+ ms {2}the code is right; its key is that of the label\n/);
  t.match(out, /\ntoken: egw_secret\n$/);
  t.notMatch(out, gateway.code);
});

t.test('as JSON it is one object, and the exit code tells a script what happened', async (t) => {
  const gateway = gatewayOf();
  const wrong = await run(gateway, ['--code', '0000-1111-2222-3333'], true);
  t.equal(wrong.code, 12);
  t.match(JSON.parse(wrong.out), {
    gateways: [{ gatewayId: gateway.gatewayId, state: 'open', triesLeft: 5 }],
    problem: { code: 'code_wrong' },
  });
  const right = await run(gateway, ['--qr', gateway.label], true);
  t.equal(right.code, 0);
});

t.test('a wrong call is told before the radio is asked for, and the code is not said again', async (t) => {
  const calls: readonly (readonly [readonly string[], string])[] = [
    [['--ssid', 'Home'], 'command_unknown'],
    [['--code', '7K3M', '--qr', 'x'], 'command_unknown'],
    [['--code', '7K3M'], 'input_invalid'],
    [['--adapter', 'left'], 'command_unknown'],
    [['--label-file', '/nowhere'], 'input_invalid'],
    [['--hidden'], 'command_unknown'],
    [['more'], 'command_unknown'],
    [['--colour'], 'command_unknown'],
  ];
  for (const [argv, code] of calls) {
    const error: unknown = await run(gatewayOf(), argv).catch((thrown: unknown) => thrown);
    t.equal(errorCodeOf(error), code, argv.join(' '));
    t.notMatch((error as Error).message, /7K3M/);
  }
});
