import fc from 'fast-check';
import t from 'tap';
import type { ButtonEdge, PushButton } from '../../../gateway/core/push-button.ts';
import { bounceMs, ButtonGestures } from '../../../gateway/features/provisioning/button-gestures.ts';
import { followButton } from '../../../gateway/features/provisioning/follow-button.ts';
import { ManualTime } from '../../faces/manual-time.ts';
import '../../property-seed.ts';

type Edges = readonly (readonly [ButtonEdge, atMs: number])[];

/** What is told, and when, by somebody who looks exactly when it is due, until all is quiet. */
function toldBy(edges: Edges, untilMs = 200_000): readonly string[] {
  const gestures = new ButtonGestures();
  const told: string[] = [];
  const passUntil = (endMs: number): void => {
    for (let due = gestures.dueMs; due !== undefined && due < endMs; due = gestures.dueMs) {
      const atMs = due;
      told.push(...gestures.pass(atMs).map((gesture) => `${gesture} ${atMs}`));
    }
  };
  for (const [edge, atMs] of edges) {
    passUntil(atMs);
    told.push(...gestures.edge(edge, atMs).map((gesture) => `${gesture} ${atMs}`));
  }
  passUntil(untilMs);
  return told;
}

const held = (atMs: number, forMs: number): Edges => [
  ['press', atMs],
  ['release', atMs + forMs],
];

const cases: readonly { title: string; edges: Edges; told: readonly string[] }[] = [
  { title: 'nothing', edges: [], told: [] },
  { title: 'a short press', edges: held(0, 200), told: [] },
  { title: 'just under 3 s', edges: held(0, 2_999), told: [] },
  { title: '3 s, and let go then', edges: held(0, 3_000), told: ['touch 3000'] },
  { title: 'held on', edges: held(0, 5_000), told: ['touch 3000'] },
  { title: 'just under 10 s', edges: held(0, 9_999), told: ['touch 3000'] },
  { title: 'longer than 10 s', edges: held(0, 10_500), told: ['touch 3000', 'held-for-reset 10000'] },
  { title: 'never let go', edges: [['press', 0]], told: ['touch 3000', 'held-for-reset 10000'] },
  { title: 'two presses', edges: [...held(0, 100), ...held(500, 100)], told: ['touch 530'] },
  { title: 'two presses, 1.5 s apart', edges: [...held(0, 100), ...held(1_500, 100)], told: ['touch 1530'] },
  { title: 'two presses, too far apart', edges: [...held(0, 100), ...held(1_501, 100)], told: [] },
  {
    title: 'three presses are a pair and one',
    edges: [...held(0, 100), ...held(400, 100), ...held(800, 100)],
    told: ['touch 430'],
  },
  {
    title: 'four presses are two pairs',
    edges: [...held(0, 100), ...held(400, 100), ...held(800, 100), ...held(1_200, 100)],
    told: ['touch 430', 'touch 1230'],
  },
  {
    title: 'a pair whose second is held is one touch',
    edges: [...held(0, 100), ...held(400, 4_000)],
    told: ['touch 430'],
  },
  {
    title: 'a pair whose second is held for a reset',
    edges: [...held(0, 100), ...held(400, 11_000)],
    told: ['touch 430', 'held-for-reset 10400'],
  },
  {
    title: 'a hold and a press are no pair',
    edges: [...held(0, 3_100), ...held(3_200, 100)],
    told: ['touch 3000'],
  },
  { title: 'a spark', edges: held(0, bounceMs - 1), told: [] },
  { title: 'two sparks', edges: [...held(0, 5), ...held(200, 5)], told: [] },
  {
    title: 'a press that bounces is one press',
    edges: [...held(0, 4), ...held(8, 3), ...held(15, 300)],
    told: [],
  },
  {
    title: 'a release that bounces is one release',
    edges: [...held(0, 300), ...held(306, 5), ...held(320, 4)],
    told: [],
  },
  {
    title: 'a hold with a spark in it is a hold',
    edges: [...held(0, 1_500), ['press', 1_510], ['release', 10_200]],
    told: ['touch 3000', 'held-for-reset 10000'],
  },
  {
    title: 'the same edge again says nothing',
    edges: [
      ['press', 0],
      ['press', 400],
      ['release', 800],
    ],
    told: [],
  },
  {
    title: 'a release without a press',
    edges: [
      ['release', 0],
      ['release', 5_000],
    ],
    told: [],
  },
];

for (const { title, edges, told } of cases) {
  t.test(`gestures: ${title}`, (t) => {
    t.same(toldBy(edges), told);
    t.end();
  });
}

const handEdges = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 4_000 }), fc.integer({ min: 1, max: 12_000 })), { maxLength: 12 })
  .map((spans) => {
    let atMs = 0;
    return spans.flatMap(([pauseMs, heldMs]) => {
      const edges = held(atMs + pauseMs, heldMs);
      atMs += pauseMs + heldMs;
      return [...edges];
    });
  });

/** Bounces shorter than the limit are put after an edge, which stays where the hand left it. */
const bounced = (edges: Edges, lengths: readonly number[]): Edges =>
  edges.flatMap((edge, index): Edges => {
    const [kind, atMs] = edge;
    const length = lengths[index % lengths.length] ?? 0;
    if (length === 0) return [edge];
    const other = kind === 'press' ? 'release' : 'press';
    return [edge, [other, atMs + length], [kind, atMs + 2 * length]];
  });

