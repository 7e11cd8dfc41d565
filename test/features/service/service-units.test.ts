import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { launchdPlist } from '../../../gateway/features/service/launchd-plist.ts';
import type { ServiceUnit } from '../../../gateway/features/service/service-unit.ts';
import { systemdUnit } from '../../../gateway/features/service/systemd-unit.ts';
import { isSealed, sealUnit } from '../../../gateway/features/service/unit-seal.ts';

/** Everything that means something in a unit, in a command line or in XML. */
const oddPath = '/srv/a b/100% "$HOME" & <c> \'d\' \\e ${x} %h é';
const unit: ServiceUnit = {
  program: [process.execPath, `${oddPath}/main.js`],
  dataDirectory: oddPath,
  configFile: `${oddPath}.yaml`,
  scope: 'system',
  groups: [],
};

function scratch(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'egw-unit-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function isHere(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args).status === 0;
}

t.test(
  'systemd finds nothing wrong with the units',
  { skip: !isHere('systemd-analyze', '--version') && 'systemd-analyze is not here (Debian package systemd)' },
  (t) => {
    const directory = scratch(t);
    for (const [name, changes] of [
      ['own-user', {}],
      ['user', { account: 'root', groups: ['root'] }],
      ['session', { scope: 'user' }],
    ] as const) {
      const file = join(directory, `egw-${name}.service`);
      writeFileSync(file, systemdUnit({ ...unit, ...changes }));
      const { stderr, status } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
      t.same({ status, stderr }, { status: 0, stderr: '' }, name);
    }
    const broken = join(directory, 'egw-broken.service');
    writeFileSync(broken, systemdUnit(unit).replace('Type=exec', 'Type=none-of-these'));
    t.not(
      spawnSync('systemd-analyze', ['verify', broken], { encoding: 'utf8' }).stderr,
      '',
      'and would say so',
    );
    t.end();
  },
);

t.test('a unit lets jobs have namespaces of their own, and ends only the gateway itself', (t) => {
  for (const scope of ['system', 'user'] as const) {
    const text = systemdUnit({ ...unit, scope });
    t.match(text, /^RestrictNamespaces=user mnt pid ipc uts net$/m, scope);
    t.match(text, /^KillMode=mixed$/m, scope);
    t.notMatch(
      text,
      /^(ProtectProc|ProcSubset|ProtectKernelLogs|ProtectKernelTunables|ProtectHostname)=/m,
      scope,
    );
  }
  t.end();
});

t.test('what a unit says is what was meant, whatever characters it has', (t) => {
  const text = systemdUnit(unit);
  const escaped = oddPath.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%');
  t.ok(text.includes(`\nEnvironment="EGW_DATA_DIR=${escaped}"\n`));
  t.ok(text.includes(`"${escaped.replaceAll('$', () => '$$')}/main.js"\n`));
  t.end();
});

t.test(
  'a reader of property lists finds in them what was meant',
  { skip: !isHere('python3', '-c', 'import plistlib') && 'python3 with plistlib is not here' },
  (t) => {
    const script = 'import plistlib, json, sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))';
    const input = launchdPlist({ ...unit, account: 'ann' });
    const { stdout } = spawnSync('python3', ['-c', script], { input, encoding: 'utf8' });
    t.match(JSON.parse(stdout), {
      Label: 'org.egw.gateway',
      ProgramArguments: unit.program,
      EnvironmentVariables: { EGW_DATA_DIR: oddPath, EGW_CONFIG: `${oddPath}.yaml` },
      UserName: 'ann',
      RunAtLoad: true,
      KeepAlive: true,
      Umask: 63,
      StandardOutPath: `${oddPath}/egw.log`,
    });
    t.end();
  },
);

t.test('a unit is known as ours until anything in it is changed', (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('ini', 'xml'),
      fc.nat(),
      (text, language, place) => {
        const sealed = sealUnit(`${text}\n`, language);
        if (!isSealed(sealed)) return false;
        const at = place % (text.length + 1);
        return !isSealed(`${sealed.slice(0, at)}~${sealed.slice(at)}`);
      },
    ),
    { numRuns: 200 },
  );
  for (const text of ['', '\n', '# sha256', `# sha256 of the lines above: ${'0'.repeat(64)}\n`])
    t.notOk(isSealed(text));
  t.end();
});
