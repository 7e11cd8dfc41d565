import t from 'tap';
import { flagsOf, type BoilerFlag } from '../../../../gateway/faces/web/page/boiler-flags.ts';
import type { BoilerEvent } from '../../../../gateway/faces/web/page/boiler-types.ts';
import { minuteMs, nowMs, phaseEvent, time } from './known-boiler.ts';

const told = (minutes: number, kind: BoilerEvent['kind'], rule: string): BoilerEvent => ({
  ...phaseEvent(minutes, 'stop'),
  kind,
  rule,
});
/** A pixel a minute. */
const flags = (events: readonly BoilerEvent[]): readonly BoilerFlag[] =>
  flagsOf(events, { xOf: (atMs) => (atMs - nowMs) / minuteMs, left: 0, right: 600, time });

t.test('ignitions, stops, jams and alerts have flags; the rest is seen from the bands', (t) => {
  const found = flags([
    phaseEvent(0, 'hold'),
    phaseEvent(20, 'ignition'),
    phaseEvent(60, 'watch'),
    phaseEvent(90, 'jam'),
    told(120, 'alert', 'boiler-jam'),
    told(150, 'recovered', 'boiler-jam'),
    told(180, 'reminder', 'boiler-new-rule'),
    phaseEvent(190, 'undefined'),
  ]);
  t.same(
    found.map(({ tone, words }) => `${tone}: ${words}`),
    [
      'plain: 12:20 Ignition',
      'watch: 13:00 Combustion to watch',
      'bad: 13:30 Jam or empty silo',
      'alert: 14:00 People were told: jam or empty silo',
      'plain: 14:30 People were told that it is over: jam or empty silo',
      'alert: 15:00 People were reminded: boiler-new-rule',
    ],
  );
  t.end();
});

t.test('flags that would cover each other are one, as loud as the loudest, with a number', (t) => {
  const [first, second, ...others] = flags([
    told(12, 'alert', 'boiler-fire-out'),
    phaseEvent(10, 'stop'),
    ...[14, 15, 16, 17].map((minutes) => phaseEvent(minutes, 'ignition')),
    phaseEvent(26, 'ignition'),
  ]);
  t.match(first, { x: 10, tone: 'alert', count: 6 });
  t.match(first?.words, /^12:10 The fire is out · 12:12 People were told: .* · and 2 more$/);
  t.match(second, { x: 26, count: 1 });
  t.same(others, []);
  t.end();
});

t.test('what happened outside of the picture has no flag', (t) => {
  t.same(flags([phaseEvent(-1, 'stop'), phaseEvent(601, 'stop')]), []);
  t.equal(flags([phaseEvent(0, 'stop'), phaseEvent(600, 'stop')]).length, 2);
  t.end();
});
