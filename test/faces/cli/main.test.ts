import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import t, { type Test } from 'tap';
import type { GatewayProgram } from '../../../gateway/faces/cli/cli-run.ts';
import { GatewayError, type ErrorCode } from '../../../gateway/core/errors.ts';
import { exitCodes } from '../../../gateway/core/exit-codes.ts';
import { runCli } from '../../../gateway/faces/cli/main.ts';
import { allCommands } from '../../../gateway/faces/commands/all.ts';
import { createStubGateway, liveValue, type StubGateway } from '../stub-gateway.ts';
import { hasOwnTest, priceFile, verbLine, verbNames } from './verb-words.ts';

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const program: GatewayProgram = {
  startGateway: (argv) => Promise.resolve(argv[0] === '--fast' ? 9 : 0),
  offlineCommands: [
    {
      verb: 'config check',
      summary: 'Check a configuration file',
      usage: '[FILE]',
      run: ({ argv, json, io }) => {
        io.stdout.write(JSON.stringify({ argv, json }));
        return Promise.resolve(4);
      },
    },
    {
      verb: 'config schema',
      summary: 'Fails as the caller asks',
      usage: '[CODE]',
      run: ({ argv }) => Promise.reject(new GatewayError(argv[0] as ErrorCode, 'no')),
    },
  ],
};

class Terminal {
  out = '';
  err = '';
  interrupt: (() => void) | undefined;
  onWrite: (() => void) | undefined;
  readonly isTTY: boolean;
  rows: number | undefined;
  /** What passes time, where somebody waits for it. */
  tick: (() => void) | undefined;
  nowMs = 1_767_225_600_000;

  constructor(isTTY = false) {
    this.isTTY = isTTY;
  }

  async run(argv: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
    const code = await runCli({
      argv,
      environment,
      io: {
        stdout: {
          isTTY: this.isTTY,
          ...(this.rows !== undefined && { rows: this.rows }),
          write: (text) => {
            this.out += text;
            this.onWrite?.();
          },
        },
        stderr: { write: (text) => (this.err += text) },
        onInterrupt: (callback) => {
          this.interrupt = callback;
          return () => (this.interrupt = undefined);
        },
      },
      time: {
        now: () => this.nowMs,
        every: (_periodMs, callback) => {
          this.tick = callback;
          return () => (this.tick = undefined);
        },
      },
      version: '1.2.3',
      loadProgram: () => Promise.resolve(program),
    });
    return { code, out: this.out, err: this.err };
  }
}

const egw = (line: string, environment: Record<string, string> = {}): Promise<Ended> =>
  new Terminal().run(line.split(' ').filter(Boolean), environment);

