import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { sourceNotes, type UnreadSource } from '../../../gateway/features/sources/source-health.ts';

const periodMs = 600_000;
const refused = new GatewayError('source_refused', 'api.example answers 401', { hint: 'see apiKey' });
const down = new GatewayError('source_unavailable', 'api.example answers 503');
const usedUp = new GatewayError('rate_limited', 'api has made its 9 requests of 24 hours', {
  facts: { requestsPerDay: 9, retryAfterMs: 1 },
});
const limited = new GatewayError('rate_limited', 'api.example answers 429', { facts: { retryAfterMs: 1 } });

t.test('nothing is told of a source that brings something, or has only just failed', (t) => {
  const cases: readonly (readonly [number, GatewayError | undefined, string | undefined])[] = [
    [0, undefined, undefined],
    [3 * periodMs - 1, undefined, undefined],
    [3 * periodMs, undefined, 'source api: no data for 3 periods of 10m: it answers, with nothing in it'],
    [0, down, undefined],
    [3 * periodMs - 1, down, undefined],
    [3 * periodMs, down, 'source api: no data for 3 periods of 10m: api.example answers 503'],
    [0, refused, 'source api: api.example answers 401'],
    [3 * periodMs, refused, 'source api: no data for 3 periods of 10m: api.example answers 401'],
    [0, limited, undefined],
    [0, usedUp, 'source api: api has made its 9 requests of 24 hours'],
    [
      9 * periodMs,
      usedUp,
      'source api: no data for 3 periods of 10m: api has made its 9 requests of 24 hours',
    ],
  ];
  for (const [silentMs, error, message] of cases) {
    const notes = sourceNotes([{ id: 'api', periodMs, silentMs, error }], []);
    t.same(
      notes.map((note) => note.message),
      message === undefined ? [] : [message],
      `${silentMs} ${error?.code}`,
    );
  }
  t.match(sourceNotes([{ id: 'api', periodMs, silentMs: 0, error: refused }], []), [
    { subject: 'source:api', status: 'degraded', hint: 'see apiKey' },
  ]);
  t.end();
});

t.test('what is not read for a reason that somebody can remove is told', (t) => {
  const unread = (state: UnreadSource['state']): UnreadSource => ({
    id: state,
    kind: 'said',
    state,
    reason: 'it has no apiKey',
    hint: 'give it',
  });
  const notes = sourceNotes([], [unread('disabled'), unread('skipped'), unread('quarantined')]);
  t.match(notes, [
    { subject: 'source:skipped', message: 'source skipped is not read: it has no apiKey', hint: 'give it' },
    { subject: 'source:quarantined' },
  ]);
  t.equal(notes.length, 2);
  t.end();
});
