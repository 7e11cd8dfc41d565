import fc from 'fast-check';
import t from 'tap';
import {
  notAfter,
  quietState,
  step,
  type AlertSpan,
  type AlertTiming,
  type Told,
} from '../../../gateway/features/alerts/alert-machine.ts';
import type { AlertState, StoredAlertState } from '../../../gateway/storage/alert-calls.ts';
import '../../property-seed.ts';
import { countByHand } from './count-by-hand.ts';
import { inWords, minuteMs, play, spansOf, usualTiming } from './alert-minutes.ts';

const at = 100 * minuteMs;
const jam: AlertTiming = { ...usualTiming, forMs: 5 * minuteMs };
const often: AlertTiming = { ...usualTiming, repeatMs: 3 * minuteMs };

const cases: readonly (readonly [why: string, timing: AlertTiming, minutes: string, told: string])[] = [
  ['nothing holds', usualTiming, 'FFFF', ''],
  ['it holds in the first minute ever', usualTiming, 'T', 'alert 0@0'],
  ['it holds, and is over', usualTiming, 'FTTF', 'alert 1@1, recovered 1@3'],
  ['its end is not to be told', { ...usualTiming, tellsRecovery: false }, 'FTTF', 'alert 1@1'],
  ['it does not hold long enough', jam, 'TTTTF', ''],
  ['it holds exactly long enough', jam, 'TTTTTF', 'alert 0@5, recovered 0@5'],
  ['it holds for longer', jam, 'FTTTTTTT', 'alert 1@6'],
  ['it begins anew each time', jam, 'TTTTFTTTTFTTTTT', 'alert 10@15'],
  [
    'again within the cooldown: held, and over before its end',
    usualTiming,
    'TFFFTTF',
    'alert 0@0, recovered 0@1',
  ],
  [
    'again within the cooldown: told at its end',
    usualTiming,
    'TFFFTTTTTTTT',
    'alert 0@0, recovered 0@1, alert 4@10',
  ],
  ['over at the very end of the cooldown', usualTiming, 'TFFFTTTTTTF', 'alert 0@0, recovered 0@1'],
  ['exactly after the cooldown', usualTiming, 'TFFFFFFFFFT', 'alert 0@0, recovered 0@1, alert 10@10'],
  [
    'flapping neither floods nor mutes for ever',
    usualTiming,
    'TFTFTFTFTFTFTFTFTFTFTF',
    'alert 0@0, recovered 0@1, alert 10@10, recovered 10@11, alert 20@20, recovered 20@21',
  ],
  [
    'the cooldown is over before it has held long enough',
    jam,
    `TTTTT${'F'.repeat(7)}TTTTT`,
    'alert 0@5, recovered 0@5, alert 12@17',
  ],
  ['what is not known begins nothing', usualTiming, '????', ''],
  ['what is not known ends nothing', usualTiming, 'TT????TT', 'alert 0@0'],
  ['it is over when that is known', usualTiming, 'TT????F', 'alert 0@0, recovered 0@6'],
  ['nothing is told of what is not known', jam, 'TTT???', ''],
  ['a pause is told of when it is known again', jam, 'TTT????T', 'alert 0@7'],
  ['a pause counts', jam, 'TTT?TT', 'alert 0@5'],
  ['ten minutes not known are a pause', jam, `TTT${'?'.repeat(10)}T`, 'alert 0@13'],
  ['eleven are the end of it', jam, `TTT${'?'.repeat(11)}TTTTT`, 'alert 14@19'],
  ['where nobody looked nothing is known', jam, 'TTT..........T', 'alert 0@13'],
  ['nobody looked for too long', jam, 'TTT...........TTTTT', 'alert 14@19'],
  [
    'a long rule is as patient as it is long',
    { ...jam, forMs: 15 * minuteMs },
    `TTT${'?'.repeat(15)}T`,
    'alert 0@18',
  ],
  ['a reminder each repeat, and not with the end', often, 'TTTTTTF', 'alert 0@0, recovered 0@6'],
  ['in one piece the alert alone is told', often, 'TTTTTTTTTTTF', 'alert 0@0, recovered 0@11'],
];

for (const [why, timing, minutes, told] of cases) {
  t.test(`${why}: ${minutes}`, (t) => {
    t.equal(inWords(play(spansOf(minutes), timing).told), told);
    t.end();
  });
}

