import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import {
  discardNextDatabase,
  finishReplacement,
  replaceDatabase,
} from '../../../gateway/storage/upkeep/replace-database.ts';
import { scratchDirectory } from './history.ts';

const plan = 'egw.db.replacement';
const archive = 'archives/old.db';

function put(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
}

function filesIn(directory: string): Record<string, string> {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
  return Object.fromEntries(
    names.toSorted().map((name) => [name, readFileSync(join(directory, name), 'utf8')]),
  );
}

const kept = JSON.stringify({ keepAs: archive, readOnly: true });
const removed = JSON.stringify({ keepAs: null, readOnly: false });

/** What a crash can leave, in the order in which it comes about, and what a start makes of it. */
const crashes = [
  {
    when: 'before the plan',
    files: { 'egw.db': 'old', 'egw.db-wal': 'log', 'egw.db.next': 'new', [`${plan}.new`]: kept },
    then: { 'egw.db': 'old', 'egw.db-wal': 'log' },
  },
  {
    when: 'after the plan',
    files: { 'egw.db': 'old', 'egw.db-wal': 'log', 'egw.db-shm': 'x', 'egw.db.next': 'new', [plan]: kept },
    then: { 'egw.db': 'new', [archive]: 'old', [`${archive}-wal`]: 'log' },
  },
  {
    when: 'between the old file and its log',
    files: { [archive]: 'old', 'egw.db-wal': 'log', 'egw.db.next': 'new', [plan]: kept },
    then: { 'egw.db': 'new', [archive]: 'old', [`${archive}-wal`]: 'log' },
  },
  {
    when: 'while there is no database',
    files: { [archive]: 'old', 'egw.db.next': 'new', [plan]: kept },
    then: { 'egw.db': 'new', [archive]: 'old' },
  },
  {
    when: 'before the plan was removed',
    files: { 'egw.db': 'new', 'egw.db-wal': 'log of the new one', [archive]: 'old', [plan]: kept },
    then: { 'egw.db': 'new', 'egw.db-wal': 'log of the new one', [archive]: 'old' },
  },
  {
    when: 'after the plan, when the old one is not kept',
    files: { 'egw.db': 'old', 'egw.db-wal': 'log', 'egw.db.next': 'new', [plan]: removed },
    then: { 'egw.db': 'new' },
  },
  {
    when: 'between the old file and its log, when it is not kept',
    files: { 'egw.db-wal': 'log', 'egw.db.next': 'new', [plan]: removed },
    then: { 'egw.db': 'new' },
  },
] as const;

for (const { when, files, then } of crashes) {
  t.test(`a crash ${when} leaves the old database or the new one`, (t) => {
    const directory = scratchDirectory(t);
    put(directory, files);
    for (let start = 0; start < 2; start += 1) {
      finishReplacement(directory);
      discardNextDatabase(directory);
      t.strictSame(filesIn(directory), then);
    }
    t.end();
  });
}

t.test('a database takes the place of another, which is kept where it was said and as it was said', (t) => {
  const directory = scratchDirectory(t);
  put(directory, { 'egw.db': 'old', 'egw.db.next': 'new' });
  replaceDatabase(directory, { keepAs: archive, readOnly: true });
  t.strictSame(filesIn(directory), { [archive]: 'old', 'egw.db': 'new' });
  t.equal(statSync(join(directory, archive)).mode & 0o777, 0o400);
  t.end();
});

t.test('nothing is replaced when the old one cannot go where it is to be kept', (t) => {
  const directory = scratchDirectory(t);
  const before = { 'egw.db': 'old', 'egw.db.next': 'new', [archive]: 'an older one' };
  put(directory, before);
  t.throws(() => replaceDatabase(directory, { keepAs: archive, readOnly: true }), {
    code: 'already_exists',
    message: /old\.db/,
  });
  t.strictSame(filesIn(directory), { [archive]: 'an older one', 'egw.db': 'old', 'egw.db.next': 'new' });
  t.end();
});

t.test('a plan that is damaged is named, and nothing is moved', (t) => {
  for (const text of ['', '{', '{"keepAs":3,"readOnly":true}', 'null']) {
    const directory = scratchDirectory(t);
    put(directory, { 'egw.db': 'old', 'egw.db.next': 'new', [plan]: text });
    t.throws(() => finishReplacement(directory), { code: 'database_unreadable', message: /replacement/ });
    t.equal(readFileSync(join(directory, 'egw.db'), 'utf8'), 'old');
    t.ok(existsSync(join(directory, 'egw.db.next')));
  }
  t.end();
});
