import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { frenchInstantMs } from '../../../gateway/core/tempo-day.ts';
import { readTsm } from '../../../gateway/io/imports/tsm/read-tsm.ts';
import { openScratch } from '../../storage/scratch.ts';
import { scratchDirectory } from '../../storage/upkeep/history.ts';
import { allDays, atSix, code, everything, homeWith, meter, nowMs, seed } from './tsm-home.ts';

t.test('a database of the first generation becomes what is kept here', async (t) => {
  const { service, path, add } = homeWith(t, 'seed', seed);
  const before = readFileSync(path);
  const { added, refused, remarks } = await add();
  t.same(refused, []);
  t.match(remarks, [/plain members here.*egw member role 123456789012345677 admin/]);
  t.same(added, {
    colours: 4,
    prices: 1,
    stretches: 7,
    members: 2,
    presences: 2,
    derogations: 1,
    statements: 2,
  });
  t.match(
    service.listTempoDays(allDays).map(({ day, colour }) => [day, colour]),
    [
      ['2025-03-03', 'red'],
      ['2025-03-04', 'blue'],
      ['2025-03-05', 'blue'],
      ['2025-03-06', 'white'],
    ],
  );
  t.match(service.listTempoPrices(), [
    {
      validFrom: '2024-09-01',
      validTo: '2025-08-31',
      prices: { red: { peak: 482_700, 'off-peak': 129_600 } },
    },
  ]);
  const { intervals } = service.listMetered({ meter, ...allDays });
  t.same(
    intervals.map(({ day, band, kind, mwh }) => [day, band, kind, mwh]),
    [
      ['2025-03-03', 'peak', 'measured', 1_500_000],
      ['2025-03-03', 'off-peak', 'measured', 700_000],
      ['2025-03-04', 'peak', 'down', null],
      ['2025-03-04', 'off-peak', 'down', null],
      ['2025-03-05', 'peak', 'estimated', 1_000_000],
      ['2025-03-05', 'off-peak', 'estimated', 500_000],
      ['2025-03-06', 'peak', 'measured', 1_200_000],
    ],
    'the band that was open is left to who counts on',
  );
  const atMs = frenchInstantMs('2025-03-06', 22);
  t.same(service.getMeterMark(meter), { atMs, totalMwh: 5_200_000, restarts: 0, firstDay: '2025-03-03' });
  t.match(service.listMembers(), [
    { id: '2', name: 'bob', role: 'member' },
    { id: '123456789012345677', name: 'alice', role: 'member' },
  ]);
  t.match(service.listPresences(), [
    { member: '2', arrival: '2024-06-01', leave: '2025-01-01' },
    { member: '123456789012345677', arrival: '2024-06-01', leave: null },
  ]);
  const [startMs, endMs] = [frenchInstantMs('2024-12-10', 8), frenchInstantMs('2024-12-10', 20)];
  t.match(service.listDerogations({ fromMs: 0, toMs: nowMs, withRemoved: false }), [
    { member: '2', startMs, endMs },
  ]);
  t.match(service.listStatements(), [
    { year: 2024, member: '2', microEuros: 5_000_000, paidDay: null },
    {
      year: 2024,
      member: '123456789012345677',
      name: 'alice',
      microEuros: 12_340_000,
      paidDay: '2025-01-01',
    },
  ]);
  t.ok(readFileSync(path).equals(before), 'the file is as it was');
});

t.test('a database of the code becomes what is kept here, and each row that cannot is named', async (t) => {
  const { service, add } = homeWith(t, 'code', code);
  const { refused } = await add();
  t.same(refused.map(({ where }) => where).sort(), [
    'consumption row 4',
    'consumption row 5',
    'consumption row 6',
    'derogation row 2',
    'derogation row 3',
    'payment_schedule row 2',
    'user row 2',
    'user_presence_status row 2',
    'user_presence_status row 4',
    'user_presence_status row 5',
    'user_presence_status row 6',
  ]);
  const { intervals } = service.listMetered({ meter, ...allDays });
  t.same(
    intervals.map(({ band, kind, mwh, startTotalMwh }) => [band, kind, mwh, startTotalMwh]),
    [
      ['peak', 'measured', 300_000, 100_000_000],
      ['peak', 'estimated', 1_400_000, 100_300_000],
      ['off-peak', 'estimated', 200_000, 101_700_000],
    ],
    'runs are one, and what was counted between two of them is not lost',
  );
  t.match(service.getMeterMark(meter), { totalMwh: 101_900_000, atMs: (atSix + 18 * 3_600) * 1_000 });
  const [startMs, endMs] = [frenchInstantMs('2025-01-10', 6), frenchInstantMs('2025-01-11', 6)];
  t.match(service.listDerogations({ fromMs: 0, toMs: nowMs, withRemoved: false }), [{ startMs, endMs }]);
  t.match(service.listStatements(), [{ year: 2024, member: '11', paidDay: '2025-02-01' }]);
  t.equal(service.listPresences().length, 2);
});

t.test('the same again changes nothing, nor does a dry run', async (t) => {
  for (const [generation, records] of [
    ['seed', seed],
    ['code', code],
  ] as const) {
    const { service, add } = homeWith(t, generation, records);
    const empty = everything(service);
    const planned = await add(true);
    t.same(everything(service), empty, `${generation}: a dry run`);
    const first = await add();
    t.same(first.added, planned.added);
    const before = everything(service);
    const again = await add();
    t.same(everything(service), before, generation);
    t.ok(Object.values(again.added).every((count) => count === 0));
    t.equal(
      again.known,
      Object.values(first.added).reduce((sum, count) => sum + count, 0),
    );
    t.same(again.refused, first.refused);
  }
});

t.test('what is here already stands, and what contradicts it is named', async (t) => {
  const { service, add } = homeWith(t, 'seed', seed);
  service.putTempoDays([
    { day: '2025-03-03', colour: 'white', provider: 'rte', state: 'final', heardMs: 1, before: [] },
  ]);
  service.putMembers({
    members: [{ id: '2', name: 'robert', role: 'admin', addedMs: 1 }],
    presences: [{ id: 0, member: '2', arrival: '2024-07-01', leave: null }],
    removedPresences: [],
  });
  const { refused } = await add();
  t.match(refused, [
    { where: 'the colour of 2025-03-03', why: /white here, by rte, not red/ },
    { where: 'user row 2', why: /2 is there from 2024-07-01 on already/ },
  ]);
  t.match(service.listMembers()[0], { name: 'robert', role: 'admin' });
  t.equal(service.listTempoDays(allDays)[0]?.colour, 'white');
});

t.test('what is no database of TSM is refused', (t) => {
  const directory = scratchDirectory(t);
  openScratch(directory).close();
  t.throws(() => readTsm(join(directory, 'egw.db')), {
    code: 'input_invalid',
    message: /no tables day and user/,
  });
  t.throws(() => readTsm(import.meta.filename), { code: 'input_invalid', message: /no SQLite database/ });
  t.throws(() => readTsm(join(directory, 'gone.db')));
  t.end();
});
