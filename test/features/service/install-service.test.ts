import t from 'tap';
import {
  installService,
  uninstallService,
  type InstallWish,
} from '../../../gateway/features/service/install-service.ts';
import { startService, stopService } from '../../../gateway/features/service/service-control.ts';
import type { ServiceHost } from '../../../gateway/features/service/service-host.ts';
import { absent, fakeMachine, running, type Answer } from './fake-machine.ts';

const wish: InstallWish = { isDryRun: false, isForced: false };
const userFile = '/home/ann/.config/systemd/user/egw.service';
const systemFile = '/etc/systemd/system/egw.service';
const root: Partial<ServiceHost> = {
  userId: 0,
  userName: 'root',
  home: '/root',
  environment: { HOME: '/root' },
};
const passwd = 'ann:x:1000:1000:Ann,,,:/home/ann:/bin/bash\n';

interface Refusal {
  readonly code: string;
  readonly message?: RegExp;
  readonly hint?: string | RegExp;
}

t.test('a user gets a service of the session, and is told that it ends with the session', async (t) => {
  const { parts, files, ran, answers } = fakeMachine();
  answers['systemctl --user show'] = absent;
  answers['loginctl'] = 'Linger=no\n';
  const change = await installService(parts, wish);
  const asked = 'ask /home/ann/.local/state/egw';
  t.equal(ran.splice(1, 1)[0], asked);
  t.same(ran, [
    `systemctl --user show egw.service --property=LoadState,ActiveState,SubState,UnitFileState,MainPID,NRestarts,ExecMainCode,ExecMainStatus,ActiveEnterTimestamp`,
    'systemctl --user daemon-reload',
    'systemctl --user enable egw.service',
    'systemctl --user restart egw.service',
    'loginctl show-user ann --property=Linger',
  ]);
  t.same(change.steps, [`write ${userFile}`, ...ran.slice(1, 4)]);
  t.match(change.notes, [/enable-linger ann/]);
  const unit = files.get(userFile) ?? '';
  t.match(unit, '\nExecStart="/opt/egw/node" "/opt/egw/dist/gateway/main.js"\n');
  t.match(unit, '\nEnvironment="EGW_DATA_DIR=/home/ann/.local/state/egw"\n');
  t.match(unit, '\nWantedBy=default.target\n');
  t.notMatch(unit, /^(User|DynamicUser|ProtectSystem|PrivateTmp)=/m, 'nothing that takes a right to mount');
});

t.test('installing twice changes nothing', async (t) => {
  const { parts, ran, answers } = fakeMachine();
  answers['systemctl --user show'] = running;
  answers['loginctl'] = 'Linger=yes\n';
  await installService(parts, wish);
  ran.length = 0;
  const again = await installService(parts, wish);
  t.same(
    { changed: again.changed, steps: again.steps, notes: again.notes },
    { changed: false, steps: [], notes: [] },
  );
  t.notOk(ran.some((line) => /--user (enable|restart|start|daemon-reload)/.test(line)));
});

t.test('a service that was stopped or disabled is started and enabled again, and no more', async (t) => {
  for (const [from, to, step] of [
    ['UnitFileState=enabled', 'UnitFileState=disabled', 'systemctl --user enable egw.service'],
    ['ActiveState=active', 'ActiveState=inactive', 'systemctl --user start egw.service'],
  ] as const) {
    const { parts, answers } = fakeMachine();
    answers['systemctl --user show'] = running;
    await installService(parts, wish);
    answers['systemctl --user show'] = running.replace(from, to);
    t.same((await installService(parts, wish)).steps, [step]);
  }
});

