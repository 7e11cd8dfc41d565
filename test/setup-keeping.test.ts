import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { GatewayError } from '../gateway/core/errors.ts';
import { exitCodeOf } from '../gateway/core/exit-codes.ts';
import { offlineCommands } from '../gateway/offline-commands.ts';
import { answers, apiKey, password, serveHome, SetupBench } from './setup-bench.ts';

t.test('every question is asked in its order, tried live, and written at once', async (t) => {
  const bench = new SetupBench(t);
  const { meter, account, weather } = await serveHome(t, bench);
  const all = answers({
    ENERGY_API_URL: ` ${meter.url}/api/v1/data `,
    ENERGY_INTERVAL: '1M',
    OPENWEATHER_API_KEY: apiKey,
    LATITUDE: '50.83172',
    LONGITUDE: '5.76712',
    EVOHOME_USERNAME: 'somebody@example.org',
    EVOHOME_PASSWORD: password,
    SEPARATE_DBS: 'TRUE',
  });
  const { code, shown, asked } = await bench.run(all);
  t.equal(code, 0, shown);
  t.match(shown, /✓ The meter answers: \d+ W (from|to) the grid now\./);
  t.match(shown, /✓ The key is let in\.[^]*✓ There it is -?\d+\.\d °C now\./);
  t.match(shown, /✓ Logged in: 5 rooms in My Home, Flat\./);
  t.match(shown, /What is read: weather, heating, energy\.\negw start --data-dir /);
  t.notMatch(shown, new RegExp(`${apiKey}|${password}`));
  t.same(
    asked.filter(({ isSecret }) => isSecret).map(({ prompt }) => prompt),
    ['OPENWEATHER_API_KEY: ', 'EVOHOME_PASSWORD: '],
  );
  t.equal(
    bench.file,
    `ENERGY_API_URL=${meter.url}/api/v1/data\nENERGY_INTERVAL=1M\nOPENWEATHER_API_KEY=${apiKey}\nLATITUDE=50.83172\nLONGITUDE=5.76712\nEVOHOME_USERNAME=somebody@example.org\nEVOHOME_PASSWORD="${password}"\nSEPARATE_DBS=true\n`,
  );
  t.equal(statSync(bench.path).mode & 0o777, 0o600);
  const { config, warnings } = await bench.load();
  t.match(config.sources, [
    { id: 'weather', periodMs: 600_000, options: { apiKey, latitude: 50.83172 } },
    { id: 'heating', options: { password } },
    { id: 'energy', periodMs: 60_000 },
  ]);
  t.same(
    warnings.filter((line) => line.includes('.env')),
    [],
  );

  const before = bench.file;
  const requests = weather.requests;
  const again = await bench.run(answers({}));
  t.match(again.shown, /OPENWEATHER_API_KEY \[\(set\)\]: \n[^]*EVOHOME_PASSWORD \[\(set\)\]: \n/);
  t.match(again.shown, /ENERGY_INTERVAL \[1M\]: [^]*WEATHER_INTERVAL \[10m\]: [^]*Logged in: 5 rooms/);
  t.equal(bench.file, before);
  t.equal(account.tokens.logins, 1, 'the token that is kept was used');
  t.equal(weather.requests, requests + 1, 'the same is not asked twice');
});

