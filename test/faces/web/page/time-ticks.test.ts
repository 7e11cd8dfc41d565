import t from 'tap';
import { timeTicks } from '../../../../gateway/faces/web/page/time-ticks.ts';

const textsOf = (from: string, to: string, zone: string, ticksMax: number): string =>
  timeTicks({ fromMs: Date.parse(from), toMs: Date.parse(to) }, zone, ticksMax)
    .map(({ text }) => text)
    .join(' ');

t.test(
  'ticks stand at full hours of the site, as many as there is room for, and midnight names its day',
  (t) => {
    const [from, to] = ['2026-11-21T20:15:00Z', '2026-11-22T20:15:00Z'];
    t.equal(
      textsOf(from, to, 'Europe/Paris', 12),
      '22:00 Sun 22 02:00 04:00 06:00 08:00 10:00 12:00 14:00 16:00 18:00 20:00',
    );
    t.equal(textsOf(from, to, 'Europe/Paris', 4), 'Sun 22 06:00 12:00 18:00');
    t.equal(textsOf(from, to, 'Asia/Kolkata', 4), '06:00 12:00 18:00 Mon 23');
    t.equal(textsOf(from, to, 'Europe/Paris', 1), 'Sun 22');
    t.end();
  },
);

t.test('on days of 23 and 25 hours the hours stay those of the clock', (t) => {
  t.equal(
    textsOf('2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z', 'Europe/Paris', 8),
    'Sun 29 03:00 06:00 09:00 12:00 15:00 18:00 21:00',
  );
  t.equal(
    textsOf('2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z', 'Europe/Paris', 9),
    'Sun 25 03:00 06:00 09:00 12:00 15:00 18:00 21:00',
  );
  const fall = timeTicks(
    { fromMs: Date.parse('2026-10-24T22:00:00Z'), toMs: Date.parse('2026-10-25T03:00:00Z') },
    'Europe/Paris',
    12,
  );
  t.same(
    fall.map(({ text }) => text),
    ['Sun 25', '01:00', '02:00', '02:00', '03:00'],
    'an hour that comes twice has two ticks',
  );
  t.end();
});
