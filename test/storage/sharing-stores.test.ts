import Sqlite from 'better-sqlite3';
import { join } from 'node:path';
import t from 'tap';
import { limits } from '../../gateway/core/limits.ts';
import { tariffBandInterval } from '../../gateway/core/tariff-band.ts';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import { openScratch, startMs } from './scratch.ts';
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
} from './sharing.ts';
import { damageOf, scratchDirectory } from './upkeep/history.ts';

const hourMs = 3_600_000;

/** Rows that were written since the connection was opened, with those of their marks. */
function writesDuring(directory: string, work: () => void): number {
  const watch = new Sqlite(join(directory, 'egw.db'), { readonly: true });
  const version = (): number => Number(watch.pragma('data_version', { simple: true }));
  const before = version();
  work();
  const writes = version() - before;
  watch.close();
  return writes;
}

t.test('colours of days are kept with what was believed of them before, over a restart', (t) => {
  const directory = scratchDirectory(t);
  let service = openScratch(directory);
  const before = [{ colour: 'white', provider: 'rte-public', state: 'provisional', heardMs: 5 }] as const;
  const days = [{ ...colourOf('2026-01-10', 'red'), before }, colourOf('2026-01-09', 'blue')];
  service.putTempoDays(days);
  service.close();
  service = openScratch(directory);
  const all = { first: '2026-01-01', last: '2026-01-31' };
  t.same(service.listTempoDays(all), days.toReversed());
  t.same(service.listTempoDays({ first: '2026-01-10', last: '2026-01-10' }), [days[0]]);
  t.equal(
    writesDuring(directory, () => service.putTempoDays(days)),
    0,
    'the same again writes nothing',
  );
  service.putTempoDays([colourOf('2026-01-09', 'white')]);
  t.equal(service.listTempoDays(all)[0]?.colour, 'white');
  const long = Array.from({ length: 50 }, (_, heardMs) => ({ ...before[0], heardMs }));
  service.putTempoDays([{ ...colourOf('2026-01-09', 'white'), before: long }]);
  t.same(service.listTempoDays(all)[0]?.before, long.slice(-limits.tempoCorrectionsMax), 'the newest ones');
  t.equal(damageOf(service), null);
  service.close();
  t.end();
});

t.test('days that are none change nothing', (t) => {
  const service = openScratch(scratchDirectory(t));
  const wrong = [
    [colourOf('2026-02-30', 'red')],
    [colourOf('2026-02-03', 'green' as never)],
    [{ ...colourOf('2026-02-03', 'red'), state: 'sure' as never }],
    [{ ...colourOf('2026-02-03', 'red'), heardMs: 0.5 }],
    [{ ...colourOf('2026-02-03', 'red'), provider: '' }],
    [colourOf('2026-02-03', 'red'), colourOf('2026-02-03', 'white')],
    Array.from({ length: limits.tempoDaysMax + 1 }, () => colourOf('2026-02-03', 'red')),
  ];
  for (const days of wrong)
    t.throws(() => service.putTempoDays([colourOf('2026-02-01', 'blue'), ...days]), {
      code: 'input_invalid',
    });
  t.same(service.listTempoDays({ first: '2000-01-01', last: '2100-01-01' }), []);
  service.close();
  t.end();
});

t.test('prices are kept by their first day', (t) => {
  const directory = scratchDirectory(t);
  const service = openScratch(directory);
  const first = pricesFrom('2024-02-01', '2025-01-31');
  service.putTempoPrices([pricesFrom('2025-02-01'), first]);
  service.putTempoPrices([pricesFrom('2025-02-01', null, -1)]);
  t.same(service.listTempoPrices(), [first, pricesFrom('2025-02-01', null, -1)]);
  t.equal(
    writesDuring(directory, () => service.putTempoPrices([first])),
    0,
  );
  for (const wrong of [
    pricesFrom('2025-02-01', '2025-01-31'),
    pricesFrom('2025-13-01'),
    pricesFrom('2025-03-01', null, 0.5),
  ])
    t.throws(() => service.putTempoPrices([pricesFrom('2020-01-01'), wrong]), { code: 'input_invalid' });
  const many = Array.from({ length: limits.tempoPricesMax }, (_, year) => pricesFrom(`${2100 + year}-01-01`));
  t.throws(() => service.putTempoPrices(many), { code: 'input_invalid' });
  t.equal(service.listTempoPrices().length, 2);
  t.equal(service.removeTempoPrices('2024-02-01'), true);
  t.equal(service.removeTempoPrices('2024-02-01'), false);
  t.same(
    service.listTempoPrices().map(({ validFrom }) => validFrom),
    ['2025-02-01'],
  );
  service.close();
  t.end();
});

