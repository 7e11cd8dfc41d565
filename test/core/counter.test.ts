import fc from 'fast-check';
import t from 'tap';
import { CounterTrack, type CounterRules, type CounterStep } from '../../gateway/core/counter.ts';

const rules: CounterRules = { modulus: 6_553.6, resolution: 0.1, perHourMax: 100 };
const minuteMs = 60_000;

/** Readings a minute apart. */
function steps(values: readonly number[], track = new CounterTrack(rules)): CounterStep[] {
  return values.map((value, minute) => track.take({ value, atMs: minute * minuteMs }));
}

function kinds(values: readonly number[]): string[] {
  return steps(values).map(({ kind }) => kind);
}

function counted(found: readonly CounterStep[]): number {
  return found.reduce((sum, step) => sum + ('by' in step ? step.by : 0), 0);
}

t.test('a counter that grows is counted', async (t) => {
  t.same(kinds([10, 10, 10.5]), ['first', 'counted', 'counted']);
  t.equal(counted(steps([10, 10, 10.5])), 0.5);
});

t.test('a small step back is noise, and what follows is counted from the highest', async (t) => {
  const found = steps([10, 9.9, 9.8, 10, 10.2]);
  t.same(
    found.map(({ kind }) => kind),
    ['first', 'noise', 'noise', 'counted', 'counted'],
  );
  t.ok(Math.abs(counted(found) - 0.2) < 1e-9);
});

t.test('a counter that rolls over goes on', async (t) => {
  const found = steps([6_553, 6_553.5, 0.2]);
  t.same(
    found.map(({ kind }) => kind),
    ['first', 'counted', 'counted'],
  );
  t.ok(Math.abs(counted(found) - 0.8) < 1e-6);
});

t.test('without a modulus a drop to zero is never a roll-over', async (t) => {
  const track = new CounterTrack({ resolution: 0.1, perHourMax: 100 });
  t.equal(steps([6_553.5, 0.2], track).at(-1)?.kind, 'doubted');
});

t.test('a drop that lasts is a restart: nothing of it is counted but its own growth', async (t) => {
  const found = steps([1_000, 0.3, 0.4, 0.6, 0.7]);
  t.same(
    found.map(({ kind }) => kind),
    ['first', 'doubted', 'doubted', 'restarted', 'counted'],
  );
  t.match(found[3], { from: 1_000, to: 0.3 });
  t.ok(Math.abs(counted(found) - 0.4) < 1e-9);
});

t.test('a glitch up or down is not counted, and leaves no trace', async (t) => {
  for (const glitch of [0, 0.1, 900, 5_000, 6_553.5]) {
    const found = steps([1_000, glitch, 1_000.1, 1_000.2]);
    t.same(
      found.map(({ kind }) => kind),
      ['first', 'doubted', 'counted', 'counted'],
      `glitch to ${glitch}`,
    );
    t.ok(Math.abs(counted(found) - 0.2) < 1e-9);
  }
});

t.test('readings that were not believed when they came convince nobody by themselves', async (t) => {
  const track = new CounterTrack(rules, { value: 1_000, atMs: 0 });
  for (let minute = 1; minute < 9; minute += 1) track.takeDoubted({ value: 3, atMs: minute * minuteMs });
  t.match(track.state, { last: { value: 1_000 }, rival: { first: { atMs: minuteMs }, count: 2 } });
  t.match(track.take({ value: 3.2, atMs: 9 * minuteMs }), { kind: 'restarted', from: 1_000, to: 3 });
});

t.test('readings that were not believed, but could have been, change nothing', async (t) => {
  const track = new CounterTrack(rules);
  track.takeDoubted({ value: 5, atMs: 0 });
  t.same(track.state, {}, 'nor are they a beginning');
  track.take({ value: 1_000, atMs: 0 });
  track.takeDoubted({ value: 1_000.5, atMs: minuteMs });
  t.same(track.state, { last: { value: 1_000, atMs: 0 } });
  track.takeDoubted({ value: 4_000, atMs: 2 * minuteMs });
  track.takeDoubted({ value: 999.9, atMs: 3 * minuteMs });
  t.same(track.state, { last: { value: 1_000, atMs: 0 } }, 'noise ends a doubt');
});

t.test('a track goes on from its state as if it had not ended', async (t) => {
  const values = [1_000, 0.3, 0.4, 0.6, 0.7, 0.6, 5_000, 0.8];
  let track = new CounterTrack(rules);
  const found = values.map((value, minute) => {
    const { last, rival } = JSON.parse(JSON.stringify(track.state)) as CounterTrack['state'];
    track = new CounterTrack(rules, last, rival);
    return track.take({ value, atMs: minute * minuteMs });
  });
  t.same(found, steps(values));
});

t.test('a new segment that rolls over at once has grown all the same', async (t) => {
  const found = steps([1_000, 6_553.4, 6_553.5, 0.1]);
  t.ok(Math.abs(counted(found) - 0.3) < 1e-6);
});

