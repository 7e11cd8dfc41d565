import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { tariffBandInterval } from '../../../gateway/core/tariff-band.ts';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { rowCheck } from '../../../gateway/storage/row-check.ts';
import { makeScratch } from '../faults/appender-process.ts';
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
import { damageOf } from '../upkeep/history.ts';
import { again, spoil } from './spoil.ts';

const folder = makeScratch();
t.teardown(() => rmSync(folder, { recursive: true }));

function homeWith(name: string, build: (service: DatabaseService) => void): string {
  const directory = join(folder, name.replaceAll(/[^a-z0-9]/g, '-'));
  mkdirSync(directory);
  const service = openScratch(directory);
  build(service);
  service.close();
  return directory;
}

function rowsOf(service: DatabaseService): Readonly<Record<string, readonly object[]>> {
  const { intervals } = service.listMetered({ meter, first: '2000-01-01', last: '2100-01-01', daysMax: 99 });
  return {
    tempo_day: service.listTempoDays({ first: '2000-01-01', last: '2100-01-01' }),
    tempo_price: service.listTempoPrices(),
    metered_interval: intervals,
    meter_mark: [service.getMeterMark(meter) ?? {}],
    server_order: service.listServerOrders({ rowsMax: 99 }),
    member: service.listMembers(),
    member_presence: service.listPresences(),
    derogation: service.listDerogations({ fromMs: 0, toMs: 2 * startMs, withRemoved: true }),
    statement: service.listStatements(),
  };
}

/** Two rows of everything. */
function filled(service: DatabaseService): void {
  service.putTempoDays([colourOf('2026-03-01', 'blue'), colourOf('2026-03-02', 'red')]);
  service.putTempoPrices([pricesFrom('2025-02-01'), pricesFrom('2026-02-01')]);
  const counted = { kind: 'measured', startTotalMwh: 0, endTotalMwh: 3, mwh: 3 } as const;
  const intervals = [intervalOf('2026-03-01', 'peak', counted), intervalOf('2026-03-01', 'off-peak')];
  service.putMetered({ meter, mark, intervals });
  service.putMetered({ meter: 'another', mark, intervals: [] });
  const id = service.addServerOrder(order);
  service.updateServerOrder({ ...order, id, state: 'done', endedMs: startMs });
  service.addServerOrder({ ...order, wanted: 'on' });
  const presences = [presence('1', '2026-01-01', '2026-02-01'), presence('1', '2026-02-01')];
  service.putMembers({ ...unchanged, members: [member('1'), member('2')], presences });
  const wish = { startMs, endMs: startMs + 5, createdMs: startMs };
  for (const id of ['1', '2']) service.addDerogation({ ...wish, member: id });
  const statement = { year: 2025, name: 'a', microEuros: 5, madeMs: startMs, paidDay: null };
  service.putStatements(
    2025,
    ['1', '2'].map((member) => ({ ...statement, member })),
  );
}

/** What makes a row another one than was written, by its table; and its place among the rows. */
const spoilt: Readonly<Record<string, string>> = {
  tempo_day: "UPDATE tempo_day SET colour = 'white' WHERE day = '2026-03-02'",
  tempo_price: "UPDATE tempo_price SET red_peak = 1 WHERE valid_from = '2026-02-01'",
  metered_interval: "UPDATE metered_interval SET mwh = 7 WHERE band = 'off-peak'",
  server_order: "UPDATE server_order SET wanted = 'off' WHERE id = 2",
  member_presence: "UPDATE member_presence SET arrival_day = '2026-01-15' WHERE id = 2",
  derogation: 'UPDATE derogation SET end_ms = end_ms + 1 WHERE id = 2',
  statement: "UPDATE statement SET micro_euros = 6 WHERE member = '2'",
};

t.test('a damaged row is left out, and the others of its table stay as they are', (t) => {
  for (const [table, sql] of Object.entries(spoilt)) {
    const directory = homeWith(`spoilt ${table}`, filled);
    const whole = openScratch(directory);
    const before = rowsOf(whole);
    whole.close();
    spoil(directory, sql);
    const service = openScratch(directory);
    const after = again(() => rowsOf(service));
    const isNewestFirst = table === 'server_order';
    const left = isNewestFirst ? before[table]?.slice(1) : before[table]?.slice(0, 1);
    t.same(after, { ...before, [table]: left }, table);
    t.match(service.salvageNote(), { droppedRows: 1, tables: [table] });
    t.equal(damageOf(service), null);
    service.close();
  }
  t.end();
});

t.test('who is lost stays among those who share, without a name or a right', (t) => {
  const directory = homeWith('lost member', (service) => {
    filled(service);
    service.putMembers({ ...unchanged, members: [{ ...member('1'), role: 'admin' }] });
  });
  spoil(directory, "UPDATE member SET name = 'x'");
  const service = openScratch(directory);
  const named = { role: 'member', addedMs: startMs };
  t.same(
    again(() => service.listMembers()),
    [
      { id: '1', name: '1', ...named },
      { id: '2', name: '2', ...named },
    ],
  );
  t.equal(service.listDerogations({ fromMs: 0, toMs: 2 * startMs, withRemoved: false }).length, 2);
  t.equal(service.putMembers({ ...unchanged, presences: [presence('2', '2026-01-01')] }).length, 1);
  t.equal(damageOf(service), null);
  service.close();
  t.end();
});

