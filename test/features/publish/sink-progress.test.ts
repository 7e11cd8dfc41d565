import fc from 'fast-check';
import t from 'tap';
import '../../property-seed.ts';
import { newMark, withBacklogTo, withLive } from '../../../gateway/features/publish/sink-progress.ts';
import type { CommittedColumns, SinkMark } from '../../../gateway/storage/store-calls.ts';

const windowMs = 300_000;

function answerOf(parts: Partial<CommittedColumns> = {}): CommittedColumns {
  return {
    series: new Uint32Array(),
    atMs: new Float64Array(),
    value: new Float64Array(),
    quality: new Uint8Array(),
    place: { epoch: 1, commit: 1 },
    remaining: false,
    isBeyondLog: false,
    missed: [],
    ...parts,
  };
}

t.test('the newest time that was sent never goes back', (t) => {
  const first = withLive(newMark, answerOf({ atMs: Float64Array.of(5, 9, 7) }), 100);
  t.match(first, { live: { commit: 1 }, liveToMs: 9, backlog: [] });
  t.equal(withLive(first, answerOf({ atMs: Float64Array.of(3) }), 100).liveToMs, 9);
  t.equal(withLive(newMark, answerOf(), 100).liveToMs, null);
  t.end();
});

t.test('time between what was sent and the first window that is known is looked at as well', (t) => {
  const mark: SinkMark = { ...newMark, live: { epoch: 1, commit: 1 }, liveToMs: windowMs + 1 };
  const missed = [{ startMs: 5 * windowMs, endMs: 6 * windowMs }];
  t.same(withLive(mark, answerOf({ isBeyondLog: true, missed }), 9 * windowMs).backlog, [
    { fromMs: windowMs, toMs: 6 * windowMs, nextMs: windowMs },
  ]);
  t.same(withLive(mark, answerOf({ isBeyondLog: true }), 3 * windowMs).backlog, [
    { fromMs: windowMs, toMs: 3 * windowMs, nextMs: windowMs },
  ]);
  t.end();
});

const places = fc.uniqueArray(fc.nat(200), { minLength: 1, maxLength: 40 });

t.test(
  'whatever is missed when, a backlog is in order, overlaps nowhere, and holds all that was not sent',
  (t) => {
    const everyBacklog = fc.property(places, fc.nat(200), places, (first, sentTo, second) => {
      const missedOf = (windows: readonly number[]) =>
        [...windows]
          .sort((left, right) => left - right)
          .map((window) => ({ startMs: window * windowMs, endMs: (window + 1) * windowMs }));
      let mark = withLive(newMark, answerOf({ isBeyondLog: true, missed: missedOf(first) }), 0);
      while (mark.backlog[0] !== undefined && mark.backlog[0].toMs <= sentTo * windowMs)
        mark = withBacklogTo(mark, undefined);
      const [oldest] = mark.backlog;
      if (oldest !== undefined && oldest.fromMs < sentTo * windowMs)
        mark = withBacklogTo(mark, sentTo * windowMs);
      const { backlog } = withLive(mark, answerOf({ isBeyondLog: true, missed: missedOf(second) }), 0);
      const isOrdered = backlog.every(
        ({ fromMs, toMs, nextMs }, index) =>
          fromMs < toMs && nextMs === fromMs && fromMs > (backlog[index - 1]?.toMs ?? -1),
      );
      const wanted = new Set([...first.filter((window) => window >= sentTo), ...second]);
      const held = Array.from({ length: 201 }, (_, window) => window).filter((window) =>
        backlog.some(({ fromMs, toMs }) => fromMs <= window * windowMs && (window + 1) * windowMs <= toMs),
      );
      return isOrdered && held.length === wanted.size && held.every((window) => wanted.has(window));
    });
    t.doesNotThrow(() => fc.assert(everyBacklog));
    t.end();
  },
);
