import t from 'tap';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { restoreDatabase } from '../../../gateway/storage/upkeep/restore-database.ts';
import { openScratch, startMs } from '../scratch.ts';
import {
  colourOf,
  intervalOf,
  mark,
  member,
  meter,
  order,
  presence,
  pricesFrom,
  unchanged,
} from '../sharing.ts';
import {
  damageOf,
  dayMs,
  firstDayMs,
  hourMs,
  openHistory,
  rewrite,
  scratchDirectory,
  zone,
} from './history.ts';

const days = 3;
const nowMs = firstDayMs + days * dayMs;
const laterMs = nowMs + hourMs;
const wish = { member: '1', startMs, endMs: startMs + hourMs, createdMs: startMs };
const statement = {
  year: 2025,
  member: '1',
  name: 'one',
  microEuros: 5,
  madeMs: startMs,
  paidDay: '2026-01-09',
};

/** Order 2 is on its way; derogation 1 was taken back. */
function fill(service: DatabaseService): void {
  service.putTempoDays([colourOf('2024-03-01', 'blue'), colourOf('2026-03-02', 'red')]);
  service.putTempoPrices([pricesFrom('2025-02-01')]);
  service.putMetered({ meter, mark, intervals: [intervalOf('2024-03-01', 'peak')] });
  service.addServerOrder(order);
  const id = service.addServerOrder({ ...order, wanted: 'on' });
  service.updateServerOrder({ ...order, wanted: 'on', id, state: 'sending', tries: 1, sentMs: startMs });
  service.putMembers({ ...unchanged, members: [member('1')], presences: [presence('1', '2024-01-01')] });
  const first = service.addDerogation(wish);
  service.removeDerogation({ id: first, atMs: startMs, why: 'no more' });
  service.addDerogation(wish);
  service.putStatements(2025, [statement]);
}

function all(service: DatabaseService): unknown {
  return {
    days: service.listTempoDays({ first: '2000-01-01', last: '2100-01-01' }),
    prices: service.listTempoPrices(),
    mark: service.getMeterMark(meter),
    metered: service.listMetered({ meter, first: '2000-01-01', last: '2100-01-01', daysMax: 99 }),
    orders: service.listServerOrders({ rowsMax: 99 }),
    members: service.listMembers(),
    presences: service.listPresences(),
    derogations: service.listDerogations({ fromMs: 0, toMs: 2 * startMs, withRemoved: true }),
    statements: service.listStatements(),
  };
}

for (const kind of ['vacuum', 'rotate'] as const) {
  t.test(`what is shared, with its ids, is all in the new file of a ${kind}, whatever its day`, (t) => {
    const service = openHistory(scratchDirectory(t), days);
    fill(service);
    const before = all(service);
    rewrite(service, kind, nowMs);
    t.same(all(service), before);
    t.equal(
      service.addDerogation({ ...wish, startMs: startMs + 2 * hourMs, endMs: startMs + 3 * hourMs }),
      3,
    );
    service.close();
    t.end();
  });

  t.test(`what happens to it while a ${kind} copies is in the new file`, (t) => {
    const service = openHistory(scratchDirectory(t), days);
    fill(service);
    const plan = service.beginRewrite(kind, nowMs);
    const copy = service.copyForRewrite(plan);
    service.putTempoDays([colourOf('2026-03-02', 'white')]);
    service.removeTempoPrices('2025-02-01');
    service.putMetered({
      meter,
      mark: { ...mark, totalMwh: 9 },
      intervals: [intervalOf('2026-03-03', 'peak')],
    });
    service.addServerOrder({ ...order, decidedMs: nowMs });
    service.putMembers({ ...unchanged, members: [member('2')], removedPresences: [1] });
    service.removeDerogation({ id: 2, atMs: nowMs, why: 'no more' });
    service.putStatements(2026, [{ ...statement, year: 2026 }]);
    const before = all(service);
    while (service.finishRewrite(plan, copy, nowMs).remaining);
    t.same(all(service), before);
    t.equal(damageOf(service), null);
    service.close();
    t.end();
  });
}

t.test('an order that was open when a backup was made is not sent when it is restored', (t) => {
  const directory = scratchDirectory(t);
  const before = openHistory(directory, 1);
  fill(before);
  const { path: backup } = before.writeBackup({ nowMs, keep: 3 });
  before.updateServerOrder({ ...order, wanted: 'on', id: 2, state: 'done', tries: 1, endedMs: nowMs });
  before.addServerOrder({ ...order, decidedMs: nowMs });
  before.addDerogation({ ...wish, startMs: startMs + 2 * hourMs, endMs: startMs + 3 * hourMs });
  before.close();
  t.equal(restoreDatabase(directory, backup, laterMs).ordersStopped, 1);
  const service = openScratch(directory, zone);
  t.match(service.listServerOrders({ rowsMax: 9 }), [
    { id: 2, state: 'superseded', tries: 1, endedMs: laterMs, problem: /restored/ },
    { id: 1, state: 'superseded', problem: null },
  ]);
  t.equal(service.addServerOrder({ ...order, decidedMs: laterMs }), 4, 'ids are not given again');
  t.equal(service.addDerogation({ ...wish, startMs: laterMs, endMs: laterMs + 1 }), 4);
  t.equal(damageOf(service), null);
  service.close();
  t.end();
});
