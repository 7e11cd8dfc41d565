import { existsSync } from 'node:fs';
import t, { type Test } from 'tap';
import { sinks } from '../../../gateway/io/sinks/index.ts';
import { dayMs, minuteMs, PublishBench } from '../../features/publish/publish-bench.ts';
import { scratchDirectory } from '../../storage/upkeep/history.ts';
import { sinkCases, type SinkCase, type TestReceiver } from './conformance-cases.ts';

interface Bench {
  readonly bench: PublishBench;
  readonly receiver: TestReceiver;
  /** All that was committed and has a value. */
  readonly sent: string[];
  append(count: number, stepMs: number, device?: string): void;
}

async function benchOf(t: Test, { definition, receiver: make }: SinkCase): Promise<Bench> {
  const directory = scratchDirectory(t);
  const receiver = await make(directory);
  const bench = new PublishBench(directory, definition, {
    backlogRowsPerSecond: 100_000,
    options: receiver.options ?? {},
    ports: { dataDirectory: directory, ...receiver.ports },
  });
  t.teardown(async () => {
    await bench.publisher.stop();
    await receiver.close?.();
    bench.service.close();
  });
  const sent: string[] = [];
  const append = (count: number, stepMs: number, device = 'meter'): void => {
    for (let index = 0; index < count; index += 1) {
      const atMs = Math.floor(bench.nowMs / 1_000) * 1_000;
      const values = { grid_power_w: (sent.length % 1_000) / 8 - 40, grid_import_kwh: 5 + sent.length };
      bench.append(device, { ...values, grid_voltage_l1_v: NaN }, atMs);
      for (const [quantity, value] of Object.entries(values))
        sent.push(`${device} ${quantity} ${atMs} ${value}`);
      bench.time.pass(stepMs);
    }
  };
  return { bench, receiver, sent, append };
}

async function failing(t: Test, bench: PublishBench, beats: number): Promise<void> {
  for (let beat = 0; beat < beats; beat += 1) await t.rejects(bench.beat());
}

async function hasAll({ receiver, sent }: Bench): Promise<boolean> {
  const had = await receiver.had();
  return JSON.stringify([...had].sort()) === JSON.stringify([...sent].sort());
}

t.test('every sink has its case here, or tests of its own', (t) => {
  const covered = new Set(sinkCases.map(({ definition }) => definition.id));
  for (const { id } of sinks) {
    const own = new URL(`./${id}.test.ts`, import.meta.url);
    t.ok(covered.has(id) || existsSync(own), id);
  }
  t.end();
});

for (const sinkCase of sinkCases) {
  const { id } = sinkCase.definition;

  t.test(`${id} has all that was committed, once, with the values as they were`, async (t) => {
    const all = await benchOf(t, sinkCase);
    all.append(30, 1_000);
    all.append(3, 1_000, 'p1/gas-47');
    await all.bench.beat();
    all.append(30, 1_000);
    await all.bench.beat();
    t.ok(await hasAll(all));
    t.match(all.bench.publisher.progress(), { failure: undefined, mark: { written: 63 * 3, refused: 0 } });
  });

  t.test(`${id} takes the same again as once`, async (t) => {
    const all = await benchOf(t, sinkCase);
    all.append(20, 1_000);
    await all.bench.beat();
    for (const how of ['crash', 'stop', 'crash'] as const) {
      await all.bench.restart(how);
      all.append(2, 1_000);
      await all.bench.beat();
    }
    t.ok(await hasAll(all));
  });

  t.test(`${id}, out for days, loses nothing and doubles nothing; new readings come first`, async (t) => {
    const all = await benchOf(t, sinkCase);
    const { bench, receiver, append, sent } = all;
    append(10, minuteMs);
    await bench.beat();
    receiver.break();
    append(1, minuteMs);
    await failing(t, bench, 3);
    append(7 * 24, 60 * minuteMs);
    bench.pack();
    await failing(t, bench, 1);
    receiver.mend();
    append(1, 1_000);
    await bench.beat();
    t.ok((await receiver.had()).includes(sent.at(-1) ?? ''), 'the newest is there at once');
    await bench.beats(60);
    t.ok(await hasAll(all));
    t.match(bench.publisher.progress(), { failure: undefined, mark: { backlog: [], lost: 0 } });
    t.ok(bench.nowMs > 7 * dayMs);
  });

  t.test(`${id} is as it was when a write failed in the middle of it`, async (t) => {
    const all = await benchOf(t, sinkCase);
    for (let round = 0; round < 5; round += 1) {
      all.append(15, 1_000);
      if (round % 2 === 1) {
        all.receiver.break();
        await failing(t, all.bench, 2);
        all.receiver.mend();
      }
      await all.bench.beat();
    }
    t.ok(await hasAll(all));
  });

  t.test(`${id} heeds a signal that has fired, or is done`, async (t) => {
    const all = await benchOf(t, sinkCase);
    all.append(2, 1_000);
    const gone = new AbortController();
    gone.abort(new Error('time is up'));
    await t.rejects(all.bench.beat(gone.signal), /time is up/);
    await all.bench.beat();
    t.ok(await hasAll(all));
  });

  t.test(`${id} that says nothing has failed after its time, and goes on when it speaks`, async (t) => {
    const all = await benchOf(t, sinkCase);
    all.append(2, 1_000);
    if (all.receiver.hang !== undefined) {
      all.receiver.hang();
      const beat = all.bench.beat();
      // The time-out is armed before anything is asked; until then nothing but promises is waited for.
      for (let turns = 0; turns < 100; turns += 1) await new Promise((resolve) => setImmediate(resolve));
      all.bench.time.pass(sinkCase.definition.timeoutMs);
      await t.rejects(beat, { code: 'sink_unavailable' });
      all.receiver.mend();
    }
    await all.bench.beat();
    t.ok(await hasAll(all));
  });

  t.test(`${id} has what it does not refuse`, async (t) => {
    const all = await benchOf(t, sinkCase);
    const { refuse } = all.receiver;
    refuse?.('grid_import_kwh');
    all.append(5, 1_000);
    await all.bench.beat();
    const taken = all.sent.filter((row) => refuse === undefined || !row.includes('grid_import_kwh'));
    t.same([...(await all.receiver.had())].sort(), taken.sort());
    t.match(all.bench.publisher.progress().mark, { refused: refuse === undefined ? 0 : 5 });
  });

  t.test(`${id} takes names that are nobody's friends, or refuses their rows alone`, async (t) => {
    const all = await benchOf(t, sinkCase);
    const { definition } = sinkCase;
    const odd = ['a"b; drop table', "o'c", 'a,b=c d', '..', 'é🔌', 'x\ny', '#', 'n'.repeat(200)];
    for (const name of odd) {
      all.bench.append(`p1/${name}`, { [name]: 1, grid_power_w: 2 });
      all.bench.time.pass(1_000);
    }
    await all.bench.beat();
    all.append(1, 1_000);
    await all.bench.beat();
    const rows: readonly string[] = await all.receiver.had();
    t.ok(rows.includes(all.sent[0] ?? ''), definition.id);
    t.ok(rows.length >= 2 + odd.length, `${rows.length} of ${2 + 2 * odd.length}`);
  });
}

t.test('every sink says how much it takes at a time, and within how long', (t) => {
  for (const { id, rowsMax, timeoutMs, title, source } of sinks) {
    t.ok(rowsMax >= 1 && rowsMax <= 1_000, id);
    t.ok(timeoutMs >= 1_000 && timeoutMs <= 60_000, id);
    t.ok(title !== '' && source !== '', id);
  }
  t.end();
});
