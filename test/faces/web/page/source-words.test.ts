import t from 'tap';
import type { SourceDetail } from '../../../../gateway/faces/web/page/api-types.ts';
import { sourceFacts, sourceState, sourceTimes } from '../../../../gateway/faces/web/page/source-words.ts';
import { nowMs, source } from './known-home.ts';

const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');
const here = { nowMs, zone: 'Europe/Paris' };

t.test('the state is words with how long, where that is known', (t) => {
  t.equal(plain(sourceState(source('a'), nowMs)), 'up for 1 h 00 min');
  t.equal(sourceState(source('a', { state: 'skipped', sinceMs: null }), nowMs), 'not read');
  t.equal(plain(sourceState(source('a', { state: 'down' }), nowMs)), 'down: nothing comes for 1 h 00 min');
  t.end();
});

t.test('when it was read and will be, by the newest that is known of it', (t) => {
  t.equal(plain(sourceTimes(source('a'), undefined, nowMs)), '12 s ago, next in 8 s');
  t.equal(plain(sourceTimes(source('a'), nowMs - 2_000, nowMs)), '2 s ago, next in 8 s');
  t.equal(plain(sourceTimes(source('a', { nextReadMs: nowMs - 1 }), undefined, nowMs)), '12 s ago, next now');
  t.equal(plain(sourceTimes(source('a', { nextReadMs: null }), undefined, nowMs)), '12 s ago, being read');
  const never = { readAtMs: null, nextReadMs: null };
  t.equal(sourceTimes(source('a', { ...never, state: 'disabled' }), undefined, nowMs), '');
  t.end();
});

t.test('its facts tell the budget only where somebody counts the requests', (t) => {
  const counted = source('a', { requestsToday: 12, requestsPerDay: 1_000, readAtMs: nowMs - 86_400_000 });
  const detail: SourceDetail = {
    ...counted,
    title: 'Weather',
    answers: 1_234,
    failures: 2,
    lastError: null,
    hint: null,
  };
  t.same(
    sourceFacts(counted, detail, here).map(([name, text]) => `${name}: ${plain(text)}`),
    [
      'Id: a',
      'Kind: Weather (k)',
      'Read every: 10 s',
      'Last answer: 11 Jan, 18:00',
      'Good answers: 1 234',
      'Failed questions: 2',
      'Requests: 12 of 1 000 in 24 hours',
    ],
  );
  const unread = source('a', { periodMs: null, readAtMs: null });
  t.same(
    sourceFacts(unread, undefined, here).map(([, text]) => text),
    ['a', 'k', '–', '–', '–', '–'],
  );
  t.end();
});
