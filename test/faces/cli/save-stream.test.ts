import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { exitCodes } from '../../../gateway/core/exit-codes.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { OutputStream } from '../../../gateway/faces/cli/cli-run.ts';
import { runCli } from '../../../gateway/faces/cli/main.ts';
import { bindCommand } from '../../../gateway/features/command.ts';
import { readingExport, type ExportPorts } from '../../../gateway/features/harvest/export-command.ts';
import { createStubGateway, type StubGateway } from '../stub-gateway.ts';

interface Place {
  readonly gateway: StubGateway;
  readonly directory: string;
  /** Pages that the store was asked for. */
  pages(): number;
}

/** A gateway whose store has so many pages of one row, and fails instead of the page `failsAt`. */
async function gatewayWith(
  t: Test,
  pageCount: number,
  failsAt = 0,
  onPage: (page: number) => void = () => undefined,
): Promise<Place> {
  let pages = 0;
  const store: ExportPorts['store'] = {
    call: (...[name]) => {
      if (name === 'listSeries')
        return Promise.resolve([{ id: 1, device: 'meter', quantity: 'grid_power_w' }] as never);
      pages += 1;
      onPage(pages);
      if (pages === failsAt)
        return Promise.reject(new GatewayError('storage_failed', 'the disk does not answer'));
      const rows = pageCount === 0 ? [] : [{ atMs: pages, value: pages, quality: 'good' }];
      return Promise.resolve({ rows, ...(pages < pageCount && { nextFromMs: pages + 1 }) } as never);
    },
  };
  const clock = { wall: () => 1e12 as never, monotonic: () => 0 as never };
  const gateway = await createStubGateway([bindCommand(readingExport, { store, clock })]);
  const directory = mkdtempSync(join(tmpdir(), 'egw-export-'));
  await gateway.rest.listenLocal(join(directory, 'egw.sock'));
  t.teardown(async () => {
    await gateway.rest.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return { gateway, directory, pages: () => pages };
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `onWrite` sees each text and may press Ctrl-C; its answer is that of the stream. */
async function egw(
  { directory }: Place,
  argv: readonly string[],
  onWrite: (interrupt: () => void) => unknown = () => true,
  once?: OutputStream['once'],
): Promise<Ran> {
  let out = '';
  let err = '';
  let interrupt = (): void => undefined;
  const code = await runCli({
    argv,
    environment: { EGW_DATA_DIR: directory },
    io: {
      stdout: {
        write: (text) => {
          out += text;
          return onWrite(interrupt);
        },
        ...(once && { once }),
      },
      stderr: { write: (text) => (err += text) },
      onInterrupt: (callback) => {
        interrupt = callback;
        return () => undefined;
      },
    },
    time: { now: () => 0, every: () => () => undefined },
    version: '1.2.3',
    loadProgram: () => Promise.resolve({ startGateway: () => Promise.resolve(1), offlineCommands: [] }),
  });
  return { code, out, err };
}

t.test('an export goes to the standard output, page after page', async (t) => {
  const place = await gatewayWith(t, 3);
  const csv = await egw(place, ['export', 'csv', '--from', '0']);
  t.match(csv, { code: exitCodes.ok, err: '' });
  t.equal(
    csv.out,
    [
      'time,epoch_ms,device,quantity,unit,value,quality',
      '1970-01-01T00:00:00.001Z,1,meter,grid_power_w,W,1,good',
      '1970-01-01T00:00:00.002Z,2,meter,grid_power_w,W,2,good',
      '1970-01-01T00:00:00.003Z,3,meter,grid_power_w,W,3,good',
      '',
    ].join('\r\n'),
  );
  t.match(await egw(place, ['export', '--help']), { code: exitCodes.ok, out: /--out OUT .*this file/ });
  t.match(await egw(place, ['export', 'xml']), { code: exitCodes.input_refused, out: '', err: /format/ });
  t.match(await egw(place, ['export', 'csv', '--device', 'roof']), {
    code: exitCodes.not_found,
    err: /there are: meter/,
  });
  t.match(await egw(place, ['device', 'list', '--out', 'x']), { code: exitCodes.usage });
});

t.test('a file is there when it is whole', async (t) => {
  const place = await gatewayWith(t, 2);
  const file = join(place.directory, 'all.jsonl');
  t.match(await egw(place, ['export', 'json', '--from', '0', '--out', file]), {
    code: exitCodes.ok,
    out: '',
    err: '',
  });
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  t.same(
    lines.map((line) => (JSON.parse(line) as { value: number }).value),
    [1, 2],
  );
  t.same(readdirSync(place.directory).toSorted(), ['all.jsonl', 'egw.sock']);
  const nowhere = join(place.directory, 'none', 'x.csv');
  t.match(await egw(place, ['export', 'csv', '--out', nowhere]), {
    code: exitCodes.input_refused,
    err: /cannot write .*none\/x\.csv/,
  });
});

t.test('an export never replaces a file, not even one that came while it was written', async (t) => {
  const place = await gatewayWith(t, 2);
  const file = join(place.directory, 'all.csv');
  const wish = ['export', 'csv', '--from', '0', '--out', file];
  for (const name of [file, `${file}.part`]) {
    writeFileSync(name, 'before');
    const pages = place.pages();
    t.match(await egw(place, wish), { code: exitCodes.input_refused, err: /there is a file .*all\.csv/ });
    t.equal(readFileSync(name, 'utf8'), 'before');
    if (name === file) t.equal(place.pages(), pages, 'and nothing is asked for');
    rmSync(name);
  }
  const meanwhile = await gatewayWith(t, 2, 0, (page) => {
    if (page === 2) writeFileSync(file, 'meanwhile');
  });
  t.match(await egw(meanwhile, wish), { code: exitCodes.input_refused });
  t.equal(readFileSync(file, 'utf8'), 'meanwhile');
  t.same(readdirSync(place.directory).toSorted(), ['all.csv', 'egw.sock']);
});

t.test('the latest values of all may be written into the same file again and again', async (t) => {
  const place = await gatewayWith(t, 1);
  const file = join(place.directory, 'egw.prom');
  writeFileSync(file, 'before');
  t.match(await egw(place, ['metrics', '--out', file]), { code: exitCodes.ok, err: '' });
  t.match(readFileSync(file, 'utf8'), /^# HELP/);
});

t.test('a source is exported with its parts, by either word', async (t) => {
  const place = await gatewayWith(t, 1);
  const byDevice = await egw(place, ['export', 'csv', '--from', '0', '--device', 'meter']);
  t.match(byDevice, { code: exitCodes.ok, out: /,meter,/ });
  const bySource = await egw(place, ['export', 'csv', '--from', '0', '--source', 'roof']);
  t.match(bySource, { code: exitCodes.not_found, err: /no readings of a device "roof"/ });
  t.match(await egw(place, ['export', 'csv', '--source', 'meter', '--device', 'meter']), {
    code: exitCodes.usage,
    err: /--device is given twice/,
  });
  t.match(await egw(place, ['export', '--help']), { out: /--source SOURCE +Another word for --device/ });
});

t.test('an export of nothing is an empty file', async (t) => {
  const place = await gatewayWith(t, 0);
  const file = join(place.directory, 'x.jsonl');
  t.match(await egw(place, ['export', 'json', '--from', '0', '--out', file]), {
    code: exitCodes.ok,
    err: '',
  });
  t.equal(readFileSync(file, 'utf8'), '');
});

t.test('an export that breaks off is an error, and leaves no file', async (t) => {
  const place = await gatewayWith(t, Infinity, 3);
  const file = join(place.directory, 'x.csv');
  t.match(await egw(place, ['export', 'csv', '--from', '0', '--out', file]), {
    code: exitCodes.gateway_unreachable,
    err: /broke off/,
  });
  t.same(readdirSync(place.directory), ['egw.sock']);
  t.equal(place.pages(), 3);
  const first = await gatewayWith(t, Infinity, 1);
  t.match(await egw(first, ['export', 'csv', '--from', '0']), { code: exitCodes.gateway_unreachable });
});

t.test('Ctrl-C ends it without a word, and nothing reads on', async (t) => {
  const place = await gatewayWith(t, Infinity);
  let parts = 0;
  const ended = await egw(place, ['export', 'csv', '--from', '0'], (interrupt) => {
    parts += 1;
    if (parts === 3) interrupt();
    return true;
  });
  t.match(ended, { code: exitCodes.unexpected, err: '' });
  await place.gateway.rest.close();
  const pages = place.pages();
  await new Promise((resolve) => setImmediate(resolve));
  t.equal(place.pages(), pages, 'the gateway has stopped reading');
});

t.test('what is written waits for a reader that is slower', async (t) => {
  const place = await gatewayWith(t, 3);
  let isFull = false;
  let drains = 0;
  const { out } = await egw(
    place,
    ['export', 'csv', '--from', '0'],
    () => {
      t.notOk(isFull, 'nothing is written while it is full');
      isFull = true;
      return false;
    },
    (_event, listener) => {
      drains += 1;
      setImmediate(() => {
        isFull = false;
        listener();
      });
    },
  );
  t.ok(drains > 0);
  t.equal(out.split('\r\n').length, 5);
});

t.test('Ctrl-C ends it also while its reader takes nothing', { timeout: 5_000 }, async (t) => {
  const place = await gatewayWith(t, Infinity);
  const ended = await egw(
    place,
    ['export', 'csv', '--from', '0'],
    (interrupt) => {
      setImmediate(interrupt);
      return false;
    },
    () => undefined,
  );
  t.match(ended, { code: exitCodes.unexpected, err: '' });
});