async function local(t: Test): Promise<{ gateway: StubGateway; environment: Record<string, string> }> {
  const gateway = await createStubGateway();
  const directory = mkdtempSync(join(tmpdir(), 'egw-cli-'));
  await gateway.rest.listenLocal(join(directory, 'egw.sock'));
  t.teardown(async () => {
    await gateway.rest.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return { gateway, environment: { EGW_DATA_DIR: directory } };
}

t.test('every verb answers over the socket of its owner, as text and as JSON', async (t) => {
  const { environment } = await local(t);
  const { EGW_DATA_DIR: directory = '' } = environment;
  writeFileSync(join(directory, 'prices.json'), priceFile);
  const names = { ...verbNames, text: join(directory, 'prices.json') };
  for (const command of allCommands) {
    if (command.cli === undefined || hasOwnTest.has(command.id)) continue;
    const line = verbLine(command.id, command.cli, names);
    const text = await egw(line, environment);
    t.match(text, { code: 0, err: '', out: /./ }, `egw ${line}`);
    t.notMatch(text.out, /\u001b/, 'nothing that a terminal obeys');
    const json = await egw(`${line} --json`, environment);
    t.equal(json.code, 0);
    if (command.http.streams === undefined)
      t.equal(typeof JSON.parse(json.out), 'object', `egw ${line} --json`);
    const help = await egw(`${command.cli.verb} --help`, environment);
    t.match(help, { code: 0, out: `usage: egw ${command.cli.verb}` });
  }
});

t.test('show prints what is on disk, one line a reading, with age, unit and quality', async (t) => {
  const { environment } = await local(t);
  const { out } = await egw('show', environment);
  t.equal(
    out,
    'device    quantity          value    age  quality\ninverter  grid_power_w  -1234.5 W  5.0 s  good\n',
  );
  t.match((await egw('show inverter --source live', environment)).out, 'not on disk yet');
  t.match(await egw('show meter', environment), { code: 13, err: /there are: inverter/ });
});

t.test('show -n is the last rows of a device: a table, CSV or JSON', async (t) => {
  const { environment } = await local(t);
  const table = await egw('show -n 3 inverter', environment);
  t.equal(table.code, 0);
  const [device, head, ...rows] = table.out.trimEnd().split('\n');
  t.equal(device, 'inverter');
  t.match(head, /^time +grid_power_w$/);
  t.equal(rows.length, 3);
  t.match(rows[1], /\+\d\d:\d\d +missing$/);
  const csv = await egw('show inverter --rows 3 --format csv', environment);
  t.match(csv.out, /^# inverter\r\ntime,grid_power_w\r\n\S+Z,0\.5\r\n\S+Z,\r\n\S+Z,2\.5\r\n$/);
  const json = await egw('show --format json', environment);
  t.match(JSON.parse(json.out), { tables: [{ device: 'inverter', rows: [{ values: [0.5] }] }] });
  t.equal((await egw('show -n 5 --json', environment)).out, json.out);
  t.match(await egw('show -n 3 meter', environment), { code: 13, err: /there are: inverter/ });
  t.match(await egw('show -n 3 --format xml', environment), { code: 2, err: /there is no format xml/ });
  t.match(await egw('show -n', environment), { code: 2, err: /-n needs a value/ });
  t.match(await egw('show -n many', environment), { code: 14, err: /rows/ });
  t.match(await egw('show -n 3 --source live', environment), { code: 2, err: /no option --source/ });
  const help = await egw('help show');
  t.match(help.out, /latest reading of every series[^]*-n, --rows ROWS[^]*--format FORMAT +table, csv, json/);
});

t.test('status is one screen: state, what is the matter, devices, storage', async (t) => {
  const { gateway, environment } = await local(t);
  gateway.status = 'degraded';
  const { out } = await egw('status', environment);
  t.match(out, /gateway {2}degraded\n/);
  t.match(out, /lane:x: too slow/);
  t.match(out, /inverter {2}up +5\.0 s/);
  t.match(out, /550 readings, 1\.2 MB, from \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d to/);
});

t.test('colours are for terminals, and not when NO_COLOR is set', async (t) => {
  const { environment } = await local(t);
  const plain = await new Terminal().run(['device', 'list'], environment);
  const colourful = await new Terminal(true).run(['device', 'list'], environment);
  const wanted = await new Terminal(true).run(['device', 'list'], { ...environment, NO_COLOR: '1' });
  t.equal(stripVTControlCharacters(colourful.out), plain.out);
  t.not(colourful.out, plain.out);
  t.equal(wanted.out, plain.out);
});

t.test('a token made here opens the gateway elsewhere, as far as its scopes go', async (t) => {
  const { gateway, environment } = await local(t);
  const made = await egw('token create --scope read,control --ttl 1h --label ci --json', environment);
  const { token, scopes, label, createdMs, expiresMs } = JSON.parse(made.out) as {
    token: string;
    scopes: string[];
    label: string;
    createdMs: number;
    expiresMs: number;
  };
  t.same(
    { scopes, label, lifeMs: expiresMs - createdMs },
    { scopes: ['read', 'control'], label: 'ci', lifeMs: 3_600_000 },
  );
  const { port } = await gateway.rest.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${port}`;
  t.match(await egw(`show --url ${url} --token ${token}`), { code: 0 });
  t.match(await egw('show', { EGW_URL: url, EGW_TOKEN: token }), { code: 0 });
  t.match(await egw(`token list --url ${url}`, { EGW_TOKEN: token }), {
    code: 12,
    err: /scope admin/,
  });
  t.match(await egw(`show --url ${url}`), { code: 12, err: /needs a token/ });
  const [stored] = gateway.tokens.list();
  t.match(await egw(`token remove ${stored?.id ?? ''}`, environment), { code: 0 });
  t.match(await egw('token remove nothing', environment), { code: 13 });
  t.match(await egw(`show --url ${url} --token ${token}`), { code: 12 });
});

t.test('a wrong command line ends with 2 and says what was meant', async (t) => {
  const table = [
    ['shwo', /did you mean: egw show\?/],
    ['token creat --scope read', /did you mean: egw token create\?/],
    ['device', /device/],
    ['token create', /--scope is missing/],
    ['token create --scop read', /did you mean --scope\?/],
    ['token create --scope', /--scope needs a value/],
    ['token create --scope read --scope control', /given twice/],
    ['show --json=yes', /takes no value/],
    ['show a b', /one argument too many/],
    ['history inverter', /QUANTITY is missing/],
    ['device show', /ID is missing/],
    ['watch it now', /one argument too many/],
    ['help nonsense', /not a verb/],
  ] as const;
  for (const [line, words] of table)
    t.match(await egw(line), { code: exitCodes.usage, out: '', err: words }, `egw ${line}`);
  const json = await egw('shwo --json');
  t.match(JSON.parse(json.err), { code: 'usage', exitCode: 2 });
});

t.test('other ends have codes of their own', async (t) => {
  const { environment } = await local(t);
  t.match(await egw('show', { EGW_DATA_DIR: '/nonexistent' }), {
    code: exitCodes.gateway_unreachable,
    err: /start it with: egw start/,
  });
  t.match(await egw('show --url http://127.0.0.1:1'), { code: exitCodes.gateway_unreachable });
  t.match(await egw('show --url ftp://x'), { code: exitCodes.input_refused });
  t.match(await egw('token create --scope nothing', environment), {
    code: exitCodes.input_refused,
    err: /scope\[0\]/,
  });
  t.match(await egw('history inverter grid_power_w --limit many', environment), {
    code: exitCodes.input_refused,
    err: /limit/,
  });
});

t.test('verbs that need no gateway run without one', async (t) => {
  t.match(await egw('version'), { code: 0, out: 'egw 1.2.3\n' });
  t.match(await egw('version --json'), { code: 0, out: '{"version":"1.2.3"}\n' });
  t.match(await egw('start --fast'), { code: 9 });
  t.match(await egw('config check --json a.yaml'), { code: 4, out: '{"argv":["a.yaml"],"json":true}' });
  t.match(await egw('help'), { code: 0, out: /token create.*config check|config check.*token create/s });
  const { out } = await egw('config check --help');
  t.match(out, /usage: egw config check \[FILE\]/);
  t.notMatch(out, /--url/, 'it asks no gateway');
  t.match(await egw('watch --help'), { code: 0, out: /--url/ });
});

t.test('what such a verb fails of is its exit code', async (t) => {
  t.match(await egw('config schema command_unknown'), { code: exitCodes.usage, err: 'egw: no' });
  t.match(await egw('config schema config_unreadable'), { code: exitCodes.config_unreadable });
  t.match(await egw('config schema data_dir_in_use'), { code: exitCodes.data_dir_in_use });
  t.match(await egw('config schema queue_full'), { code: exitCodes.unexpected });
});

t.test('watch follows until Ctrl-C, and ends well', async (t) => {
  const { environment } = await local(t);
  for (const [isTTY, argv, shown] of [
    [false, ['watch', '--json'], `${JSON.stringify({ type: 'readings', values: [liveValue] })}\n`],
    [false, ['watch'], 'inverter  grid_power_w  -1200 W  good\n'],
    [false, ['watch'], 'heating/zone-1  name  Entrée\n'],
    [true, ['watch'], '\u001b[?1049h'],
  ] as const) {
    const terminal = new Terminal(isTTY);
    terminal.onWrite = () => terminal.interrupt?.();
    const { code, out, err } = await terminal.run(argv, environment);
    t.match({ code, err }, { code: 0, err: '' });
    t.ok(out.includes(shown), out);
  }
});

const screenGivenBack = '\u001b[?7h\u001b[?25h\u001b[?1049l';

t.test('watch redraws a table, with ages that grow, and gives the terminal back as it was', async (t) => {
  const { environment } = await local(t);
  const terminal = new Terminal(true);
  const frames: string[] = [];
  terminal.onWrite = () => {
    const frame = terminal.out.slice(terminal.out.lastIndexOf('\u001b[H'));
    if (!frame.includes('inverter')) return;
    frames.push(stripVTControlCharacters(frame));
    terminal.onWrite = undefined;
    terminal.nowMs += 60_000;
    terminal.tick?.();
    frames.push(stripVTControlCharacters(terminal.out.slice(terminal.out.lastIndexOf('\u001b[H'))));
    terminal.interrupt?.();
  };
  t.match(await terminal.run(['watch'], environment), { code: 0, err: '' });
  t.match(
    frames[0],
    /^device +quantity +value +age +quality\ninverter +grid_power_w +-1200 W +1\.0 s +good *\n/,
  );
  t.match(frames[1], /-1200 W +61\.0 s +good *\n/);
  t.ok(terminal.out.endsWith(screenGivenBack));
  t.equal(terminal.tick, undefined, 'nothing draws any more');
});

t.test('watch shows as many rows as there is room for, and one device alone when asked', async (t) => {
  const { gateway, environment } = await local(t);
  const values = ['a_w', 'b_w', 'c_w'].map((quantity) => ({ ...liveValue, quantity }));
  const publish = (): void => {
    gateway.feed.publish({
      type: 'readings',
      values: [...values, { ...liveValue, device: 'inverter/part' }],
    });
    gateway.feed.publish({ type: 'readings', values: [{ ...liveValue, device: 'inverter2' }] });
    gateway.feed.publish({ type: 'device', id: 'meter', state: 'up', since: 1 });
    gateway.feed.publish({ type: 'device', id: 'inverter', state: 'down', since: 1 });
  };
  let isFirst = true;
  const terminal = new Terminal(true);
  terminal.rows = 6;
  terminal.onWrite = () => {
    if (terminal.out.includes('is down')) terminal.interrupt?.();
    else if (terminal.out.includes('inverter') && isFirst) publish();
    if (terminal.out.includes('inverter')) isFirst = false;
  };
  const ticking = setInterval(() => terminal.tick?.(), 5);
  await terminal.run(['watch'], environment);
  clearInterval(ticking);
  const last = stripVTControlCharacters(terminal.out.slice(terminal.out.lastIndexOf('\u001b[H')));
  t.match(last, /\n[34] more than there is room for\. device inverter is down$/);
  t.equal(last.split('\n').length, 6, 'and none scrolls away');

  const lines = new Terminal();
  lines.onWrite = () => {
    if (!lines.out.includes('a_w')) publish();
    else if (lines.out.includes('is down')) lines.interrupt?.();
  };
  t.match(await lines.run(['watch', 'inverter'], environment), { code: 0 });
  t.match(lines.out, /inverter {2}a_w[^]*inverter\/part {2}grid_power_w[^]*device inverter is down/);
  t.notMatch(lines.out, /inverter2|meter/);
  t.match(await egw('watch nothing', environment), { code: 13, err: /there are: inverter/ });
});

t.test('watch says so when the gateway ends', async (t) => {
  const { gateway, environment } = await local(t);
  const terminal = new Terminal();
  terminal.onWrite = () => void gateway.rest.close();
  t.match(await terminal.run(['watch'], environment), {
    code: exitCodes.gateway_unreachable,
    err: /ended the stream/,
  });
  t.match(await egw('watch', { EGW_DATA_DIR: '/nonexistent' }), { code: exitCodes.gateway_unreachable });
});

t.test('the guide lists every verb and every exit code', (t) => {
  const guide = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
  for (const { cli, summary } of allCommands) {
    if (cli !== undefined) t.ok(guide.includes(`| \`egw ${cli.verb}\``) && guide.includes(summary), cli.verb);
  }
  for (const code of Object.values(exitCodes))
    t.match(guide, new RegExp(`^\\| +${code} +\\|`, 'm'), `exit code ${code}`);
  t.end();
});