t.test(
  'an older unit of ours is written anew; one that somebody changed is not, unless forced',
  async (t) => {
    const { parts, files, answers } = fakeMachine();
    answers['systemctl --user show'] = running;
    await installService(parts, wish);
    const moved = { ...parts, host: { ...parts.host, program: ['/opt/new/node', '/opt/new/main.js'] } };
    const newer = await installService(moved, wish);
    t.same(newer.steps.slice(0, 2), [`write ${userFile}`, 'systemctl --user daemon-reload']);
    const changed = (files.get(userFile) ?? '').replace('RestartSec=5', 'RestartSec=50');
    files.set(userFile, changed);
    await t.rejects(installService(parts, wish), { code: 'already_exists', hint: /--force/ });
    t.equal(files.get(userFile), changed);
    const forced = await installService(parts, { ...wish, isForced: true });
    t.same(forced.steps.slice(0, 2), [`write ${userFile}.before`, `write ${userFile}`]);
    t.equal(files.get(`${userFile}.before`), changed);
    t.match(files.get(userFile), 'RestartSec=5\n');
  },
);

t.test(
  'with sudo it runs as who called it, with the data that the command line of that user has',
  async (t) => {
    const { parts, files, answers } = fakeMachine({
      ...root,
      environment: { HOME: '/root', SUDO_USER: 'ann' },
    });
    answers['systemctl show'] = absent;
    answers['getent passwd ann'] = passwd;
    answers['getent group'] = 'dialout:x:20:\ni2c:x:998:\n';
    await installService(parts, wish);
    const unit = files.get(systemFile) ?? '';
    t.match(unit, '\nUser=ann\n');
    t.match(unit, '\nEnvironment="EGW_DATA_DIR=/home/ann/.local/state/egw"\n');
    t.match(unit, '\nSupplementaryGroups=dialout i2c\n', 'and no group that this machine lacks');
    t.match(unit, '\nWantedBy=multi-user.target\n');
    t.notMatch(unit, /DynamicUser|ProtectHome/);
  },
);

t.test('root alone gets a service with a user of its own, that holds no right', async (t) => {
  const { parts, files, answers } = fakeMachine(root);
  answers['systemctl show'] = absent;
  const { notes } = await installService(parts, wish);
  const unit = files.get(systemFile) ?? '';
  for (const line of ['DynamicUser=yes', 'StateDirectory=egw', 'CapabilityBoundingSet=', 'ProtectHome=yes'])
    t.match(unit, `\n${line}\n`);
  t.match(unit, '\nEnvironmentFile=-/var/lib/egw/.env\n');
  t.match(notes, [/EGW_DATA_DIR=\/var\/lib\/egw/]);
});

t.test('what cannot work is refused before anything is written', async (t) => {
  const table: readonly (readonly [
    Partial<ServiceHost>,
    Partial<InstallWish>,
    Refusal,
    Record<string, Answer>?,
  ])[] = [
    [
      { ...root, program: ['/root/.nvm/node', '/opt/main.js'] },
      {},
      { code: 'input_invalid', hint: /--as NAME/ },
    ],
    [{ ...root, environment: { EGW_DATA_DIR: '/data' } }, {}, { code: 'input_invalid', message: /\/data/ }],
    [root, { account: 'nobody-here' }, { code: 'input_invalid', message: /no user/ }],
    [root, { account: 'ann --all' }, { code: 'input_invalid', message: /no user/ }],
    [{}, { account: 'bob' }, { code: 'input_invalid', hint: 'sudo egw service install --as bob' }],
    [{ program: ['/a\nb', '/c'] }, {}, { code: 'input_invalid', message: /cannot stand in a unit/ }],
    [{ isSystemdBooted: false }, {}, { code: 'service_manager_missing', hint: /egw start/ }],
    [
      { isSystemdBooted: false, isContainer: true },
      {},
      { code: 'service_manager_missing', hint: /docker-compose/ },
    ],
    [{ platform: 'win32' }, {}, { code: 'service_manager_missing', message: /win32/ }],
    [{ platform: 'darwin', userId: 0 }, {}, { code: 'input_invalid', hint: /--as NAME/ }],
    [
      {},
      {},
      { code: 'service_failed', hint: /not by su/ },
      { 'systemctl --user show': { exitCode: 1, errors: 'Failed to connect to bus: No medium found\n' } },
    ],
    [
      {},
      {},
      { code: 'service_failed', hint: 'install systemctl' },
      { systemctl: { exitCode: 127, errors: 'no' } },
    ],
  ];
  for (const [host, more, error, answers = {}] of table) {
    const machine = fakeMachine(host);
    Object.assign(machine.answers, answers);
    await t.rejects(installService(machine.parts, { ...wish, ...more }), error);
    t.equal(machine.files.size, 0);
  }
});

