import t from 'tap';
import { checkService, type CheckPorts } from '../../../gateway/features/service/check-service.ts';
import { followLogs } from '../../../gateway/features/service/service-logs.ts';
import type { LogLine } from '../../../gateway/features/service/managed-service.ts';
import { serviceStatus } from '../../../gateway/features/service/service-status.ts';
import { absent, fakeMachine, running } from './fake-machine.ts';

const unit = '/home/ann/.config/systemd/user/egw.service';

t.test('each answer of systemctl is read', async (t) => {
  const stopped = running.replace('=active', '=inactive').replace('=running', '=dead');
  const table = [
    [
      running,
      {
        isLoaded: true,
        isRunning: true,
        startsByItself: true,
        sinceMs: Date.parse('2026-03-07T08:15:00Z'),
        processId: 4711,
        lastExit: null,
        restarts: 2,
      },
    ],
    [running.replace('=active', '=reloading'), { isRunning: true }],
    [running.replace('=enabled', '=enabled-runtime'), { startsByItself: true }],
    [running.replace('=enabled', '=disabled'), { startsByItself: false }],
    [running.replace(/Sat .* UTC/, 'n/a'), { isRunning: true, sinceMs: null }],
    [stopped, { isRunning: false, sinceMs: null, processId: null, lastExit: null, word: 'dead' }],
    [stopped.replace('Code=0', 'Code=1'), { lastExit: { number: 0, by: 'code' } }],
    [
      stopped.replace('Code=0', 'Code=1').replace('Status=0', 'Status=10'),
      { lastExit: { number: 10, by: 'code' } },
    ],
    [
      stopped.replace('Code=0', 'Code=2').replace('Status=0', 'Status=9'),
      { lastExit: { number: 9, by: 'signal' } },
    ],
    [
      stopped.replace('Code=0', 'Code=3').replace('Status=0', 'Status=11'),
      { lastExit: { number: 11, by: 'signal' } },
    ],
    [
      running.replace('=active', '=activating').replace('=running', '=auto-restart'),
      { isRunning: false, word: 'auto-restart' },
    ],
    [running.replace('NRestarts=2\n', ''), { restarts: null }],
    [absent, { isLoaded: false, isRunning: false, startsByItself: false }],
    ['', { isLoaded: false, isRunning: false, word: 'unknown', restarts: null }],
  ] as const;
  for (const [output, state] of table) {
    const { parts, files, answers } = fakeMachine();
    files.set(unit, '');
    answers['systemctl --user show'] = output;
    t.match(await serviceStatus(parts), state);
  }
});

t.test('each answer of launchctl is read', async (t) => {
  const table = [
    [
      'state = running\n\tpid = 42\n\truns = 3\n\tlast exit code = 1\n',
      {
        isLoaded: true,
        isRunning: true,
        processId: 42,
        restarts: 2,
        lastExit: null,
        sinceMs: Date.parse('2026-03-04T06:58:57Z'),
      },
    ],
    [
      'state = not running\n\truns = 1\n\tlast exit code = 78: EX_CONFIG\n',
      { isRunning: false, lastExit: { number: 78, by: 'code' }, restarts: 0, sinceMs: null },
    ],
    [
      'state = waiting\n\tlast exit code = (never exited)\n',
      { isRunning: false, lastExit: null, restarts: null },
    ],
    [
      { exitCode: 113, errors: 'Could not find service' },
      { isLoaded: false, isRunning: false },
    ],
  ] as const;
  for (const [output, state] of table) {
    const { parts, files, answers } = fakeMachine({ platform: 'darwin', home: '/Users/ann', userId: 501 });
    files.set('/Users/ann/Library/LaunchAgents/org.egw.gateway.plist', '');
    answers['launchctl print gui/501/org.egw.gateway'] =
      typeof output === 'string' ? `x = {\n\t${output}}` : output;
    answers['ps'] = ' 3-02:01:03\n';
    answers['plutil'] = '{"EGW_DATA_DIR":"/Users/ann/egw"}';
    t.match(await serviceStatus(parts), { ...state, dataDirectory: '/Users/ann/egw' });
  }
});

