import t from 'tap';
import { frenchInstantMs } from '../../../gateway/core/tempo-day.ts';
import { allDays, atSix, code, homeWith, meter, nowMs, seed } from './tsm-home.ts';

const alice = '123456789012345677';
const user = [{ id: alice, username: 'alice', permission_level: 0 }];
const wheres = (refused: readonly { readonly where: string }[]): readonly string[] =>
  refused.map(({ where }) => where);

t.test('numbers that no home has are refused, and the rest is taken', async (t) => {
  const { service, add } = homeWith(t, 'code', {
    user,
    consumption: [
      ...(code['consumption']?.slice(0, 1) ?? []),
      {
        date: '2025-01-10',
        begin_hour: atSix + 3_600,
        end_hour: atSix + 7_200,
        begin_consumption_power: 1e300,
        end_consumption_power: 2e300,
      },
      { date: 'x', begin_hour: 1, end_hour: atSix, begin_consumption_power: 0, end_consumption_power: 1 },
      {
        date: 'x',
        begin_hour: atSix - 3 * 366 * 86_400,
        end_hour: atSix,
        begin_consumption_power: 0,
        end_consumption_power: 1,
      },
    ],
    derogation: [
      { date: '9999-12-31', id_user: alice },
      { date: '2025-01-10', id_user: alice },
    ],
    user_presence_status: [
      { id: 1, id_user: alice, arrival_date: '0000-01-01', leave_date: '2024-06-01' },
      { id: 2, id_user: alice, arrival_date: '2024-06-01', leave_date: null },
    ],
    payment_schedule: [
      { user_id: alice, period: '2023', amount: 1e300, paid: null },
      { user_id: alice, period: '2024', amount: 2, paid: null },
    ],
  });
  const { refused, added } = await add();
  t.same(wheres(refused), [
    'consumption row 2',
    'consumption row 3',
    'consumption row 4',
    'user_presence_status row 1',
    'derogation row 1',
    'payment_schedule row 1',
  ]);
  t.match(added, { stretches: 1, presences: 1, derogations: 1, statements: 1 });
  t.match(service.getMeterMark(meter), { totalMwh: 100_100_000 });
});

t.test('so are those of days, and a time of paying that is none is the year after', async (t) => {
  const { service, add } = homeWith(t, 'seed', {
    ...seed,
    day: [
      ...(seed['day'] ?? []),
      { date: '2025-03-02', id_pricing: null, consumption_offpeak: 1e300, consumption_fullpeak: 1 },
      { date: '2025-03-01', id_pricing: null, consumption_offpeak: 'x', consumption_fullpeak: 1 },
    ],
    derogation: [{ id: 1, id_user: 2, start_hour: 24.5, end_hour: 30, date: '2024-12-10' }],
    payment_schedule: [{ user_id: 2, year: '2024', amount: 5, paid: 1e18 }],
  });
  const { refused } = await add();
  t.same(wheres(refused), ['day row 5', 'day row 6', 'derogation row 1']);
  t.match(service.listStatements(), [{ member: '2', paidDay: '2025-01-01' }]);
});

t.test('an id is a number, so zeros before it make no other member', async (t) => {
  const { service, add } = homeWith(t, 'code', {
    user: [
      { id: '007', username: 'bond', permission_level: 0 },
      { id: '7', username: 'bond again', permission_level: 0 },
      { id: '0', username: 'nobody', permission_level: 0 },
    ],
    user_presence_status: [{ id: 1, id_user: '007', arrival_date: '2024-06-01', leave_date: null }],
  });
  const { refused, added } = await add();
  t.same(wheres(refused), ['user row 3']);
  t.match(added, { members: 1, presences: 1 });
  t.match(service.listMembers(), [{ id: '7', name: 'bond' }]);
});

t.test('what is dated after now is refused, and the account does not end there', async (t) => {
  const atSeconds = nowMs / 1_000 + 86_400;
  const { service, add } = homeWith(t, 'code', {
    user,
    consumption: [
      ...(code['consumption']?.slice(0, 2) ?? []),
      {
        date: '2025-03-21',
        begin_hour: atSeconds,
        end_hour: atSeconds + 3_600,
        begin_consumption_power: 100.3,
        end_consumption_power: 101,
      },
    ],
  });
  const { refused } = await add();
  t.match(refused, [{ where: /2025-03-21/, why: 'it is in the future' }]);
  t.same(service.getMeterMark(meter), {
    ...{ atMs: (atSix + 7_200) * 1_000, totalMwh: 100_300_000 },
    ...{ restarts: 0, firstDay: '2025-01-10' },
  });
  const { intervals } = service.listMetered({ meter, ...allDays });
  t.same(
    intervals.map(({ mwh }) => mwh),
    [300_000],
  );
});

t.test('one whose last state is in the future ends with what was counted', async (t) => {
  const { service, add } = homeWith(t, 'seed', {
    ...seed,
    lastState: [{ date: '2099-01-01', time: '06', consumption: 5.2 }],
  });
  await add();
  t.match(service.getMeterMark(meter), {
    atMs: frenchInstantMs('2025-03-07', 6),
    totalMwh: 5_200_000,
  });
});

t.test('whoever goes by what is stored is told to look again, but by a dry run', async (t) => {
  const { add, told } = homeWith(t, 'seed', seed);
  await add(true);
  t.equal(told(), 0);
  await add();
  t.equal(told(), 1);
});