t.test('glitches that do not agree with each other never convince', async (t) => {
  t.same(kinds([1_000, 5, 4_000, 700, 90, 2_000, 1_000.2]).slice(1), [
    ...Array.from({ length: 5 }, () => 'doubted'),
    'counted',
  ]);
});

t.test('after hours without a reading it may have grown by hours', async (t) => {
  const track = new CounterTrack(rules, { value: 100, atMs: 0 });
  t.same(track.take({ value: 340, atMs: 3 * 3_600_000 }), { kind: 'counted', by: 240 });
  t.equal(track.take({ value: 999, atMs: 3 * 3_600_000 + 10_000 }).kind, 'doubted');
});

t.test('a small step back is no roll-over, however long nothing was read before it', async (t) => {
  const track = new CounterTrack(rules, { value: 100, atMs: 0 });
  t.same(track.take({ value: 99.9, atMs: 70 * 3_600_000 }), { kind: 'noise' });
});

t.test('a device that says zero before it sleeps has not counted its whole life when it wakes', async (t) => {
  const asleep = [1_000, 1_000.1, 0, 0, 0, 0];
  for (const doubts of [false, true]) {
    const track = new CounterTrack(rules);
    const found = steps(asleep, track);
    const morning = [1_012, 1_012.1, 1_012.3, 1_012.4].map((value, index) => {
      const reading = { value, atMs: (900 + index) * minuteMs };
      if (!doubts || index > 1) return track.take(reading);
      track.takeDoubted(reading);
      return { kind: 'doubted' } as const;
    });
    t.same(
      morning.map(({ kind }) => kind),
      ['doubted', 'doubted', 'restarted', 'counted'],
    );
    t.match(morning[2], { from: 0, to: 1_000.1 });
    t.ok(Math.abs(counted([...found, ...morning]) - 12.4) < 1e-9);
  }
});

t.test('nor has a new meter that was read once before an outage', async (t) => {
  const track = new CounterTrack(rules, { value: 1_000, atMs: 0 });
  const said = [1_800, 1_800.5, 1_800.6, 1_800.7];
  const found = said.map((value, index) =>
    track.take({ value, atMs: (index === 0 ? 1 : 600 + index) * minuteMs }),
  );
  t.same(
    found.map(({ kind }) => kind),
    ['doubted', 'doubted', 'restarted', 'counted'],
  );
  t.ok(Math.abs(counted(found) - 0.7) < 1e-9);
});

t.test('a new meter that grows is not taken for the old one when it comes as far', async (t) => {
  const track = new CounterTrack(rules);
  steps([10, 0, 0, 0, 0.1], track);
  t.match(track.take({ value: 12, atMs: 600 * minuteMs }), { kind: 'counted', by: 11.9 });
});

t.test('nor is one that stood still at first, when it comes back with much more', async (t) => {
  const track = new CounterTrack(rules);
  steps([100, 0, 0, 0, 0], track);
  t.match(track.take({ value: 150, atMs: 600 * minuteMs }), { kind: 'counted', by: 150 });
});

t.test('a clock that was set back does not stop it', async (t) => {
  const track = new CounterTrack(rules, { value: 100, atMs: 10 * 3_600_000 });
  t.same(track.take({ value: 100.1, atMs: 0 }).kind, 'counted');
});

t.test('whatever glitches, resets and roll-overs come, what is counted is what was measured', async () => {
  const event = fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({ kind: fc.constant('grow'), counts: fc.integer({ min: 0, max: 9 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('glitch'), counts: fc.integer({ min: 0, max: 65_535 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('reset'), counts: fc.constant(0) }) },
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 65_535 }), fc.array(event, { maxLength: 200 }), (start, events) => {
      const track = new CounterTrack(rules);
      const read = (counts: number, minute: number): CounterStep =>
        track.take({ value: counts / 10, atMs: minute * minuteMs });
      let counts = start;
      let minute = 0;
      let truth = 0;
      let found = 0;
      const note = (step: CounterStep): void => {
        found += 'by' in step ? step.by : 0;
      };
      note(read(counts, minute));
      for (const { kind, counts: amount } of events) {
        minute += 1;
        if (kind === 'glitch') {
          const isFar = Math.abs(amount - counts) > 100 && 65_536 - Math.abs(amount - counts) > 100;
          if (isFar) note(read(amount, minute));
        } else if (kind === 'reset') {
          // Too near to zero or to its end, no one could tell it from noise or a roll-over.
          if (counts < 100 || counts > 65_436) continue;
          // A glitch just before it could be the first reading of what then begins.
          note(read(counts, (minute += 1)));
          counts = 0;
          for (let step = 0; step < 4; step += 1) note(read(counts, (minute += 1)));
        } else {
          counts = (counts + amount) % 65_536;
          truth += amount / 10;
          note(read(counts, minute));
        }
      }
      // A glitch may be the very last reading; one more honest one settles the account.
      note(read(counts, minute + 1));
      return Math.abs(found - truth) < 1e-6;
    }),
    { numRuns: 500 },
  );
});