t.test('the gateway is asked where the service has its data', async (t) => {
  const { parts, files, ran, answers } = fakeMachine();
  files.set(unit, '');
  answers['systemctl --user show'] = `${running}\n`.replace(
    'EGW_DATA_DIR=/home/ann/.local/state/egw',
    String.raw`"EGW_DATA_DIR=/srv/a b/\"c\"" EGW_LOG=json`,
  );
  t.match(await serviceStatus(parts), { gateway: { refusal: 'nobody answers' } });
  t.equal(ran.at(-1), 'ask /srv/a b/"c"');
  files.set('/srv/a b/"c"/egw.sock', '');
  t.match(await serviceStatus(parts), { gateway: { status: 'ok', version: '1.2.3' } });
  await t.rejects(serviceStatus(fakeMachine().parts), { code: 'not_found' });
});

t.test('lines of the journal are read, whatever bytes they have', async (t) => {
  const { parts, files, ran, answers } = fakeMachine();
  files.set(unit, '');
  answers['journalctl'] = [
    '{"__REALTIME_TIMESTAMP":"1772870400123456","MESSAGE":"listening"}',
    '{"MESSAGE":[104,105]}',
    'no JSON',
    '{"MESSAGE":null}',
  ].join('\n');
  const lines: LogLine[] = [];
  const { signal } = new AbortController();
  await followLogs(parts, { lines: 7, follows: true }, (line) => void lines.push(line), signal);
  t.same(lines, [
    { atMs: 1_772_870_400_123, text: 'listening' },
    { atMs: null, text: 'hi' },
    { atMs: null, text: 'no JSON' },
    { atMs: null, text: '{"MESSAGE":null}' },
  ]);
  t.equal(ran.at(-1), 'journalctl --user-unit=egw.service --lines=7 --output=json --follow');
  const logsEnd = (exitCode: number, errors: string): Promise<void> => {
    answers['journalctl'] = { exitCode, errors };
    return followLogs(parts, { lines: 7, follows: false }, () => undefined, signal);
  };
  await t.rejects(logsEnd(1, 'No journal files were opened due to insufficient permissions.'), {
    code: 'service_failed',
    message: /insufficient permissions/,
    hint: /sudo/,
  });
  await t.rejects(
    logsEnd(0, 'Hint: You are currently not seeing messages from other users and the system.'),
    {
      code: 'service_failed',
      hint: /sudo/,
    },
  );
  await t.resolves(logsEnd(0, ''));
  await t.resolves(logsEnd(130, ''), 'Ctrl-C, which the terminal sent to both');
});

const ports: CheckPorts = {
  settings: new Set(['EGW_DATA_DIR', 'EGW_PORT']),
  readVariables: (text) => ({
    variables: Object.fromEntries(text.split('\n').map((line) => line.split('=') as [string, string])),
    problems: [],
  }),
};

t.test('the check shows what the service gets, and never a secret', async (t) => {
  const { parts, files, answers } = fakeMachine({
    environment: {
      HOME: '/home/ann',
      EVOHOME_PASSWORD: 'an0ther',
      OPENWEATHER_API_KEY: 'k3y',
      EGW_PORT: '1',
    },
    fileMode: (path) => (path.endsWith('main.js') ? undefined : 0o644),
  });
  files.set(unit, '');
  answers['systemctl --user show'] = running;
  files.set(
    '/home/ann/.local/state/egw/.env',
    'EVOHOME_PASSWORD=s3cret\nEGW_PORT=1\nENERGY_API_URL=http://me:pw@p1\nMY_TOKEN=abc\nLATITUDE=50.8',
  );
  const check = await checkService(parts, ports);
  const shown = Object.fromEntries(check.variables.map(({ name, value }) => [name, value]));
  t.same(shown, {
    EGW_DATA_DIR: '/home/ann/.local/state/egw',
    EGW_PORT: '1',
    ENERGY_API_URL: 'http://(hidden)@p1',
    EVOHOME_PASSWORD: '(set)',
    LATITUDE: '50.8',
    MY_TOKEN: '(set)',
  });
  t.same(
    check.problems.map((line) => line.replace(/(is set here).*/, '$1')),
    [
      'there is no /opt/egw/dist/gateway/main.js',
      'others on this machine can read /home/ann/.local/state/egw/.env: chmod 600 /home/ann/.local/state/egw/.env',
      'EVOHOME_PASSWORD is set here',
      'OPENWEATHER_API_KEY is set here',
    ],
  );
  t.notMatch(JSON.stringify(check), /s3cret|an0ther|k3y|pw@|abc/);
});

t.test('before there is a service the check says what it would get', async (t) => {
  const { parts } = fakeMachine();
  t.match(await checkService(parts, ports), {
    installed: false,
    variables: [{ name: 'EGW_DATA_DIR', value: '/home/ann/.local/state/egw', from: unit }],
    problems: [],
  });
});