t.test(
  'no hand resets without ten seconds, and none touches with one press that is shorter than three',
  (t) => {
    fc.assert(
      fc.property(handEdges, (edges) => {
        const told = toldBy(edges);
        const heldMs = edges.flatMap(([edge, atMs], index) =>
          edge === 'release' ? [atMs - (edges[index - 1]?.[1] ?? atMs)] : [],
        );
        const resets = told.filter((each) => each.startsWith('held-for-reset'));
        // Pauses that are shorter than a bounce join two presses into one.
        const isClean = edges.every(
          ([, atMs], index) => atMs - (edges[index - 1]?.[1] ?? -bounceMs) >= bounceMs,
        );
        if (!isClean) return;
        if (resets.length !== heldMs.filter((ms) => ms >= 10_000).length)
          throw new Error(`resets: ${told.join()}`);
        const longOnes = heldMs.filter((ms) => ms >= 3_000).length;
        if (told.length - resets.length > longOnes + Math.floor(heldMs.length / 2))
          throw new Error(told.join());
      }),
    );
    t.end();
  },
);

t.test('bounces change nothing of what is told', (t) => {
  const apart = handEdges.filter((edges) =>
    edges.every(([, atMs], index) => atMs - (edges[index - 1]?.[1] ?? -100) >= 100),
  );
  fc.assert(
    fc.property(apart, fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1 }), (edges, lengths) => {
      const names = (from: Edges): readonly string[] => toldBy(from).map((each) => each.replace(/ \d+/, ''));
      // A pair, or a hold, that is within some bounces of its limit may fall either way.
      const isClear = edges.every(([, atMs], index) =>
        edges
          .slice(0, index)
          .every(([, otherMs]) =>
            [1_500, 3_000, 10_000].every((limitMs) => Math.abs(atMs - otherMs - limitMs) > 20),
          ),
      );
      if (isClear && names(bounced(edges, lengths)).join() !== names(edges).join())
        throw new Error(`${names(bounced(edges, lengths)).join()} is not ${names(edges).join()}`);
    }),
  );
  t.end();
});

t.test('whoever looks late or often is told the same gestures', (t) => {
  fc.assert(
    fc.property(handEdges, fc.integer({ min: 1, max: 700 }), (edges, everyMs) => {
      const gestures = new ButtonGestures();
      const told: string[] = [];
      let nowMs = 0;
      for (const [edge, atMs] of [...edges, ['release', 300_000] as const]) {
        for (; nowMs < atMs; nowMs += everyMs) told.push(...gestures.pass(nowMs));
        told.push(...gestures.edge(edge, atMs));
      }
      const expected = toldBy(edges).map((each) => each.replace(/ \d+/, ''));
      if (told.join() !== expected.join()) throw new Error(`${told.join()} is not ${expected.join()}`);
    }),
  );
  t.end();
});

t.test('a button that is stuck resets nothing after a minute', (t) => {
  const gestures = new ButtonGestures();
  gestures.edge('press', 0);
  gestures.pass(bounceMs);
  t.equal(gestures.isHeldForReset(9_999), false);
  t.equal(gestures.isHeldForReset(10_000), true);
  t.equal(gestures.isHeldForReset(60_000), true);
  t.equal(gestures.isHeldForReset(60_001), false);
  t.end();
});

/** A button that a test presses. */
function manualButton(): PushButton & { readonly hand: (edge: ButtonEdge, atMs: number) => void } {
  const listeners = new Set<(edge: ButtonEdge, atMs: number) => void>();
  return {
    hand: (edge, atMs) => listeners.forEach((listener) => listener(edge, atMs)),
    onEdge: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    problem: () => undefined,
    close: () => listeners.clear(),
  };
}

t.test('a button that is followed tells while it is held, and leaves no alarm behind', (t) => {
  const time = new ManualTime();
  const button = manualButton();
  const told: string[] = [];
  const followed = followButton(button, { clock: time, alarm: time }, (gesture) => told.push(gesture));
  button.hand('press', time.monotonic());
  time.pass(2_999);
  t.same(told, []);
  time.pass(1);
  t.same(told, ['touch']);
  t.equal(followed.isHeldForReset(), false);
  time.pass(7_000);
  t.same(told, ['touch', 'held-for-reset']);
  t.equal(followed.isHeldForReset(), true);
  button.hand('release', time.monotonic());
  t.equal(followed.isHeldForReset(), false);
  time.pass(100);
  t.equal(time.waiting, 0);
  button.hand('press', time.monotonic());
  followed.close();
  t.equal(time.waiting, 0);
  time.pass(20_000);
  t.same(told, ['touch', 'held-for-reset']);
  t.end();
});

t.test('a release that waits to be read is not overtaken by the time', (t) => {
  const time = new ManualTime();
  const button = manualButton();
  const told: string[] = [];
  const pressedMs = time.monotonic();
  // The process slept while the button was pressed for a second: its alarm rings first, its input comes after.
  const slept: typeof time.nextTurn = (callback) =>
    time.nextTurn(() => {
      button.hand('release', pressedMs + 1_000);
      callback();
    });
  const alarm = { at: time.at.bind(time), nextTurn: slept };
  followButton(button, { clock: time, alarm }, (gesture) => told.push(gesture));
  button.hand('press', pressedMs);
  time.pass(60_000);
  t.same(told, []);
  t.end();
});
