import fc from 'fast-check';
import t from 'tap';
import { EpochGrid } from '../../gateway/engine/epoch-grid.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { startWallMs } from './engine-bench.ts';

function gridAt(wallAheadMs: number): { readonly clock: SimulatedClock; readonly grid: EpochGrid } {
  const clock = new SimulatedClock(wallAheadMs);
  return { clock, grid: new EpochGrid(clock) };
}

const rows: [afterMs: number, periodMs: number, offsetMs: number, beatMs: number][] = [
  [0, 1_000, 0, 1_000],
  [999, 1_000, 0, 1_000],
  [1_000, 1_000, 0, 2_000],
  [0, 1_000, 250, 250],
  [250, 1_000, 250, 1_250],
  [0, 10_000, 12_000, 2_000],
  [0, 60_000, -1, 59_999],
  [59_999.5, 60_000, 0, 60_000],
];
for (const [afterMs, periodMs, offsetMs, beatMs] of rows) {
  t.test(`the beat of ${periodMs} ms + ${offsetMs} after ${afterMs} is at ${beatMs}`, async (t) => {
    t.equal(gridAt(startWallMs).grid.beatAfter(afterMs, periodMs, offsetMs), beatMs);
  });
}

t.test('a small difference between the clocks is drift; a large one is a step, told once', async (t) => {
  const { clock, grid } = gridAt(startWallMs);
  clock.stepWall(250);
  t.equal(grid.observe(clock.monotonic()), undefined);
  t.equal(grid.beatAfter(0, 1_000), 1_000, 'drift does not move the grid');
  clock.stepWall(1);
  t.equal(grid.observe(clock.monotonic()), 251);
  t.equal(grid.observe(clock.monotonic()), undefined);
  t.equal(grid.steps, 1);
  t.equal(grid.beatAfter(0, 1_000), 749, 'a step does');
  clock.stepWall(-3_600_000);
  t.equal(grid.observe(clock.monotonic()), -3_600_000);
  t.equal(grid.steps, 2);
});

t.test('the beat after a run is one period after its beat, or less after a run off the grid', async (t) => {
  const { grid } = gridAt(startWallMs);
  t.equal(grid.beatFollowing({ dueMs: 3_000, gridSteps: 0 }, 1_000), 4_000);
  t.equal(grid.beatFollowing({ dueMs: 3_100, gridSteps: 0 }, 1_000), 4_000);
  t.equal(grid.beatFollowing({ dueMs: 3_900, gridSteps: 0 }, 1_000), 4_000);
  t.equal(grid.beatFollowing({ dueMs: 7, gridSteps: 0 }, 1), 8, 'the shortest period has its beats too');
});

t.test('no fraction of a millisecond between the clocks gives a beat twice or loses one', async () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 10_000, noNaN: true }),
      fc.constantFrom(0.5, 1, 7, 59.94, 1_000 / 3, 1_000, 86_400_000),
      fc.double({ min: 0, max: 100_000, noNaN: true }),
      (fraction, periodMs, offsetMs) => {
        const { grid } = gridAt(startWallMs + fraction);
        let dueMs: number = grid.beatAfter(123.456, periodMs, offsetMs);
        for (let beat = 0; beat < 50; beat += 1) {
          const nextMs = grid.beatFollowing({ dueMs, gridSteps: 0 }, periodMs, offsetMs);
          if (Math.abs(nextMs - dueMs - periodMs) > 0.01) return false;
          dueMs = nextMs;
        }
        return true;
      },
    ),
  );
});

t.test('after a step the next beat is half to one and a half periods after the last', async () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.constantFrom(200, 1_000, 10_000, 60_000),
      (stepMs, periodMs) => {
        const { clock, grid } = gridAt(startWallMs);
        const dueMs = grid.beatAfter(0, periodMs);
        clock.stepWall(stepMs);
        const isStep = grid.observe(clock.monotonic()) !== undefined;
        const gapMs = grid.beatFollowing({ dueMs, gridSteps: 0 }, periodMs) - dueMs;
        return isStep ? gapMs >= periodMs / 2 && gapMs <= periodMs * 1.5 : gapMs === periodMs;
      },
    ),
  );
});
