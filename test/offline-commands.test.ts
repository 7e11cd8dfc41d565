import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import t, { type Test } from 'tap';
import { offlineCommands } from '../gateway/offline-commands.ts';
import { newJob } from './storage/jobs.ts';
import { openScratch, startMs } from './storage/scratch.ts';
import { appendHour, dayMs, firstDayMs, openHistory, scratchDirectory } from './storage/upkeep/history.ts';

interface Outcome {
  readonly code: number;
  readonly out: string;
}

/** What the command line prints and answers; it throws what the command throws. */
async function run(verb: string, argv: readonly string[], directory: string, json = false): Promise<Outcome> {
  let out = '';
  const io = {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: () => undefined },
    onInterrupt: () => () => undefined,
  };
  const command = offlineCommands.find((offline) => offline.verb === verb);
  const code = await command?.run({ argv, json, environment: { EGW_DATA_DIR: directory }, io });
  return { code: code ?? NaN, out };
}

function withBackup(t: Test): { directory: string; path: string } {
  const directory = scratchDirectory(t);
  const service = openHistory(directory, 1);
  const { path } = service.writeBackup({ nowMs: firstDayMs + dayMs, keep: 3, name: 'before' });
  appendHour(service, 24);
  service.close();
  return { directory, path };
}

t.test('a backup is restored by its name or its path, and what lies between is said', async (t) => {
  const { directory, path } = withBackup(t);
  const restored = await run('db restore', ['before.db'], directory);
  t.equal(restored.code, 0);
  t.match(restored.out, /before\.db is in place: 432 readings, the newest of 2026-03-10T22:50:00\.000Z\n/);
  t.match(restored.out, /egw\.db\.replaced-\S+: 450 readings, the newest of 2026-03-10T23:50:00\.000Z\n$/);
  t.notOk(existsSync(join(directory, 'egw.db.next')));
  const service = openScratch(directory);
  t.equal(service.databaseStatus().commits, 24);
  service.close();
  const again = await run('db restore', [path], directory, true);
  t.match(JSON.parse(again.out), {
    restored: { commits: 24 },
    replaced: { commits: 24 },
    keptAs: /replaced/,
  });
  const connection = new Sqlite(path);
  connection.exec("UPDATE series SET device = 'another' WHERE id = 1");
  connection.close();
  const damaged = await run('db restore', [path], directory);
  t.match(damaged, {
    code: 0,
    out: /\nit is damaged, and egw start salvages.*:\n {2}table series: the row of 1 /,
  });
});

t.test('how many jobs of a backup may have run since is said', async (t) => {
  const { directory } = withBackup(t);
  const service = openScratch(directory);
  const backups = ['a job', '2 jobs'].map((said) => {
    service.addJob(newJob);
    const name = said.replace(' ', '-');
    return { said, path: service.writeBackup({ nowMs: startMs, keep: 3, name }).path };
  });
  service.close();
  for (const { said, path } of backups) {
    const { out } = await run('db restore', [path], directory);
    t.match(out, new RegExp(`\\n${said} of it may have run since: .* egw job run-now ID\\n`));
  }
});

t.test('what cannot be restored is refused, and nothing is changed', async (t) => {
  const { directory } = withBackup(t);
  const files = (): readonly string[] =>
    readdirSync(directory).filter((name) => !name.startsWith('egw.lock'));
  const before = files();
  await t.rejects(async () => await run('db restore', [], directory), {
    code: 'command_unknown',
    hint: /FILE/,
  });
  await t.rejects(async () => await run('db restore', ['a', 'b'], directory), { code: 'command_unknown' });
  await t.rejects(async () => await run('db restore', ['--force', 'a'], directory), {
    code: 'command_unknown',
  });
  await t.rejects(async () => await run('db restore', ['none.db'], directory), {
    code: 'not_found',
    hint: /backups/,
  });
  t.same(files(), before);
});

t.test('an option or a file that such a verb does not know is not passed over', async (t) => {
  const directory = t.testdir();
  for (const argv of [['--url', 'http://192.168.1.10'], ['backups/before.db']]) {
    for (const verb of ['db check', 'config schema'])
      await t.rejects(async () => await run(verb, argv, directory), { code: 'command_unknown' }, verb);
  }
});