/** As a page from before leaves it: a row that was written once, and is not what came of it. */
function putStale(directory: string, cells: readonly (number | string | null)[]): void {
  const values = cells.map((cell) => (cell === null ? 'NULL' : `'${cell}'`)).join(', ');
  const crc = rowCheck('member_presence', cells);
  spoil(directory, `INSERT OR REPLACE INTO member_presence VALUES (${values}, ${crc})`);
}

t.test('who would be there twice at once is there once', (t) => {
  const directory = homeWith('twice', (service) => {
    const presences = [
      presence('1', '2026-01-01', '2026-02-01'),
      presence('1', '2026-02-01'),
      presence('2', '2026-01-01', '2026-02-01'),
      presence('2', '2026-03-01'),
    ];
    service.putMembers({ ...unchanged, members: [member('1'), member('2')], presences });
  });
  putStale(directory, [1, '1', '2026-01-01', null]);
  putStale(directory, [9, '2', '2026-03-01', '2026-03-05']);
  spoil(directory, "UPDATE member SET name = 'x' WHERE id = '2'");
  const service = openScratch(directory);
  again(() => service.listMembers());
  t.same(service.listPresences(), [
    presence('1', '2026-01-01', '2026-02-01', 1),
    presence('2', '2026-01-01', '2026-02-01', 3),
    presence('1', '2026-02-01', null, 2),
    presence('2', '2026-03-01', '2026-03-05', 9),
  ]);
  t.match(service.salvageNote(), { tables: ['member', 'member_presence'] });
  t.equal(damageOf(service), null);
  service.close();
  t.end();
});

t.test('an order that was on its way is not sent again', (t) => {
  for (const state of ['waiting', 'sending', 'sent'] as const) {
    const directory = homeWith(`order ${state}`, (service) => {
      filled(service);
      service.updateServerOrder({ ...order, id: 2, wanted: 'on', state, tries: 1, sentMs: startMs });
    });
    spoil(directory, "UPDATE member SET name = 'x' WHERE id = '2'");
    const service = openScratch(directory);
    again(() => service.listMembers());
    const [newest] = service.listServerOrders({ rowsMax: 9 });
    if (state === 'sending')
      t.match(newest, { state: 'failed', tries: 1, endedMs: startMs, problem: /may have gone out/ });
    else t.match(newest, { state, problem: null }, 'what is known goes on');
    service.close();
  }
  t.end();
});

t.test('a meter whose mark is lost is not read as if for the first time', (t) => {
  const day = tariffBandInterval('2026-03-02', 'peak');
  const cases = [
    {
      name: 'after what was measured',
      intervals: [
        intervalOf('2026-03-01', 'peak', { mwh: 100 }),
        intervalOf('2026-03-02', 'peak', {
          endMs: day.startMs + 60_000,
          kind: 'measured',
          mwh: 20,
          startTotalMwh: 100,
          endTotalMwh: 120,
        }),
      ],
      want: { totalMwh: 120, atMs: day.startMs + 60_000 },
    },
    {
      name: 'after what was spread',
      intervals: [
        intervalOf('2026-03-01', 'peak', { kind: 'measured', mwh: 20, startTotalMwh: 80, endTotalMwh: 100 }),
        intervalOf('2026-03-01', 'off-peak', { mwh: 7 }),
        intervalOf('2026-03-02', 'peak', { mwh: 14 }),
      ],
      want: { totalMwh: 121, atMs: day.endMs },
    },
    {
      name: 'after the first start',
      intervals: [
        intervalOf('2026-03-01', 'peak', { mwh: 20 }),
        intervalOf('2026-03-01', 'off-peak', { mwh: 10 }),
      ],
      want: { totalMwh: 30, atMs: day.startMs },
    },
  ];
  for (const { name, intervals, want } of cases) {
    const directory = homeWith(name, (service) => {
      service.putMetered({ meter, mark: { ...mark, firstDay: '2026-03-01' }, intervals });
    });
    spoil(directory, 'UPDATE meter_mark SET total_mwh = total_mwh + 1');
    const service = openScratch(directory);
    t.same(
      again(() => service.getMeterMark(meter)),
      { ...want, restarts: 0, firstDay: '2026-03-01' },
      name,
    );
    t.match(service.salvageNote(), { tables: ['meter_mark'] });
    t.equal(damageOf(service), null);
    service.close();
  }
  t.end();
});

t.test('ids that were lost with the newest rows are not given again', (t) => {
  const directory = homeWith('ids', filled);
  spoil(directory, 'UPDATE derogation SET end_ms = end_ms + 1 WHERE id = 2');
  spoil(directory, "DELETE FROM mark WHERE name LIKE '%last_id'");
  const service = openScratch(directory);
  again(() => service.listDerogations({ fromMs: 0, toMs: 2 * startMs, withRemoved: true }));
  const wish = { startMs: startMs + 9, endMs: startMs + 15, createdMs: startMs };
  t.ok(service.addDerogation({ ...wish, member: '1' }) > 2);
  t.ok(service.addServerOrder({ ...order, decidedMs: startMs + 1 }) > 2);
  service.close();
  t.end();
});
