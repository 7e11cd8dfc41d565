import t from 'tap';
import { limits } from '../../../gateway/core/limits.ts';
import { createUsedNonces, type UsedNonces } from '../../../gateway/features/access/used-nonces.ts';

const startMs = 1_767_225_600_000;

function fill(nonces: UsedNonces, timeMs: number, count: number): void {
  for (let number = 0; number < count; number += 1) nonces.use('key', `${timeMs} ${number}`, timeMs);
}

t.test('each nonce of a key counts once, and those of another key are others', (t) => {
  const nonces = createUsedNonces(() => startMs);
  t.ok(nonces.use('key', 'a', startMs));
  t.notOk(nonces.use('key', 'a', startMs));
  t.ok(nonces.use('other', 'a', startMs));
  t.end();
});

t.test('what was forgotten cannot come back with a clock that was set back', (t) => {
  let nowMs = startMs;
  const nonces = createUsedNonces(() => nowMs);
  nonces.use('key', 'heard', startMs);
  nowMs += limits.signedTimeOffMsMax + 1;
  fill(nonces, nowMs, limits.noncesPerKeyMax);
  nowMs = startMs;
  t.notOk(nonces.isFresh(startMs), 'it is forgotten');
  t.ok(nonces.isFresh(startMs + 1), 'what is newer is not');
  t.end();
});

t.test('a key that has used too many waits, and forgets none that could be used again', (t) => {
  let nowMs = startMs;
  const nonces = createUsedNonces(() => nowMs);
  fill(nonces, startMs, limits.noncesPerKeyMax);
  nowMs += limits.signedTimeOffMsMax;
  t.throws(() => nonces.use('key', 'one more', nowMs), { code: 'rate_limited' });
  t.notOk(nonces.use('key', `${startMs} 0`, startMs));
  t.ok(nonces.use('other', 'a', nowMs), 'others go on');
  nowMs += 1;
  t.ok(nonces.use('key', 'one more', nowMs));
  t.end();
});