t.test('an answer that cannot be is refused as the gateway would, and asked for again', async (t) => {
  const bench = new SetupBench(t);
  const { shown } = await bench.run([
    [/^ENERGY_API_URL: $/, '192.168.1.2 x'],
    [/^ENERGY_API_URL: $/, ''],
    [/^ENERGY_INTERVAL \[10s\]/, '0m'],
    [/^ENERGY_INTERVAL/, '25h'],
    [/^ENERGY_INTERVAL/, '10|'],
    [/^ENERGY_INTERVAL/, ''],
    [/^OPENWEATHER_API_KEY/, ''],
    [/^WEATHER_INTERVAL/, '30s'],
    [/^WEATHER_INTERVAL/, ''],
    [/^LATITUDE/, '90.5'],
    [/^LATITUDE/, 'fifty'],
    [/^LATITUDE/, '50'],
    [/^LONGITUDE/, ''],
    [/^EVOHOME_USERNAME/, ''],
    [/^EVOHOME_PASSWORD/, 'a\tb'],
    [/^EVOHOME_PASSWORD/, ''],
    [/^EVOHOME_INTERVAL/, ''],
    [/^DATA_DIR/, join(import.meta.filename, 'egw')],
    [/^DATA_DIR/, ''],
    [/^SEPARATE_DBS/, 'yes'],
    [/^SEPARATE_DBS/, ''],
  ]);
  for (const complaint of [
    /ENERGY_API_URL is not accepted: the setting host is no name/,
    /ENERGY_INTERVAL must be from 1?\d*s to 24h[^]*"0m"/,
    /ENERGY_INTERVAL must be from [^]*"25h"/,
    /ENERGY_INTERVAL must [^]*"10\|"/,
    /WEATHER_INTERVAL must be from 1m to 24h/,
    /LATITUDE must be [^]*90\.5/,
    /LATITUDE must be a number/,
    /EVOHOME_PASSWORD holds a character/,
    /DATA_DIR cannot be used/,
    /SEPARATE_DBS must be true or false/,
  ]) {
    t.match(shown, complaint);
  }
  t.equal(bench.file, 'LATITUDE=50\n', 'nothing else was written');
});