t.test('two services never share their data', async (t) => {
  const own = fakeMachine();
  own.files.set(systemFile, '');
  await t.rejects(installService(own.parts, wish), {
    code: 'already_exists',
    hint: /sudo egw service uninstall/,
  });
  const ofMachine = fakeMachine({ ...root, environment: { SUDO_USER: 'ann' } });
  ofMachine.answers['getent passwd ann'] = passwd;
  ofMachine.files.set(userFile, '');
  await t.rejects(installService(ofMachine.parts, wish), { code: 'already_exists', message: /ann/ });
});

t.test('a dry run says it all and does nothing, also where no manager is', async (t) => {
  for (const isSystemdBooted of [true, false]) {
    const { parts, files, ran, answers } = fakeMachine({ isSystemdBooted });
    answers['systemctl --user show'] = isSystemdBooted ? absent : { exitCode: 1, errors: 'Host is down' };
    const change = await installService(parts, { ...wish, isDryRun: true });
    t.match(change, { changed: true, unit: /^\[Service\]$/m });
    t.equal(
      change.notes.some((note) => note.startsWith('systemd does not run')),
      !isSystemdBooted,
    );
    t.same(change.steps, [
      `write ${userFile}`,
      'systemctl --user daemon-reload',
      'systemctl --user enable egw.service',
      'systemctl --user restart egw.service',
    ]);
    t.equal(files.size, 0);
    t.notOk(ran.some((line) => /--user (enable|restart|start|daemon-reload)/.test(line)));
  }
});

t.test('what is set in the shell and not for the service is named, and its value is not', async (t) => {
  const { parts, files, answers } = fakeMachine({
    environment: {
      HOME: '/home/ann',
      EVOHOME_PASSWORD: 's3cret',
      EGW_PORT: '80',
      EGW_TOKEN: 'x',
      EGW_CONFIG: '/a.yaml',
    },
  });
  answers['systemctl --user show'] = absent;
  const { notes } = await installService(parts, wish);
  t.match(notes.join('\n'), /EGW_PORT is set here[^]*EVOHOME_PASSWORD is set here.*egw\/\.env/);
  t.notMatch(notes.join('\n'), /s3cret|EGW_TOKEN|EGW_CONFIG/);
  const unit = files.get(userFile) ?? '';
  t.notMatch(unit, 's3cret');
  t.match(unit, 'Environment="EGW_CONFIG=/a.yaml"');
});

t.test('a step that fails says which, and what to do', async (t) => {
  const { parts, answers } = fakeMachine();
  answers['systemctl --user show'] = absent;
  answers['systemctl --user enable'] = { exitCode: 1, errors: 'Failed to enable unit: Access denied\n' };
  await t.rejects(installService(parts, wish), {
    code: 'service_failed',
    message: 'systemctl --user enable egw.service: Failed to enable unit: Access denied',
    hint: /sudo/,
  });
});

t.test('a gateway that somebody has started on the same data is named', async (t) => {
  const { parts, files, answers } = fakeMachine();
  answers['systemctl --user show'] = absent;
  answers['loginctl'] = 'Linger=yes\n';
  files.set('/home/ann/.local/state/egw/egw.sock', '');
  t.match((await installService(parts, wish)).notes, [/runs on \/home\/ann.* already: end it/]);
  answers['systemctl --user show'] = running;
  t.same((await installService(parts, wish)).notes, [], 'and the service itself is not');
});

