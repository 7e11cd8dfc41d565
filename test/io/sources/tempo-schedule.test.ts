import t from 'tap';
import {
  nextTempoAskMs,
  tempoPublicationMs,
  type TempoAsking,
} from '../../../gateway/io/sources/tempo-schedule.ts';

/** In France in winter. */
function at(time: string): number {
  const [day = '', hour = ''] = time.split(' ');
  return Date.parse(`2026-01-${day}T${hour}:00+01:00`);
}

const known: TempoAsking = { lastAskedMs: undefined, failures: 0, isTodayKnown: true, isTomorrowKnown: true };
const onlyToday: TempoAsking = { ...known, isTomorrowKnown: false };
const nothing: TempoAsking = { ...onlyToday, isTodayKnown: false };

const cases: readonly (readonly [TempoAsking, string | undefined, string, string])[] = [
  [nothing, undefined, '14 03:00', '14 03:00'],
  [nothing, '14 03:00', '14 03:05', '14 03:30'],
  [known, '14 12:00', '14 12:00', '14 20:05'],
  [known, '14 20:05', '14 20:10', '15 06:00'],
  [known, '14 20:05', '15 05:59', '15 06:00'],
  [known, '14 12:00', '15 06:00', '15 06:00'],
  [onlyToday, '14 06:00', '14 06:05', '14 11:05'],
  [known, '14 10:45', '14 10:50', '14 11:05'],
  [known, '14 11:02', '14 11:05', '14 20:05'],
  [onlyToday, '14 11:05', '14 11:10', '14 12:05'],
  [onlyToday, '14 12:05', '14 12:10', '14 12:35'],
  [onlyToday, '14 19:35', '14 19:40', '14 20:05'],
  [onlyToday, '15 02:00', '15 02:10', '15 02:30'],
  [{ ...onlyToday, failures: 1 }, '14 11:05', '14 11:10', '14 11:15'],
  [{ ...onlyToday, failures: 9 }, '14 11:05', '14 11:10', '14 11:35'],
  [known, '14 12:00', '14 11:00', '14 11:00'],
];

for (const [asking, lastAsked, now, next] of cases) {
  const { isTodayKnown, isTomorrowKnown, failures } = asking;
  const what = isTodayKnown ? (isTomorrowKnown ? 'both days' : 'today') : 'nothing';
  t.test(`knowing ${what} at ${now}, asked at ${lastAsked ?? 'no time'}, failed ${failures} times`, (t) => {
    const lastAskedMs = lastAsked === undefined ? undefined : at(lastAsked);
    t.equal(nextTempoAskMs({ ...asking, lastAskedMs }, at(now)), at(next));
    t.end();
  });
}

t.test('the hours are those of France in summer too', (t) => {
  const nowMs = Date.parse('2026-07-14T08:00:00Z');
  const lastAskedMs = Date.parse('2026-07-14T04:00:00Z');
  t.equal(nextTempoAskMs({ ...onlyToday, lastAskedMs }, nowMs), Date.parse('2026-07-14T09:05:00Z'));
  t.equal(tempoPublicationMs(nowMs), Date.parse('2026-07-14T08:40:00Z'));
  t.end();
});

t.test('at 20:05 tomorrow is asked for whenever it was before', (t) => {
  const at = (time: string): number => Date.parse(`2026-01-14T${time}+01:00`);
  const next = (lastAsked: string): number => {
    const lastAskedMs = at(lastAsked);
    const asking = { lastAskedMs, failures: 0, isTodayKnown: true, isTomorrowKnown: false };
    return nextTempoAskMs(asking, lastAskedMs);
  };
  t.equal(next('19:50'), at('20:05'));
  t.equal(next('19:20'), at('19:50'));
  t.equal(next('20:05'), at('20:35'));
  t.end();
});