t.test('after a test that fails one may answer again, keep it, or skip it', async (t) => {
  const bench = new SetupBench(t);
  const { account, meter } = await serveHome(t, bench);
  writeFileSync(bench.path, 'OPENWEATHER_API_KEY=old-key\n');
  meter.misbehave('status_401');
  const { code, shown } = await bench.run([
    [/^ENERGY_API_URL/, meter.url],
    [/^\(a\)gain/, 'keep'],
    [/^ENERGY_INTERVAL/, ''],
    [/^OPENWEATHER_API_KEY/, 'wrong-key'],
    [/^\(a\)gain/, 'what?'],
    [/^\(a\)gain/, 'S'],
    [/^WEATHER_INTERVAL/, ''],
    [/^LATITUDE/, '1'],
    [/^LONGITUDE/, '2'],
    [/^\(a\)gain/, 's'],
    [/^EVOHOME_USERNAME/, 'somebody@example.org'],
    [/^EVOHOME_PASSWORD/, 'wrong'],
    [/^\(a\)gain/, ''],
    [/^EVOHOME_USERNAME \[somebody@example.org\]/, ''],
    [/^EVOHOME_PASSWORD \[\(set\)\]/, password],
    [/^EVOHOME_INTERVAL/, ''],
    [/^DATA_DIR/, ''],
    [/^SEPARATE_DBS/, ''],
  ]);
  t.equal(code, 0, shown);
  t.match(shown, /✗ its local API is switched off \(HTTP 401\) \(switch on "Local API"/);
  t.match(shown, /✗ [^]*check the setting apiKey[^]*Type a, k or s\.[^]*Left as it was before\./);
  t.match(shown, /✗ Evohome does not log us in: invalid_grant/);
  t.equal(account.tokens.logins, 1);
  t.match(bench.values(), {
    ENERGY_API_URL: meter.url,
    OPENWEATHER_API_KEY: 'old-key',
    LATITUDE: '',
    LONGITUDE: '',
    EVOHOME_PASSWORD: password,
  });
});

t.test(
  'the file stays as it was but for the answers, for its owner only, and a link stays one',
  async (t) => {
    const bench = new SetupBench(t);
    const target = join(bench.workingDirectory, 'dotfile');
    const text = '# my home\r\nexport ENERGY_INTERVAL="5m"  # slow\r\n\r\nOTHER=\'kept\'\r\nbad line\r\n';
    writeFileSync(target, text);
    chmodSync(target, 0o644);
    symlinkSync(target, bench.path);
    const { shown } = await bench.run(
      answers({ ENERGY_INTERVAL: '2m', LATITUDE: '-1.5', EVOHOME_INTERVAL: '-' }),
    );
    t.equal(bench.file, `${text.replace('"5m"', '2m')}LATITUDE=-1.5\r\n`);
    t.match(shown, /could be read by others; now only you can/);
    t.equal(statSync(bench.path).mode & 0o777, 0o600);
    t.ok(lstatSync(bench.path).isSymbolicLink());
  },
);

t.test('a value that is removed is removed under its older name too', async (t) => {
  const bench = new SetupBench(t);
  writeFileSync(bench.path, 'EVOHOME_EMAIL=me@example.org\nEVOHOME_PASSWORD=\n');
  const { asked } = await bench.run(answers({ EVOHOME_USERNAME: '-' }));
  t.ok(asked.some(({ prompt }) => prompt === 'EVOHOME_USERNAME [me@example.org]: '));
  t.equal(bench.file, 'EVOHOME_EMAIL=\nEVOHOME_PASSWORD=\n');
});

t.test('who ends in the middle keeps what was answered', async (t) => {
  const bench = new SetupBench(t);
  const { code, shown } = await bench.run([
    [/^ENERGY_API_URL/, ''],
    [/^ENERGY_INTERVAL/, '20s'],
  ]);
  t.equal(code, 1);
  t.match(shown, /Ended\. What you answered until now is in /);
  t.equal(bench.file, 'ENERGY_INTERVAL=20s\n');
});

t.test('a token that is kept says nothing of another password, and outlives one that is wrong', async (t) => {
  const bench = new SetupBench(t);
  const { account, rooms } = await serveHome(t, bench);
  const username = 'somebody@example.org';
  await bench.run(answers({ EVOHOME_USERNAME: username, EVOHOME_PASSWORD: password }));
  t.equal(account.tokens.logins, 1);
  const [before, after] = [answers({ EVOHOME_PASSWORD: 'wrong' }), answers({})];
  const { shown } = await bench.run([...before.slice(0, 8), [/^\(a\)gain/, 's'], ...after.slice(8)]);
  t.match(shown, /✗ Evohome does not log us in/);
  t.equal(bench.values()['EVOHOME_PASSWORD'], password);
  const requests = rooms.requests;
  t.match((await bench.run(after)).shown, /Logged in: 5 rooms/);
  t.equal(account.tokens.logins, 1);
  t.ok(rooms.requests > requests);
});

t.test('who ends while a service is asked need not wait for it', async (t) => {
  const bench = new SetupBench(t);
  const { meter } = await serveHome(t, bench);
  meter.misbehave('silent');
  const { code, shown } = await bench.run([[/^ENERGY_API_URL/, meter.url]], { stopsAt: /Asking the meter/ });
  t.equal(code, 1);
  t.match(shown, /Asking the meter …\n\nEnded\./);
  t.equal(bench.file, `ENERGY_API_URL=${meter.url}\n`);
});

t.test('a configuration that cannot be used is said, and does not stand in the way', async (t) => {
  const bench = new SetupBench(t);
  writeFileSync(
    join(bench.directory, 'egw.yaml'),
    'http: { port: x }\nsources: [ { id: w, kind: evohome } ]\n',
  );
  const { code, shown } = await bench.run(answers({ EVOHOME_INTERVAL: '6m' }));
  t.equal(code, 0);
  t.match(shown, /egw\.yaml has 2 problems, and is not heeded here; egw config check names them\./);
  t.equal(bench.file, 'EVOHOME_INTERVAL=6m\n');
});

t.test('it says what wins over an answer, and Enter changes nothing', async (t) => {
  const bench = new SetupBench(t);
  bench.environment = { WEATHER_INTERVAL: '20m' };
  writeFileSync(
    join(bench.directory, 'egw.yaml'),
    'sources:\n  - { id: w, kind: openweathermap, apiKey: k-of-yaml, latitude: 1, longitude: 2, enabled: false }\n',
  );
  const { shown, asked } = await bench.run(answers({ LATITUDE: '3' }));
  t.match(
    shown,
    /egw\.yaml line 2 says it already, and wins over what is answered here\.\nOPENWEATHER_API_KEY \[\(set\)\]/,
  );
  t.match(shown, /\nWEATHER_INTERVAL says it already, and wins[^]*\nWEATHER_INTERVAL \[20m\]/);
  t.equal(asked.find(({ prompt }) => prompt.startsWith('LATITUDE'))?.prompt, 'LATITUDE [1]: ');
  t.notMatch(shown, 'k-of-yaml');
  t.equal(bench.file, 'LATITUDE=3\n');
});

t.test('the .env of the folder that it is started in is taken over, and left as it is', async (t) => {
  const bench = new SetupBench(t);
  const foreign = join(bench.workingDirectory, '.env');
  const text = "ENERGY_INTERVAL=5m\nEVOHOME_EMAIL='me@example.org'\nDATA_DIR=data\nHOME_PAGE=x\n";
  writeFileSync(foreign, text);
  const { asked } = await bench.run(answers({ EVOHOME_PASSWORD: '-' }));
  t.match(
    asked.map(({ prompt }) => prompt),
    new Set([
      'ENERGY_INTERVAL [5m]: ',
      'EVOHOME_USERNAME [me@example.org]: ',
      `DATA_DIR [${bench.directory}]: `,
    ]),
  );
  t.equal(bench.file, 'ENERGY_INTERVAL=5m\nEVOHOME_USERNAME=me@example.org\n');
  t.equal(readFileSync(foreign, 'utf8'), text);
});

t.test('another data directory gets the answers, unless it has some already', async (t) => {
  const bench = new SetupBench(t);
  const taken = join(bench.workingDirectory, 'taken');
  const free = join(bench.workingDirectory, 'free', 'egw');
  mkdirSync(taken);
  writeFileSync(join(taken, '.env'), 'A=1\n');
  const { shown } = await bench.run([
    ...answers({ LATITUDE: '1' }).slice(0, 9),
    [/^DATA_DIR/, taken],
    [/^DATA_DIR/, free],
    [/^SEPARATE_DBS/, 'false'],
  ]);
  t.match(shown, /has a \.env already/);
  t.equal(readFileSync(join(free, '.env'), 'utf8'), `LATITUDE=1\nDATA_DIR=${free}\nSEPARATE_DBS=false\n`);
  t.notOk(existsSync(bench.path));
  t.match(shown.replaceAll(/\s/g, ''), `egwstart--data-dir${free}`.replaceAll(/\s/g, ''));
});

t.test('lines are no longer than a telephone’s, and nothing that files say moves the cursor', async (t) => {
  const bench = new SetupBench(t);
  writeFileSync(bench.path, 'ENERGY_INTERVAL="\u001b[2J1m"\n');
  const { shown } = await bench.run(answers({}), { columns: 36 });
  const long = shown.split('\n').filter((line) => line.length > 36 && line.includes(' '));
  t.same(
    long.filter((line) => !/^[A-Z_]+( \[.*\])?: $/.test(line)),
    [],
  );
  t.notMatch(shown, /\u001b/);
});

t.test('without somebody to ask it says what to write instead, and ends with 2', async (t) => {
  const stream = { write: () => undefined };
  const refusal = async (json: boolean, ...argv: string[]): Promise<GatewayError> => {
    const io = { stdout: stream, stderr: stream, onInterrupt: () => () => undefined };
    const environment = { EGW_DATA_DIR: '/var/lib/egw' };
    const command = offlineCommands.find(({ verb }) => verb === 'setup');
    const error = await command?.run({ argv, json, environment, io }).catch((thrown: unknown) => thrown);
    if (error instanceof GatewayError) return error;
    throw new Error(`it ended with ${String(error)}`);
  };
  for (const json of [false, true]) {
    const error = await refusal(json);
    t.match(error.message, /asks its questions on a terminal/);
    t.match(error.hint, /ENERGY_API_URL=.* in \/var\/lib\/egw\/\.env, or sources in egw\.yaml/);
    t.equal(exitCodeOf(error), 2);
  }
  t.match(await refusal(false, '--all'), { code: 'command_unknown', hint: 'egw setup [--data-dir DIR]' });
});