t.test('uninstalling stops it, keeps what somebody changed, and is fine when there is none', async (t) => {
  const { parts, files, answers } = fakeMachine();
  t.match(await uninstallService(parts, false), { changed: false, notes: [/there is no/] });
  answers['systemctl --user show'] = running;
  await installService(parts, wish);
  const change = await uninstallService(parts, false);
  t.same(change.steps, [
    'systemctl --user disable --now egw.service',
    `remove ${userFile}`,
    'systemctl --user daemon-reload',
  ]);
  t.match(change.notes, ['the data stay in /home/ann/.local/state/egw']);
  t.equal(files.size, 0);
  files.set(userFile, 'mine');
  await uninstallService(parts, true);
  t.equal(files.get(userFile), 'mine');
  await uninstallService(parts, false);
  t.same([...files], [[`${userFile}.before`, 'mine']]);
});

t.test('starting and stopping leave alone what is so already', async (t) => {
  const table = [
    [running, [], ['systemctl --user stop egw.service']],
    [
      running.replace('active\n', 'inactive\n').replace('running', 'dead'),
      ['systemctl --user start egw.service'],
      [],
    ],
    [
      running.replace('active\n', 'activating\n').replace('running', 'auto-restart'),
      ['systemctl --user start egw.service'],
      ['systemctl --user stop egw.service'],
    ],
    [
      running.replace('active\n', 'failed\n').replace('running', 'failed'),
      ['systemctl --user start egw.service'],
      [],
    ],
  ] as const;
  for (const [state, start, stop] of table) {
    const { parts, files, answers } = fakeMachine();
    files.set(userFile, '');
    answers['systemctl --user show'] = state;
    t.same((await startService(parts)).steps, start);
    t.same((await stopService(parts)).steps, stop);
  }
  const none = fakeMachine();
  await t.rejects(startService(none.parts), { code: 'not_found', hint: /egw service install/ });
  none.files.set(systemFile, '');
  none.answers['systemctl show'] = running;
  t.same((await stopService(none.parts)).steps, ['systemctl stop egw.service'], 'that of the machine');
});

t.test('on a Mac it is an agent of the user, and of the machine with sudo', async (t) => {
  const mac = { platform: 'darwin', isSystemdBooted: false, home: '/Users/ann', userId: 501 };
  const agent = '/Users/ann/Library/LaunchAgents/org.egw.gateway.plist';
  const unknown: Answer = { exitCode: 113, errors: 'Could not find service' };
  const { parts, files, answers } = fakeMachine({
    ...mac,
    environment: { HOME: '/Users/ann' },
    program: ['/Users/ann/Documents/egw/node', '/Users/ann/Documents/egw/main.js'],
  });
  answers['launchctl print'] = unknown;
  answers['plutil'] = '{}';
  const first = await installService(parts, wish);
  t.same(first.steps, [
    `write ${agent}`,
    'launchctl enable gui/501/org.egw.gateway',
    `launchctl bootstrap gui/501 ${agent}`,
  ]);
  t.match(first.notes.join('\n'), /Documents\/egw\/node: move it out/);
  answers['launchctl print'] = '\tstate = running\n\tpid = 42\n\truns = 3\n\tlast exit code = 0\n';
  answers['ps'] = ' 01:02:03\n';
  t.same((await installService(parts, wish)).steps, []);
  const moved = { ...parts, host: { ...parts.host, program: ['/opt/node', '/opt/main.js'] } };
  t.same((await installService(moved, wish)).steps.slice(1, 2), [
    'launchctl bootout gui/501/org.egw.gateway',
  ]);
  t.same((await stopService(parts)).steps, ['launchctl bootout gui/501/org.egw.gateway']);
  t.same((await uninstallService(parts, false)).steps.at(-1), `remove ${agent}`);
  t.equal(files.size, 0);

  const sudo = fakeMachine({ ...mac, userId: 0, home: '/var/root', environment: { SUDO_USER: 'ann' } });
  sudo.answers['launchctl print'] = unknown;
  sudo.answers['dscl'] = 'NFSHomeDirectory: /Users/ann\nUniqueID: 501\n';
  t.match(await installService(sudo.parts, wish), { file: '/Library/LaunchDaemons/org.egw.gateway.plist' });
  const plist = [...sudo.files.values()].join('');
  t.match(plist, /<key>UserName<\/key>\s*<string>ann<\/string>/);
  t.match(plist, '<string>/Users/ann/.local/state/egw</string>');
});