t.test('minute by minute a reminder goes out each repeat while it holds', (t) => {
  const minutes = spansOf('TTTTTTTTTF').flatMap(inMinutes);
  t.equal(inWords(play(minutes, often).told), 'alert 0@0, reminder-1 0@3, reminder-2 0@6, recovered 0@9');
  t.end();
});

t.test('of the reminders that nobody looked for only the newest is told', (t) => {
  const { state } = play(spansOf('T'), often);
  const late = step(state, { fromMs: minuteMs, toMs: 20 * minuteMs, holds: true }, often);
  t.equal(inWords([late.told].filter(isThere)), 'reminder-6 0@18');
  const next = step(late.state, { fromMs: 20 * minuteMs, toMs: 21 * minuteMs, holds: true }, often);
  t.equal(next.told, undefined);
  t.end();
});

t.test('a reminder that became due while nothing was known is told when it holds again', (t) => {
  const { state } = play(spansOf('T???????'), often);
  const { told } = step(state, { fromMs: 8 * minuteMs, toMs: 9 * minuteMs, holds: true }, often);
  t.equal(inWords([told].filter(isThere)), 'reminder-2 0@8');
  t.end();
});

t.test('whoever has acknowledged is not reminded, and is told of the end', (t) => {
  const { state } = play(spansOf('T'), often);
  const seen: StoredAlertState = { ...state, state: 'acknowledged' };
  t.equal(inWords(play(spansOf('.TTTTTTTTF').flatMap(inMinutes), often, seen).told), 'recovered 0@9');
  t.end();
});

t.test('since when nothing is known is said in every state, until it is known again', (t) => {
  for (const state of ['quiet', 'pending', 'firing', 'recovered'] as const) {
    const unknown = step(stateOf(state), { fromMs: at, toMs: at + minuteMs, holds: undefined }, jam).state;
    t.equal(unknown.unknownSinceMs, at, state);
    const span = { fromMs: at + 3 * minuteMs, toMs: at + 4 * minuteMs };
    t.equal(step(unknown, { ...span, holds: undefined }, jam).state.unknownSinceMs, at);
    for (const holds of [true, false])
      t.equal(step(unknown, { ...span, holds }, jam).state.unknownSinceMs, null);
  }
  t.end();
});

t.test('what was seen before changes nothing', (t) => {
  const { state } = play(spansOf('FFFF'), usualTiming);
  t.same(step(state, { fromMs: 0, toMs: 4 * minuteMs, holds: true }, usualTiming), {
    state,
    told: undefined,
  });
  t.same(step(state, { fromMs: 9e6, toMs: 9e6, holds: true }, usualTiming), { state, told: undefined });
  t.same(step(state, { fromMs: 9e6, toMs: 8e6, holds: true }, usualTiming), { state, told: undefined });
  const part = step(state, { fromMs: 0, toMs: 5 * minuteMs, holds: true }, usualTiming);
  t.equal(inWords([part.told].filter(isThere)), 'alert 4@4', 'only what is new counts');
  t.end();
});

function stateOf(state: AlertState): StoredAlertState {
  const holds = state !== 'quiet' && state !== 'recovered';
  return {
    ...quietState('r', 's', at),
    state,
    sinceMs: state === 'quiet' ? null : holds ? at - 4 * minuteMs : at - 2 * minuteMs,
    alertedMs: state === 'quiet' || state === 'pending' ? null : at - 5 * minuteMs,
  };
}

/** Of one minute, with a rule that holds at once where it is held, and else for five minutes. */
const cells: Readonly<Record<AlertState, readonly [holds: string, ends: string, unknown: string]>> = {
  quiet: ['pending', 'quiet', 'quiet'],
  pending: ['firing alert', 'quiet', 'pending'],
  held: ['held', 'quiet', 'held'],
  firing: ['firing', 'recovered recovered', 'firing'],
  acknowledged: ['acknowledged', 'recovered recovered', 'acknowledged'],
  recovered: ['pending', 'recovered', 'recovered'],
};

for (const [state, row] of Object.entries(cells) as [AlertState, (typeof cells)[AlertState]][]) {
  t.test(`from ${state}: holds, does not, is not known`, (t) => {
    const led = [true, false, undefined].map((holds) => {
      const { state: next, told } = step(stateOf(state), { fromMs: at, toMs: at + minuteMs, holds }, jam);
      t.equal(next.observedToMs, at + minuteMs);
      return [next.state, told?.kind].filter(isThere).join(' ');
    });
    t.same(led, row);
    t.end();
  });
}

