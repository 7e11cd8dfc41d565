import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { exitCodes } from '../gateway/core/exit-codes.ts';
import type { ServiceHost } from '../gateway/features/service/service-host.ts';
import { serviceCommands } from '../gateway/service-commands.ts';
import { runServiceVerb } from '../gateway/service-verbs.ts';
import { createStubGateway } from './faces/stub-gateway.ts';

/** A systemctl that keeps what it is told in a folder; the other programs say what they have to. */
const programs: Readonly<Record<string, string>> = {
  systemctl: `
echo "systemctl $*" >> "$FAKE/ran"
case "$*" in
  *" restart "*|*" start "*) echo active > "$FAKE/active" ;;
  *" stop "*) echo inactive > "$FAKE/active" ;;
  *" enable "*) echo enabled > "$FAKE/enabled" ;;
  *" disable "*) echo disabled > "$FAKE/enabled"; echo inactive > "$FAKE/active" ;;
  *" show "*)
    active=$(cat "$FAKE/active" 2>/dev/null || echo inactive)
    echo "LoadState=loaded"; echo "ActiveState=$active"
    if [ $active = active ]; then echo SubState=running; else echo SubState=dead; fi
    echo "UnitFileState=$(cat "$FAKE/enabled" 2>/dev/null || echo disabled)"
    echo "MainPID=7"; echo "NRestarts=0"; echo "ExecMainCode=1"; echo "ExecMainStatus=4"
    echo "ActiveEnterTimestamp=Sat 2026-03-07 08:15:00 $TZ"
    sed -n 's/^Environment=/Environment=/p' "$HOME/.config/systemd/user/egw.service" 2>/dev/null ;;
esac
exit 0`,
  loginctl: 'echo Linger=no',
  journalctl: `echo '{"__REALTIME_TIMESTAMP":"1772870400000000","MESSAGE":"Started egw.service"}'
echo '{"MESSAGE":"{\\"level\\":\\"warn\\",\\"time\\":\\"2026-03-07T08:00:00Z\\",\\"msg\\":\\"slow\\",\\"task\\":\\"x\\"}"}'`,
};

interface Machine {
  readonly home: string;
  ran(): string;
  egw(line: string): Promise<{ code: number; out: string }>;
}

function machine(t: Test): Machine {
  const home = mkdtempSync(join(tmpdir(), 'egw-service-'));
  t.teardown(() => rmSync(home, { recursive: true, force: true }));
  for (const [name, script] of Object.entries(programs)) {
    const path = join(home, 'bin', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }
  const environment = { HOME: home, FAKE: home, PATH: `${home}/bin:${process.env['PATH'] ?? ''}` };
  const host: Partial<ServiceHost> = {
    platform: 'linux',
    isSystemdBooted: true,
    userId: 1000,
    userName: 'ann',
    home,
  };
  return {
    home,
    ran: () => readFileSync(join(home, 'ran'), 'utf8'),
    egw: async (line) => {
      let out = '';
      const form = serviceCommands.find(({ verb }) => line.startsWith(verb));
      if (form === undefined) return { code: NaN, out };
      const words = line.slice(form.verb.length).split(' ').filter(Boolean);
      const io = {
        stdout: { write: (text: string) => (out += text) },
        stderr: { write: () => undefined },
        onInterrupt: () => () => undefined,
      };
      const argv = words.filter((word) => word !== '--json');
      const call = { argv, json: words.includes('--json'), environment, io };
      return { code: await runServiceVerb(form, call, host), out };
    },
  };
}

t.test('a service is installed, asked, read, stopped and taken away', async (t) => {
  const { home, egw, ran } = machine(t);
  const unit = join(home, '.config/systemd/user/egw.service');
  await t.rejects(egw('service status'), { code: 'not_found' });
  t.match(await egw('service install --dry-run'), { code: 0, out: /would be done:[^]*\n\[Service\]\n/ });
  t.notOk(existsSync(unit));

  t.match(await egw('service install'), {
    code: 0,
    out: /^done:\n {2}write .*egw\.service\n[^]*enable-linger ann/,
  });
  t.match(ran(), /--user daemon-reload\n.*--user enable egw\.service\n.*--user restart egw\.service\n$/);
  t.match(await egw('service install'), { code: 0, out: /^egw\.service is so already: nothing to do\n/ });
  writeFileSync(unit, `${readFileSync(unit, 'utf8')}# mine\n`);
  await t.rejects(egw('service install'), { code: 'already_exists' });
  t.match(await egw('service install --force'), { code: 0 });

  const gateway = await createStubGateway();
  mkdirSync(join(home, '.local/state/egw'), { recursive: true });
  await gateway.rest.listenLocal(join(home, '.local/state/egw/egw.sock'));
  t.match(await egw('service status'), {
    code: 0,
    out: /state +runs since 2026-03-07.*process 7\nstarts by itself +yes\n[^]*gateway +ok, version 1\.2\.3/,
  });
  await gateway.rest.close();

  t.match(await egw('service stop'), { code: 0, out: /systemctl --user stop egw\.service/ });
  t.match(await egw('service stop'), { code: 0, out: /nothing to do/ });
  t.match(await egw('service status'), {
    code: exitCodes.gateway_unreachable,
    out: /does not run \(dead\)[^]*last exit +code 4 \(config invalid\)[^]*no gateway answers/,
  });
  t.match(await egw('service start'), { code: 0, out: /systemctl --user start/ });
  t.match(await egw('service uninstall'), { code: 0, out: /the data stay in .*\.local\/state\/egw/ });
  t.notOk(existsSync(unit));
  t.match(await egw('service uninstall'), { code: 0, out: /nothing to do/ });
});

t.test('the log is for people, or a JSON object a line', async (t) => {
  const { egw } = machine(t);
  await egw('service install');
  const { out } = await egw('service logs -n 2');
  t.match(out, /^2026-03-07 \d\d:00:00 Started egw\.service\n2026-03-07 \d\d:00:00 warn {2}slow task=x\n$/);
  const json = await egw('service logs --json');
  t.same(
    json.out.split('\n', 2).map((line) => (JSON.parse(line) as { atMs: unknown }).atMs),
    [1_772_870_400_000, null],
  );
  for (const wrong of ['many', '-1', '1.5', '1000000'])
    await t.rejects(egw(`service logs -n=${wrong}`), { code: 'command_unknown' });
});

t.test('the check fails for what would make the service fail, and hides secrets', async (t) => {
  const { home, egw } = machine(t);
  t.match(await egw('service check'), {
    code: 0,
    out: /^no service is installed.*[^]*nothing is wrong with it\n$/,
  });
  const data = join(home, '.local/state/egw');
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, '.env'), 'EVOHOME_PASSWORD=s3cret\nEVOHOME_INTERVAL=5m\nnot a line\n');
  chmodSync(join(data, '.env'), 0o644);
  const { code, out } = await egw('service check');
  t.equal(code, exitCodes.unexpected);
  t.match(out, /EVOHOME_INTERVAL +5m +.*\.env\nEVOHOME_PASSWORD +\(set\)/);
  t.match(out, /chmod 600[^]*\.env: line 3/);
  t.notMatch(out, /s3cret/);
});

t.test('each verb says how it is written', async (t) => {
  const { egw } = machine(t);
  for (const { verb, usage } of serviceCommands)
    await t.rejects(egw(`${verb} --nonsense`), {
      code: 'command_unknown',
      hint: `egw ${verb} ${usage}`.trim(),
    });
});