t.test('what a meter counted is kept with how far it was followed', (t) => {
  const directory = scratchDirectory(t);
  let service = openScratch(directory);
  t.equal(service.getMeterMark(meter), undefined);
  const { startMs: peakMs } = tariffBandInterval('2026-03-02', 'peak');
  const open = { startMs: peakMs, endMs: peakMs + hourMs, kind: 'measured', startTotalMwh: 3 } as const;
  const intervals = [
    intervalOf('2026-03-01', 'peak', { mwh: 2 }),
    intervalOf('2026-03-01', 'off-peak', { kind: 'down', mwh: null }),
    intervalOf('2026-03-02', 'peak', { ...open, mwh: 2, endTotalMwh: 5 }),
  ];
  service.putMetered({ meter, mark, intervals });
  service.putMetered({ meter: 'another', mark, intervals: [intervalOf('2026-03-01', 'peak')] });
  const later = intervalOf('2026-03-02', 'peak', { ...open, endMs: peakMs + 2 * hourMs, mwh: 4 });
  service.putMetered({ meter, mark: { ...mark, totalMwh: 7 }, intervals: [later] });
  service.close();
  service = openScratch(directory);
  t.same(service.getMeterMark(meter), { ...mark, totalMwh: 7 });
  const all = { meter, first: '2026-01-01', last: '2026-12-31', daysMax: 100 };
  t.same(service.listMetered(all), { intervals: [...intervals.slice(0, 2), later] });
  t.same(
    service.listMetered({ ...all, daysMax: 1 }),
    { intervals: intervals.slice(0, 2), nextDay: '2026-03-02' },
    'whole days',
  );
  t.same(service.listMetered({ ...all, first: '2026-03-02', daysMax: 1 }), { intervals: [later] });
  t.equal(
    writesDuring(directory, () =>
      service.putMetered({ meter, mark: { ...mark, totalMwh: 7 }, intervals: [later] }),
    ),
    0,
  );
  t.equal(damageOf(service), null);
  service.close();
  t.end();
});

t.test('intervals that cannot be leave the mark where it was', (t) => {
  const service = openScratch(scratchDirectory(t));
  const { startMs: fromMs, endMs } = tariffBandInterval('2026-03-02', 'peak');
  const wrong = [
    { startMs: fromMs - 1 },
    { endMs: endMs + 1 },
    { endMs: fromMs },
    { kind: 'down', mwh: 1 },
    { kind: 'measured', mwh: null },
    { mwh: 0.5 },
    { mwh: -1 },
    { endTotalMwh: Number.MAX_SAFE_INTEGER + 1 },
    { band: 'night' as never },
  ] as const;
  for (const more of wrong) {
    const intervals = [intervalOf('2026-03-01', 'peak'), intervalOf('2026-03-02', 'peak', more)];
    t.throws(() => service.putMetered({ meter, mark, intervals }), { code: 'input_invalid' });
  }
  t.throws(() => service.putMetered({ meter, mark: { ...mark, totalMwh: -1 }, intervals: [] }), {
    code: 'input_invalid',
  });
  t.equal(service.getMeterMark(meter), undefined);
  t.same(service.listMetered({ meter, first: '2000-01-01', last: '2100-01-01', daysMax: 10 }).intervals, []);
  service.close();
  t.end();
});