const minutesText = fc
  .array(fc.tuple(fc.constantFrom('T', 'F', '?', '.'), fc.integer({ min: 1, max: 25 })), { maxLength: 12 })
  .map((runs) => runs.map(([letter, count]) => letter.repeat(count)).join(''));
const anyTiming: fc.Arbitrary<AlertTiming> = fc.record({
  forMs: fc.constantFrom(0, 1, 5, 12).map((minutes) => minutes * minuteMs),
  cooldownMs: fc.constantFrom(0, 4, 10).map((minutes) => minutes * minuteMs),
  repeatMs: fc.constantFrom(undefined, 3 * minuteMs, 7 * minuteMs),
  tellsRecovery: fc.boolean(),
});

t.test('in pieces or in one, once or again after a restart: the same is told', (t) => {
  fc.assert(
    fc.property(
      minutesText,
      anyTiming,
      fc.array(fc.tuple(fc.nat(300), fc.nat(60), fc.boolean()), { maxLength: 12 }),
      (minutes, timing, cuts) => {
        const whole = play(spansOf(minutes), timing);
        const pieces = cuts.reduce(cutAt, spansOf(minutes));
        const inPieces = play(pieces, timing);
        t.same(withoutReminders(inPieces.told), withoutReminders(whole.told));
        t.same(inPieces.state, whole.state);
        const reminded = new Set(inPieces.told.map((told) => inWords([told])));
        for (const told of whole.told)
          t.ok(reminded.has(inWords([told])), `${inWords([told])} is told either way`);
        // Each piece twice, and what went before it as well.
        const again = pieces.flatMap((span, index) => [
          ...pieces.slice(Math.max(0, index - 2), index),
          span,
          span,
        ]);
        t.same(play(again, timing), inPieces);
      },
    ),
    { numRuns: 300 },
  );
  t.end();
});

t.test('minute by minute it is as a simple count of minutes says', (t) => {
  fc.assert(
    fc.property(minutesText, anyTiming, (minutes, timing) => {
      const { told } = play(spansOf(minutes).flatMap(inMinutes), timing);
      t.same(inWords(told), inWords(countByHand(minutes, timing)));
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('a clock that was set back mutes nothing for longer than the cooldown or one repeat', (t) => {
  const nowMs = 50 * minuteMs;
  const states: readonly AlertState[] = ['quiet', 'pending', 'held', 'firing', 'acknowledged', 'recovered'];
  for (const state of states) {
    const ahead = { ...stateOf(state), reminders: state === 'firing' ? 2 : 0 };
    const back = notAfter(ahead, nowMs, often);
    t.equal(back.observedToMs, nowMs);
    t.equal(back.state, state);
    const untouched = state === 'firing' || state === 'acknowledged' ? ahead.sinceMs : nowMs;
    t.equal(back.sinceMs, state === 'quiet' ? null : untouched, `${state}: what was told keeps its name`);
    if (ahead.alertedMs !== null) t.equal(back.alertedMs, nowMs - ahead.reminders * 3 * minuteMs);
    const { told } = step(back, { fromMs: nowMs, toMs: nowMs + 11 * minuteMs, holds: true }, often);
    if (state !== 'acknowledged') t.ok(told !== undefined, `${state}: it is told within the cooldown`);
  }
  const past = stateOf('firing');
  t.equal(notAfter(past, at, often), past, 'where nothing is ahead nothing changes');
  t.end();
});

function isThere<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}

function withoutReminders(told: readonly Told[]): readonly Told[] {
  return told.filter(({ kind }) => kind !== 'reminder');
}

function inMinutes(span: AlertSpan): readonly AlertSpan[] {
  const count = (span.toMs - span.fromMs) / minuteMs;
  return Array.from({ length: count }, (_, index) => {
    const fromMs = span.fromMs + index * minuteMs;
    return { ...span, fromMs, toMs: fromMs + minuteMs };
  });
}

function cutAt(
  spans: readonly AlertSpan[],
  [minute, second]: readonly [number, number, boolean],
): readonly AlertSpan[] {
  const cutMs = minute * minuteMs + second * 1_000;
  return spans.flatMap((span) =>
    span.fromMs < cutMs && cutMs < span.toMs
      ? [
          { ...span, toMs: cutMs },
          { ...span, fromMs: cutMs },
        ]
      : [span],
  );
}
