import t from 'tap';
import { monotonicMs, wallMs } from '../../../gateway/core/clock.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import {
  StorageCheck,
  type StorageCheckPorts,
} from '../../../gateway/features/storage-care/storage-check.ts';
import type { CheckCursor, CheckStep, SalvageNote } from '../../../gateway/storage/store-calls.ts';

const dayMs = 86_400_000;
const note: SalvageNote = {
  atMs: dayMs,
  why: 'a page is damaged',
  keptAs: 'egw.db.damaged-1',
  keptRows: 9,
  droppedRows: 1,
  tables: ['block'],
  missingReadings: 30,
};
const more: CheckStep = { cursor: { stage: 1, key: [] }, rows: 5, damage: null };
const good: CheckStep = { cursor: null, rows: 2, damage: null };
const bad: CheckStep = { cursor: null, rows: 2, damage: 'table setting: the row of a fails its check' };

/** A storage whose check takes these steps, over and over. */
class Bench {
  nowMs = dayMs;
  steps: readonly CheckStep[] = [more, good];
  taken = 0;
  stepOf: (cursor: CheckCursor | null) => CheckStep | undefined = () =>
    this.steps[this.taken++ % this.steps.length];
  salvage: SalvageNote | null = null;
  failure: GatewayError | undefined;
  readonly settings = new Map<string, string>();
  readonly check: StorageCheck;

  constructor() {
    const calls: Readonly<Record<string, (...given: string[]) => unknown>> = {
      checkStep: (cursor) => this.stepOf(cursor as unknown as CheckCursor | null),
      salvageNote: () => this.salvage,
      acknowledgeSalvage: () => (this.salvage = null),
      getSetting: (name = '') => this.settings.get(name),
      putSetting: (name = '', value = '') => this.settings.set(name, value),
    };
    const call = async (name: string, ...given: string[]): Promise<unknown> =>
      this.failure === undefined
        ? await Promise.resolve(calls[name]?.(...given))
        : await Promise.reject(this.failure);
    this.check = new StorageCheck({
      clock: { wall: () => wallMs(this.nowMs), monotonic: () => monotonicMs(0) },
      logger: silentLogger,
      store: { call } as StorageCheckPorts['store'],
    });
  }

  async run(name: string): Promise<void> {
    const task = this.check.tasks().find((each) => each.name === name);
    const context = { signal: new AbortController().signal };
    await task?.run(context as Parameters<NonNullable<typeof task>['run']>[0]);
  }
}

t.test('everything is checked once a day, in steps, and the outcome is kept', async (t) => {
  const bench = new Bench();
  await bench.run('check:storage');
  t.equal(bench.taken, 2);
  t.same(await bench.check.last(), { atMs: dayMs, rows: 7, damage: null });
  await bench.run('check:storage');
  t.equal(bench.taken, 2, 'not again on the same day');
  bench.nowMs += dayMs;
  bench.steps = [bad];
  await bench.run('check:storage');
  t.match(await bench.check.last(), { atMs: 2 * dayMs, damage: /setting/ });
  t.match(bench.settings.get('storage.checked'), /setting/);
});

t.test('a check that somebody asks for says what is damaged', async (t) => {
  const bench = new Bench();
  const { signal } = new AbortController();
  t.match(await bench.check.now(signal), { rows: 7, damage: null });
  bench.steps = [bad];
  const hint = /^what is intact is salvaged/;
  await t.rejects(bench.check.now(signal), { code: 'database_unreadable', message: /row of a fails/, hint });
  bench.failure = new GatewayError('database_unreadable', 'a page is malformed', {
    hint: 'it was left as it is',
  });
  await t.rejects(bench.check.now(signal), { code: 'database_unreadable', message: /malformed/, hint });
});

t.test('checks that run at the same time go each their own way', async (t) => {
  const bench = new Bench();
  const { signal } = new AbortController();
  const asked: unknown[] = [];
  bench.stepOf = (cursor) => {
    asked.push(cursor?.stage ?? null);
    return cursor === null ? more : good;
  };
  const both = await Promise.all([bench.check.now(signal), bench.check.now(signal)]);
  t.match(both, [{ rows: 7 }, { rows: 7 }]);
  t.same(asked, [null, null, 1, 1]);
});

t.test(
  'a salvaging is told for a week, or until it is acknowledged; a file that stays damaged is a failure',
  async (t) => {
    const bench = new Bench();
    t.same(bench.check.notes(), []);
    bench.salvage = note;
    await bench.run('watch-damage:storage');
    t.match(bench.check.notes(), [
      { subject: 'storage:salvaged', status: 'degraded', message: /30 readings are missing/ },
    ]);
    bench.nowMs = 9 * dayMs;
    t.same(bench.check.notes(), []);
    bench.nowMs = 2 * dayMs;
    await bench.check.acknowledge();
    t.same(bench.check.notes(), []);
    bench.failure = new GatewayError('database_unreadable', 'soon after it was salvaged');
    await bench.run('watch-damage:storage');
    t.match(bench.check.notes(), [{ subject: 'storage:damage', status: 'failing' }]);
    bench.failure = undefined;
    await bench.run('watch-damage:storage');
    t.same(bench.check.notes(), []);
  },
);
