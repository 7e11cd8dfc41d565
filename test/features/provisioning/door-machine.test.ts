import { test } from 'tap';
import { limits } from '../../../gateway/core/limits.ts';
import {
  doorAtStart,
  doorInputs,
  nextDoor,
  positionOf,
  type DoorInput,
  type DoorPosition,
  type DoorState,
} from '../../../gateway/features/provisioning/door-machine.ts';

const nowMs = 10_000_000;
const fresh = doorAtStart({ wrongTries: 0, triesLeft: 5 }, nowMs - 3_600_000);
const touched = nextDoor(fresh, 'touched', nowMs - 30_000);

const states = {
  untouched: fresh,
  touched,
  'touched long ago': nextDoor(fresh, 'touched', nowMs - 301_000),
  'after four wrong codes': { ...touched, wrongTries: 4, triesLeft: 1, waitUntilMs: nowMs + 3_000 },
  barred: { ...touched, wrongTries: 5, triesLeft: 0, waitUntilMs: nowMs + 10_000 },
} as const satisfies Record<string, DoorState>;

type Name = keyof typeof states;
/** Position with an owner, without one, tries that are left, seconds to wait. */
type Row = readonly [owned: DoorPosition, free: DoorPosition, triesLeft: number, waitSeconds: number];

/** For each state: as it is, and after each input. */
const table: Readonly<Record<Name, Readonly<Record<DoorInput | 'nothing', Row>>>> = {
  untouched: {
    nothing: ['closed', 'open', 5, 0],
    touched: ['open', 'open', 5, 0],
    tried: ['closed', 'open', 4, 1],
    proved: ['closed', 'open', 5, 0],
    paired: ['open', 'open', 5, 0],
    'improv-continues': ['closed', 'open', 5, 0],
    closed: ['closed', 'open', 5, 0],
  },
  touched: {
    nothing: ['open', 'open', 5, 0],
    touched: ['open', 'open', 5, 0],
    tried: ['open', 'open', 4, 1],
    proved: ['open', 'open', 5, 0],
    paired: ['open', 'open', 5, 0],
    'improv-continues': ['open', 'open', 5, 0],
    closed: ['closed', 'open', 5, 0],
  },
  'touched long ago': {
    nothing: ['closed', 'open', 5, 0],
    touched: ['open', 'open', 5, 0],
    tried: ['closed', 'open', 4, 1],
    proved: ['closed', 'open', 5, 0],
    paired: ['open', 'open', 5, 0],
    'improv-continues': ['closed', 'open', 5, 0],
    closed: ['closed', 'open', 5, 0],
  },
  'after four wrong codes': {
    nothing: ['open', 'open', 1, 3],
    touched: ['open', 'open', 5, 3],
    tried: ['barred', 'barred', 0, 16],
    proved: ['open', 'open', 5, 0],
    paired: ['open', 'open', 1, 3],
    'improv-continues': ['open', 'open', 1, 3],
    closed: ['closed', 'open', 1, 3],
  },
  barred: {
    nothing: ['barred', 'barred', 0, 10],
    touched: ['open', 'open', 5, 10],
    tried: ['barred', 'barred', 0, 32],
    proved: ['open', 'open', 5, 0],
    paired: ['barred', 'barred', 0, 10],
    'improv-continues': ['barred', 'barred', 0, 10],
    closed: ['closed', 'barred', 0, 10],
  },
};

void test('the door, in every state, after everything that can happen to it', (t) => {
  for (const [name, rows] of Object.entries(table)) {
    t.same(Object.keys(rows), ['nothing', ...doorInputs], `${name}: all inputs`);
    for (const [input, expected] of Object.entries(rows)) {
      const before = states[name as Name];
      const state = input === 'nothing' ? before : nextDoor(before, input as DoorInput, nowMs);
      const waitSeconds = Math.max(0, Math.ceil((state.waitUntilMs - nowMs) / 1_000));
      const found = [
        positionOf(state, nowMs, true),
        positionOf(state, nowMs, false),
        state.triesLeft,
        waitSeconds,
      ];
      t.same(found, expected, `${name}, ${input}`);
    }
  }
  t.end();
});

void test('a wrong code makes the next wait, twice as long each time, five minutes at most', (t) => {
  let state: DoorState = touched;
  const waits: number[] = [];
  for (let tries = 1; tries <= 12; tries += 1) {
    state = nextDoor(nextDoor(state, 'touched', nowMs), 'tried', nowMs);
    waits.push((state.waitUntilMs - nowMs) / 1_000);
  }
  t.same(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  const restarted = doorAtStart(state, nowMs + 50_000);
  t.equal(restarted.waitUntilMs, nowMs + 50_000 + limits.nearbyWaitMsMax, 'a restart begins the wait anew');
  t.equal(positionOf(restarted, nowMs + 50_000, true), 'closed');
  t.end();
});

void test('Improv is let in for a minute, and another after a failure, but not beyond the five', (t) => {
  t.equal(touched.improvUntilMs - nowMs, 30_000);
  t.equal(touched.ancestorUntilMs - nowMs, 150_000);
  t.equal(nextDoor(touched, 'improv-continues', nowMs).improvUntilMs, nowMs + 60_000);
  const late = touched.openUntilMs - 5_000;
  t.equal(nextDoor(touched, 'improv-continues', late).improvUntilMs, touched.openUntilMs);
  t.end();
});
