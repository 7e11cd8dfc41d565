import t from 'tap';
import { limits } from '../../../gateway/core/limits.ts';
import { Notifications, type NoticedLine } from '../../../gateway/features/system/notifications.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';

const startMs = Date.UTC(2026, 2, 10);
const line = (subject: string, message = `${subject} is ill`): NoticedLine => ({
  subject,
  status: 'degraded',
  message,
  hint: null,
});

t.test(
  'a message stays when the matter is over, and is told again as the same when it returns',
  async (t) => {
    const clock = new SimulatedClock(startMs);
    const notifications = new Notifications(clock);
    notifications.notice([line('a'), line('b')]);
    await clock.advance(5_000);
    notifications.notice([line('a', 'a for 5 s'), line('b')]);
    t.match(notifications.list(), [
      { id: 1, subject: 'a', message: 'a for 5 s', type: 'warning', atMs: startMs + 5_000, holds: true },
      { id: 2, subject: 'b', holds: true },
    ]);
    await clock.advance(5_000);
    notifications.notice([line('b')]);
    t.match(notifications.list()[0], { id: 1, atMs: startMs + 5_000, holds: false });
    notifications.notice([line('b'), line('a')]);
    t.same(
      notifications.list().map(({ id, holds }) => ({ id, holds })),
      [
        { id: 2, holds: true },
        { id: 1, holds: true },
      ],
      'what came again goes last',
    );
  },
);

t.test('a message that was removed comes again only when the matter was over in between', (t) => {
  const notifications = new Notifications(new SimulatedClock(startMs));
  notifications.notice([line('a')]);
  t.ok(notifications.remove(1));
  t.notOk(notifications.remove(1), 'it is gone');
  notifications.notice([line('a')]);
  t.same(notifications.list(), []);
  notifications.notice([]);
  notifications.notice([line('a')]);
  t.match(notifications.list(), [{ id: 2, subject: 'a' }]);
  t.end();
});

t.test('the oldest gives way, and does not come back by itself', (t) => {
  const notifications = new Notifications(new SimulatedClock(startMs));
  const lines = Array.from({ length: limits.notificationsMax + 2 }, (_, index) => line(`${index}`));
  notifications.notice(lines);
  const kept = notifications.list().map(({ subject }) => subject);
  t.same(
    kept,
    lines.slice(2).map(({ subject }) => subject),
  );
  notifications.notice(lines);
  t.same(
    notifications.list().map(({ subject }) => subject),
    kept,
  );
  t.end();
});

t.test('failing is an error, and a hint at what is well an information', (t) => {
  const notifications = new Notifications(new SimulatedClock(startMs));
  notifications.notice([
    { ...line('x'), status: 'failing' },
    { ...line('y'), status: 'ok' },
  ]);
  t.same(
    notifications.list().map(({ type }) => type),
    ['error', 'info'],
  );
  t.end();
});
