import t, { type Test } from 'tap';
import type { ReadingBatch } from '../../../gateway/core/reading.ts';
import type { StorageMedium } from '../../../gateway/core/storage-medium.ts';
import type { TaskContext } from '../../../gateway/engine/task.ts';
import { WriteCost, type WriteCostSettings } from '../../../gateway/features/storage-care/write-cost.ts';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { callStore } from '../../../gateway/storage/call-store.ts';
import { batchOf, internSeries, openScratch, startMs, type Sample } from '../../storage/scratch.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const settings: WriteCostSettings = { policy: 'balanced', writesPerCell: 300 };

class Run {
  nowMs = 6_000_000;
  writtenBytes: number | undefined = 0;
  sequence = 0;
  readonly service: DatabaseService;
  readonly cost: WriteCost;
  readonly store;

  constructor(service: DatabaseService, own: WriteCostSettings = settings) {
    this.service = service;
    const store = {
      call: (name: never, ...parameters: never) => Promise.resolve(callStore(service, name, parameters)),
    } as ConstructorParameters<typeof WriteCost>[0]['store'] & Parameters<WriteCost['counting']>[0];
    const medium: StorageMedium = {
      writtenBytes: () => this.writtenBytes,
      capacityBytes: () => 32e9,
    };
    const clock = { wall: () => 0 as never, monotonic: () => this.nowMs as never };
    this.cost = new WriteCost({ clock, store, medium }, own);
    this.store = this.cost.counting(store);
  }

  /** Goes on for so long: a commit of ten readings each 10 s, of so many bytes. */
  async goOn(spanMs: number, commitBytes: number): Promise<void> {
    const [task] = this.cost.tasks();
    const endMs = this.nowMs + spanMs;
    for (; this.nowMs < endMs; this.nowMs += 10_000) {
      if (this.nowMs % (5 * minuteMs) === 0) await task?.run({} as TaskContext);
      this.sequence += 1;
      await this.store.call('appendReadings', { bootId: 'boot', sequence: this.sequence }, this.#batch());
      this.writtenBytes = this.writtenBytes === undefined ? undefined : this.writtenBytes + commitBytes;
    }
    await task?.run({} as TaskContext);
  }

  #batch(): ReadingBatch {
    const atMs = startMs + this.nowMs;
    return batchOf(Array.from({ length: 10 }, (_, index): Sample => [1, atMs + index * 1_000, index]));
  }
}

function scratch(t: Test): DatabaseService {
  const service = openScratch(t.testdir());
  internSeries(service, 1);
  t.teardown(() => service.close());
  return service;
}

t.test('nothing is made up: before it was measured there are no figures', async (t) => {
  const run = new Run(scratch(t));
  const unknown = (): void => {
    const { written, card, policies } = run.cost.facts();
    t.same(written, []);
    t.equal(card.lifeYears, null);
    t.same(
      policies.map(({ policy, losesAtMostMs, perDayBytes, cardLifeYears }) => [
        policy,
        losesAtMostMs,
        perDayBytes,
        cardLifeYears,
      ]),
      [
        ['durable', 1_000, null, null],
        ['balanced', 10_000, null, null],
        ['sdcard', 60_000, null, null],
      ],
    );
  };
  unknown();
  await run.goOn(10 * minuteMs, 20_000);
  unknown();
  run.writtenBytes = undefined;
  await run.goOn(20 * minuteMs, 20_000);
  unknown();
});

t.test('what is measured gives bytes a day, each policy its own, and the life of the card', async (t) => {
  const run = new Run(scratch(t));
  await run.goOn(hourMs, 20_000);
  const { written, card, policies } = run.cost.facts();
  const perDayBytes = 8_640 * 20_000;
  t.match(written, [
    { over: 'hour', measuredMs: hourMs, perDayBytes, perReadingBytes: 2_000 },
    { over: 'day', measuredMs: hourMs, perDayBytes },
    { over: 'ever', measuredMs: hourMs, perDayBytes },
  ]);
  // 32 GB written 300 times, four bytes for each byte given.
  t.same(card, { sizeBytes: 32e9, writesPerCell: 300, writeAmplification: 4, lifeYears: 38 });
  const [durable, balanced, sdcard] = policies;
  t.match(balanced, { active: true, perDayBytes, cardLifeYears: 38 });
  t.match(durable, { active: false, perDayBytes: 8_640 * (20_000 + 9 * 8_192) });
  t.match(sdcard, { active: false, perDayBytes: 8_640 * 20_000 - 7_200 * 8_192 });
  t.ok((durable?.cardLifeYears ?? 0) < 38 && (sdcard?.cardLifeYears ?? 0) > 38);
});

t.test('the size of the card may be said, and so may how often it can be written', async (t) => {
  const run = new Run(scratch(t), { policy: 'sdcard', writesPerCell: 3_000, sizeGb: 64 });
  await run.goOn(hourMs, 20_000);
  t.match(run.cost.facts().card, { sizeBytes: 64e9, writesPerCell: 3_000, lifeYears: 760 });
  t.same(
    run.cost
      .facts()
      .policies.filter(({ active }) => active)
      .map(({ policy }) => policy),
    ['sdcard'],
  );
});

t.test('the sum survives a restart, and is kept rarely', async (t) => {
  const service = scratch(t);
  const first = new Run(service);
  await first.goOn(5 * hourMs, 20_000);
  t.equal(service.getSetting('storage.written'), undefined, 'not in the first hours');
  await first.goOn(2 * hourMs, 20_000);
  t.match(service.getSetting('storage.written'), /"spanMs":21600000,/);
  await first.cost.save();
  const second = new Run(service);
  second.sequence = first.sequence;
  await second.goOn(hourMs, 20_000);
  t.match(second.cost.facts().written.at(-1), { over: 'ever', measuredMs: 8 * hourMs });
  t.match(second.cost.facts().written[0], { over: 'hour', measuredMs: hourMs });
  service.putSetting('storage.written', '{"spanMs":-1');
  const third = new Run(service);
  third.sequence = second.sequence;
  await third.goOn(hourMs, 20_000);
  t.match(
    third.cost.facts().written.at(-1),
    { over: 'ever', measuredMs: hourMs },
    'nonsense counts as nothing',
  );
});

t.test('a commit that fails is not counted', async (t) => {
  const run = new Run(scratch(t));
  const bad = batchOf([[9, startMs, 1]]);
  await t.rejects(run.store.call('appendReadings', { bootId: 'boot', sequence: 1 }, bad));
  await run.goOn(hourMs, 20_000);
  t.equal(run.cost.facts().written[0]?.perReadingBytes, 2_000);
});