t.test('of orders the newest decides', (t) => {
  const directory = scratchDirectory(t);
  let service: DatabaseService = openScratch(directory);
  const first = service.addServerOrder(order);
  t.equal(service.addServerOrder(order), first, 'the same decision is one order');
  service.updateServerOrder({ ...order, id: first, state: 'sending', tries: 1, sentMs: startMs + 1 });
  const second = service.addServerOrder({ ...order, wanted: 'on', cause: 'person', decidedMs: startMs + 2 });
  service.close();
  service = openScratch(directory);
  t.ok(second > first);
  t.match(service.listServerOrders({ rowsMax: 10 }), [
    { id: second, wanted: 'on', state: 'waiting' },
    { id: first, state: 'superseded', tries: 1, sentMs: startMs + 1, endedMs: startMs + 2 },
  ]);
  t.match(service.listServerOrders({ beforeId: second, rowsMax: 1 }), [{ id: first }]);
  service.updateServerOrder({ ...order, id: second, state: 'done', endedMs: startMs + 3 });
  service.addServerOrder({ ...order, decidedMs: startMs + 4, state: 'unneeded' });
  t.match(service.listServerOrders({ beforeId: second + 1, rowsMax: 1 }), [{ id: second, state: 'done' }]);
  t.throws(() => service.updateServerOrder({ ...order, id: 99 }), { code: 'not_found' });
  t.throws(() => service.addServerOrder({ ...order, wanted: 'up' as never }), { code: 'input_invalid' });
  t.equal(damageOf(service), null);
  service.close();
  t.end();
});

t.test('members and their presences are put as one', (t) => {
  const directory = scratchDirectory(t);
  let service = openScratch(directory);
  const ids = service.putMembers({
    members: [member('10'), member('9')],
    presences: [presence('10', '2025-02-01'), presence('9', '2025-01-01', '2025-02-01')],
    removedPresences: [],
  });
  service.putMembers({ ...unchanged, presences: [presence('9', '2025-02-01')] });
  service.close();
  service = openScratch(directory);
  t.same(service.listMembers(), [member('9'), member('10')], 'by number');
  t.same(
    service.listPresences().map(({ member, arrival }) => [member, arrival]),
    [
      ['9', '2025-01-01'],
      ['10', '2025-02-01'],
      ['9', '2025-02-01'],
    ],
  );
  const [first = 0] = ids;
  const left = presence('10', '2025-02-01', '2025-03-01', first);
  t.same(
    service.putMembers({ ...unchanged, members: [{ ...member('10'), role: 'admin' }], presences: [left] }),
    [first],
  );
  t.match(service.listMembers()[1], { id: '10', role: 'admin' });
  t.same(
    service.listPresences().find(({ id }) => id === first),
    left,
  );
  const [newer = 0] = service.putMembers({ ...unchanged, presences: [presence('10', '2026-01-01')] });
  service.putMembers({ ...unchanged, removedPresences: [newer] });
  const [newest = 0] = service.putMembers({ ...unchanged, presences: [presence('10', '2026-01-01')] });
  t.ok(newest > newer, 'an id is never given again');
  t.equal(damageOf(service), null);
  service.close();
  t.end();
});

t.test('presences that overlap, and those of nobody, change nothing', (t) => {
  const service = openScratch(scratchDirectory(t));
  const [id = 0] = service.putMembers({
    members: [member('1'), member('2')],
    presences: [presence('1', '2025-02-01', '2025-03-01')],
    removedPresences: [],
  });
  const wrong = [
    [presence('1', '2025-02-28')],
    [presence('1', '2025-01-01', '2025-02-02')],
    [presence('1', '2025-01-01')],
    [presence('1', '2025-02-10', '2025-02-11')],
    [presence('2', '2025-01-01'), presence('2', '2025-06-01')],
    [presence('2', '2025-01-01', '2025-01-01')],
    [presence('2', '2025-01-01', '2024-01-01')],
    [presence('3', '2025-01-01')],
    [presence('2', '2025-01-01', null, 77)],
    [presence('2', '1 January')],
  ];
  for (const presences of wrong) {
    const given = { ...unchanged, members: [member('4'), member('1', 'renamed')], presences };
    t.throws(() => service.putMembers(given), { code: 'input_invalid' }, JSON.stringify(presences));
  }
  t.throws(() => service.putMembers({ ...unchanged, members: [member('x')] }), { code: 'input_invalid' });
  t.same(service.listMembers(), [member('1'), member('2')]);
  t.same(service.listPresences(), [presence('1', '2025-02-01', '2025-03-01', id)]);
  service.putMembers({ ...unchanged, presences: [presence('1', '2025-02-05')], removedPresences: [id] });
  t.match(service.listPresences(), [{ arrival: '2025-02-05', leave: null }], 'one gives way to another');
  service.close();
  t.end();
});

