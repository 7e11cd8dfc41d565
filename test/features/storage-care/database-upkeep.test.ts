import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { monotonicMs, wallMs, type Clock } from '../../../gateway/core/clock.ts';
import {
  DatabaseUpkeep,
  type BackupSettings,
  type UpkeepPorts,
} from '../../../gateway/features/storage-care/database-upkeep.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { Scope } from '../../../gateway/features/command.ts';
import { bindUpkeepCommands } from '../../../gateway/features/storage-care/upkeep-commands.ts';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import {
  appendHour,
  asStore,
  contentFrom,
  dayMs,
  firstDayMs,
  hourMs,
  openHistory,
  scratchDirectory,
} from '../../storage/upkeep/history.ts';

const days = 3;

interface Bench {
  readonly directory: string;
  readonly service: DatabaseService;
  readonly upkeep: DatabaseUpkeep;
  /** Lets time pass. */
  pass(ms: number): void;
  /** Asks by the command's id. */
  ask(id: string, input?: unknown): Promise<unknown>;
  runTask(): Promise<void>;
}

function bench(t: Test, settings: BackupSettings = { keep: 3 }, store?: UpkeepPorts['store']): Bench {
  const directory = scratchDirectory(t);
  const service = openHistory(directory, days);
  t.teardown(() => service.close());
  let nowMs = firstDayMs + days * dayMs;
  const clock: Clock = { wall: () => wallMs(nowMs), monotonic: () => monotonicMs(nowMs) };
  const upkeep = new DatabaseUpkeep({ clock, store: store ?? asStore(service) }, settings);
  const commands = bindUpkeepCommands({ clock, upkeep });
  const call = {
    principal: { kind: 'local', id: 'local', scopes: new Set<Scope>() },
    signal: new AbortController().signal,
    origin: 'local',
  } as const;
  return {
    directory,
    service,
    upkeep,
    pass: (ms) => (nowMs += ms),
    ask: async (id, input = {}) => {
      const command = commands.find(({ definition }) => definition.id === id);
      return await command?.run(input, call);
    },
    runTask: async () => {
      const [task] = upkeep.tasks();
      await task?.run({} as never);
    },
  };
}

t.test('backups are made, listed beside archives, and named', async (t) => {
  const { directory, ask, pass } = bench(t);
  t.match(await ask('storage.backup'), {
    path: join(directory, 'backups', 'egw-20260312T230000Z.db'),
    readings: days * 24 * 18,
    removed: [],
  });
  pass(hourMs);
  t.match(await ask('storage.backup', { name: 'before-the-move' }), { path: /before-the-move\.db$/ });
  const rotation = (await ask('storage.rotate')) as {
    archive: string;
    archiveBytes: number;
    fileBytes: number;
  };
  t.match(rotation.archive, /archives\/egw-20260310-20260313\.db$/);
  t.ok(rotation.fileBytes < rotation.archiveBytes);
  const { files } = (await ask('storage.backups')) as { files: { kind: string; path: string }[] };
  t.same(files.map(({ kind }) => kind).toSorted(), ['archive', 'backup', 'backup']);
});

t.test(
  'the status tells when the newest backup was written, and goes on when its folder is away',
  async (t) => {
    const { upkeep, directory } = bench(t);
    t.equal(await upkeep.lastBackupMs(), null);
    const { path } = await upkeep.backup('before-the-move');
    const writtenS = 1_773_400_000;
    utimesSync(path, writtenS, writtenS);
    t.equal(await upkeep.lastBackupMs(), writtenS * 1_000);
    rmSync(join(directory, 'backups'), { recursive: true });
    writeFileSync(join(directory, 'backups'), 'no folder');
    t.equal(await upkeep.lastBackupMs(), null);
  },
);

t.test('a vacuum and a rebuild leave what can be read', async (t) => {
  const { service, ask } = bench(t);
  const before = contentFrom(service, 0);
  t.match(await ask('storage.vacuum'), { beforeBytes: Number, afterBytes: Number });
  t.strictSame(contentFrom(service, 0), before);
  const { windows } = (await ask('storage.rebuild', { from: '10d' })) as { windows: number };
  t.ok(windows > 100, `${windows} windows`);
  t.strictSame(contentFrom(service, 0), before);
  await t.rejects(ask('storage.rebuild', { from: '2026-03-11', to: '2026-03-10' }), {
    code: 'input_invalid',
  });
  await t.rejects(ask('storage.rebuild', { from: 'yesterday' }), { code: 'input_invalid' });
});

