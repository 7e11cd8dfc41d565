import t from 'tap';
import type { Sink } from '../../../../gateway/faces/web/page/api-types.ts';
import { isRetryable, sinkFacts, sinkTrouble } from '../../../../gateway/faces/web/page/sink-words.ts';

const nowMs = Date.parse('2026-01-12T17:00:00Z');
const sink: Sink = {
  id: 'influx',
  name: 'influx',
  title: 'InfluxDB',
  state: 'up',
  written: 1_234,
  refused: 0,
  lost: 0,
  backlogMs: 0,
  writtenMs: nowMs - 60_000,
  reason: null,
  hint: null,
};
const factsOf = (facts: Partial<Sink>): string[] =>
  sinkFacts({ ...sink, ...facts }, nowMs, 'Europe/Paris').map(([name, text]) =>
    `${name}: ${text}`.replaceAll(/[\u00a0\u202f]/g, ' '),
  );

t.test('what was refused or lost is told only when there is any', (t) => {
  t.same(factsOf({}), [
    'Kind: InfluxDB',
    'Behind: nothing is missing',
    'Sent: 1 234 readings',
    'Last sent: 17:59',
  ]);
  t.match(factsOf({ state: 'down' })[1], 'Behind: what comes now waits');
  t.match(factsOf({ state: 'disabled' })[1], 'Behind: –');
  t.same(factsOf({ backlogMs: 7 * 86_400_000, refused: 7, lost: 2, writtenMs: null }), [
    'Kind: InfluxDB',
    'Behind: 7 d 0 h of readings to send',
    'Sent: 1 234 readings',
    'Last sent: –',
    'Refused: 7 readings: it would not take them',
    'Lost: 2 readings: deleted before they could be sent',
  ]);
  t.end();
});

t.test('the trouble comes with what to do, and only one that is down can be tried again', (t) => {
  t.equal(sinkTrouble(sink), '');
  t.equal(sinkTrouble({ ...sink, reason: 'it is full', hint: 'make room' }), 'it is full – make room');
  t.equal(sinkTrouble({ ...sink, reason: 'it is full' }), 'it is full');
  const states = ['starting', 'up', 'down', 'disabled', 'skipped'] as const;
  t.same(
    states.filter((state) => isRetryable({ ...sink, state })),
    ['down'],
  );
  t.end();
});