t.test('derogations hold until they are taken back', (t) => {
  const directory = scratchDirectory(t);
  let service = openScratch(directory);
  service.putMembers({ ...unchanged, members: [member('1'), member('2')] });
  const wish = { member: '1', startMs, endMs: startMs + hourMs, createdMs: startMs };
  const first = service.addDerogation(wish);
  const another = service.addDerogation({ ...wish, member: '2' });
  const after = service.addDerogation({ ...wish, startMs: startMs + hourMs, endMs: startMs + 2 * hourMs });
  t.throws(() => service.addDerogation({ ...wish, startMs: startMs - hourMs, endMs: startMs + 1 }), {
    code: 'already_exists',
    facts: { id: first },
  });
  t.throws(() => service.addDerogation({ ...wish, member: '3' }), { code: 'not_found' });
  t.throws(() => service.addDerogation({ ...wish, endMs: startMs }), { code: 'input_invalid' });
  t.equal(service.removeDerogation({ id: first, atMs: startMs + 1, why: 'on second thoughts' }), true);
  t.equal(service.removeDerogation({ id: first, atMs: startMs + 2, why: 'again' }), false);
  t.equal(service.removeDerogation({ id: 99, atMs: startMs, why: 'none' }), false);
  const again = service.addDerogation(wish);
  service.close();
  service = openScratch(directory);
  const all = { fromMs: startMs, toMs: startMs + 3 * hourMs, withRemoved: false };
  const idsOf = (query: typeof all): number[] => service.listDerogations(query).map(({ id }) => id);
  t.same(idsOf(all), [another, again, after]);
  t.same(idsOf({ ...all, withRemoved: true }), [first, another, again, after]);
  t.same(idsOf({ ...all, fromMs: startMs + hourMs }), [after], 'the end is not in it');
  t.same(idsOf({ ...all, toMs: startMs }), []);
  t.match(service.listDerogations({ ...all, withRemoved: true })[0], {
    removedMs: startMs + 1,
    removedWhy: 'on second thoughts',
  });
  t.equal(damageOf(service), null);
  service.close();
  t.end();
});

t.test('statements of a year are made again, and what was paid stays', (t) => {
  const service = openScratch(scratchDirectory(t));
  const statement = (member: string, microEuros: number, paidDay: string | null = null) => ({
    year: 2025,
    member,
    name: 'somebody',
    microEuros,
    madeMs: startMs,
    paidDay,
  });
  service.putStatements(2025, [statement('10', 5), statement('9', 6), statement('8', 7)]);
  service.putStatements(2024, [{ ...statement('9', 1), year: 2024 }]);
  service.putStatements(2025, [
    statement('10', 5, '2026-01-05'),
    statement('9', 6),
    statement('8', 7, '2026-01-06'),
  ]);
  service.putStatements(2025, [statement('10', -8)]);
  t.same(
    service.listStatements(2025),
    [statement('8', 7, '2026-01-06'), statement('10', -8)],
    'who has paid is not forgotten; what is given stands',
  );
  t.same(
    service.listStatements().map(({ year, member }) => [year, member]),
    [
      [2024, '9'],
      [2025, '8'],
      [2025, '10'],
    ],
  );
  t.throws(() => service.putStatements(2024, [statement('1', 1)]), { code: 'input_invalid' });
  t.throws(() => service.putStatements(2025, [statement('1', 0.5)]), { code: 'input_invalid' });
  t.throws(() => service.putStatements(2025, [statement('1', 5, 'yesterday')]), { code: 'input_invalid' });
  t.equal(service.listStatements(2025).length, 2);
  t.equal(damageOf(service), null);
  service.close();
  t.end();
});