t.test('one thing at a time; what fails lets go of everything, and can be said again', async (t) => {
  const { service, upkeep, directory } = bench(t);
  const first = upkeep.backup();
  await t.rejects(upkeep.rotate(), { code: 'storage_busy', retryable: true, message: /backup/ });
  await first;
  await t.rejects(upkeep.backup(), { code: 'already_exists' });
  mkdirSync(join(directory, 'archives'));
  writeFileSync(join(directory, 'archives', 'egw-20260310-20260313.db'), 'taken');
  const before = contentFrom(service, 0);
  await t.rejects(upkeep.rotate(), { code: 'already_exists', message: /egw-20260310-20260313/ });
  t.strictSame(contentFrom(service, 0), before);
  t.equal(service.packReadings(firstDayMs + days * dayMs).remaining, false);
  appendHour(service, days * 24);
  t.ok((await upkeep.vacuum()).afterBytes > 0, 'the next one begins anew');
  t.equal(service.databaseStatus().commits, days * 24 + 1);
});

t.test('a rotation with nothing to put away says so', async (t) => {
  const { upkeep, pass } = bench(t);
  await upkeep.rotate();
  await t.rejects(upkeep.rotate(), { code: 'input_invalid', message: /last two days/ });
  pass(dayMs);
  await t.resolves(upkeep.rotate(), 'a day later there is a day more to put away');
});

t.test('a backup is made by itself when the newest is old enough, whoever made that', async (t) => {
  const { service, upkeep, pass, runTask } = bench(t, { keep: 2, everyDays: 7 });
  const count = (): number => service.listBackups().length;
  t.equal(bench(t).upkeep.tasks().length, 0, 'only where it is configured');
  await runTask();
  t.equal(count(), 1);
  const age = (ms: number): void => {
    for (const { path } of service.listBackups()) {
      const at = new Date(firstDayMs + days * dayMs - ms);
      utimesSync(path, at, at);
    }
  };
  age(0);
  pass(7 * dayMs - hourMs);
  await runTask();
  t.equal(count(), 1);
  pass(hourMs);
  await runTask();
  t.equal(count(), 2);
  t.same(upkeep.notes(), []);
});

t.test('a backup that could not be made is in the health until one could', async (t) => {
  const { directory, upkeep, runTask } = bench(t, { keep: 2, everyDays: 1 });
  writeFileSync(join(directory, 'backups'), 'a file where the folder should be');
  await t.rejects(runTask(), { code: 'storage_failed' });
  t.match(upkeep.notes(), [{ subject: 'backup', status: 'degraded', message: /cannot be used/ }]);
  rmSync(join(directory, 'backups'));
  await runTask();
  t.same(upkeep.notes(), []);
});

t.test('a folder that was away for a while is no backup that was not made', async (t) => {
  const { directory, upkeep, pass, runTask } = bench(t, { keep: 2, everyDays: 7 });
  const { path } = await upkeep.backup();
  const at = new Date(firstDayMs + days * dayMs);
  utimesSync(path, at, at);
  renameSync(join(directory, 'backups'), join(directory, 'away'));
  writeFileSync(join(directory, 'backups'), 'no folder');
  pass(hourMs);
  await t.rejects(runTask(), { code: 'storage_failed' });
  t.equal(upkeep.notes().length, 1);
  rmSync(join(directory, 'backups'));
  renameSync(join(directory, 'away'), join(directory, 'backups'));
  pass(hourMs);
  await runTask();
  t.same(upkeep.notes(), [], 'the last one is there, and none is due');
});

t.test('why a vacuum failed is said, though it cannot be given up either', async (t) => {
  const failures: Readonly<Record<string, GatewayError>> = {
    copyForRewrite: new GatewayError('disk_full', 'there is no room for the copy'),
    cancelRewrite: new GatewayError('worker_crashed', 'the database worker ended'),
  };
  const call = async (name: string): Promise<unknown> => {
    const failure = failures[name];
    return await (failure === undefined ? Promise.resolve({ fileBytes: 1 }) : Promise.reject(failure));
  };
  const clock: Clock = { wall: () => wallMs(0), monotonic: () => monotonicMs(0) };
  const upkeep = new DatabaseUpkeep({ clock, store: { call } as UpkeepPorts['store'] }, { keep: 1 });
  await t.rejects(upkeep.vacuum(), { code: 'disk_full' });
});
