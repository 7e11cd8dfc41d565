import t from 'tap';
import { createPaint } from '../../../gateway/faces/cli/paint.ts';
import { serverEnergyView, serverView } from '../../../gateway/faces/cli/server-views.ts';
import {
  explanationView,
  statementCsv,
  statementView,
  statsView,
} from '../../../gateway/faces/cli/sharing-views.ts';
import { tempoCalendarView } from '../../../gateway/faces/cli/tempo-calendar-view.ts';
import { tempoPricesView } from '../../../gateway/faces/cli/tempo-prices-view.ts';
import { tempoStatusView } from '../../../gateway/faces/cli/tempo-status-view.ts';

const paint = (_: unknown, text: string): string => text;
const startMs = Date.UTC(2026, 0, 5, 6);
const linesOf = (text: string): readonly string[] => text.split('\n').map((line) => line.trimEnd());

t.test(
  'the calendar has a letter a day in weeks from Monday, as many months beside each other as fit',
  (t) => {
    const day = (date: string, colour: string | null, more = {}) => ({
      ...{ day: date, colour, state: colour === null ? null : 'final', corrections: [], ...more },
    });
    const calendar = {
      season: '2025-2026',
      days: [
        day('2026-01-31', 'blue'),
        day('2026-02-01', 'red', { state: 'provisional' }),
        day('2026-02-02', 'white', { corrections: [{}] }),
        day('2026-02-03', null),
      ],
      quotas: [{ colour: 'red', total: 22, used: 1, left: 21 }],
    };
    const lines = linesOf(tempoCalendarView(calendar, paint, 80));
    t.equal(lines[2], `2026-01${' '.repeat(30)}2026-02`);
    t.equal(lines[4], `${' '.repeat(25)}31B${' '.repeat(39)}01R?`, 'a Saturday beside a Sunday');
    t.equal(lines[5], `${' '.repeat(37)}02W! 03.`);
    t.ok(lines.includes('red 1 of 22, 21 left'));
    t.equal(linesOf(tempoCalendarView(calendar, paint, 40))[6], '2026-02', 'one under the other');
    const coloured = tempoCalendarView(calendar, createPaint({ isTTY: true } as never, {}), 80);
    t.match(coloured, '\u001b[31m01R?\u001b[39m');
    const seen = coloured.replaceAll(/\u001b\[\d+m/g, '');
    t.same(linesOf(seen), linesOf(tempoCalendarView(calendar, paint, 80)), 'colours move nothing');
    t.end();
  },
);

t.test('the state of Tempo says colours with who said them, odds, and why there is no price', (t) => {
  const odds = { blue: 0.5, white: 0.3, red: 0.2 };
  const text = tempoStatusView(
    {
      ...{ season: '2025-2026', band: 'peak', bandEndMs: startMs, microEurosPerKwh: null },
      ...{ problem: 'the colour is not known', unknownDays: 2, quotas: [] },
      today: { day: '2026-01-05', colour: 'red', state: 'final', provider: 'rte\u001b[2J', odds },
      tomorrow: { day: '2026-01-06', colour: null, state: null, provider: null, odds },
    },
    paint,
  );
  t.match(text, /today +2026-01-05 red, final by rte/);
  t.match(text, 'not known yet: blue 50 %, white 30 %, red 20 %');
  t.match(text, 'not known: the colour is not known');
  t.match(text, '2 past days are not known');
  t.notMatch(text, '\u001b');
  t.end();
});

t.test('a colour that somebody has set is by hand', (t) => {
  const known = { day: '2026-01-05', colour: 'red', state: 'final', provider: 'by hand', odds: {} };
  const price = { band: 'peak', bandEndMs: startMs, microEurosPerKwh: 706_000, problem: null };
  const days = { today: known, tomorrow: known, quotas: [], unknownDays: 0 };
  t.match(tempoStatusView({ season: '2025-2026', ...price, ...days }, paint), /red, final by hand\n/);
  t.end();
});

t.test('the server says what it is, what is wanted and why, and what is wrong', (t) => {
  const order = {
    wanted: 'off',
    by: 'policy',
    decidedMs: startMs,
    state: 'failed',
    words: 'tomorrow is red',
  };
  const server = {
    ...{ name: 'Attic', position: 'on', seenBy: 'plug', powerW: 82.41, wanted: 'off', why: 'it is red' },
    ...{ nextChangeMs: startMs, nextPosition: 'on', nextWhy: 'a blue day', isNextCertain: false },
    ...{ switch: 'pve', policy: 'seed', dryRun: true, problem: 'it did not go off' },
    lastOrder: { ...order, problem: 'the plug still shows 82 W' },
    derogations: [{ id: 3, member: '11', endMs: startMs }],
    ups: { isOnBattery: true, chargePercent: 80, runtimeS: 600, isHeard: false, phase: 'battery' },
  };
  const text = serverView(server, paint);
  t.match(text, /is +on, 82\.41 W \(by its plug\)/);
  t.match(text, /wants it +off: it is red/);
  t.match(text, /next +on at .*: a blue day; a colour that is not known yet/);
  t.match(text, /last order +off at .* by policy: tomorrow is red; failed \(the plug still shows 82 W\)/);
  t.match(text, /derogations +3 of 11 until/);
  t.match(text, /UPS +on battery, 80 %, lasts 10 m 00 s, silent/);
  t.match(text, 'dry run: nothing is sent');
  const quiet = { ...server, position: null, problem: null, lastOrder: null, derogations: [], ups: null };
  t.match(serverView(quiet, paint), /is +not seen/);
  t.notMatch(serverView(quiet, paint), 'UPS');
  t.end();
});

t.test('energy has a line a day, band or colour, with what is not known as a dash and never as zero', (t) => {
  const sum = { colour: null, band: null, days: 2, mwh: 1_500_000, estimatedMwh: 500_000 };
  const total = { ...sum, downDays: 1, microEuros: 250_000, unpricedDays: 0 };
  const day = { isOpen: false, colour: 'red', colourState: 'provisional', kind: 'measured', problem: null };
  const days = [
    {
      ...{ ...day, day: '2026-01-05', mwh: 1_500_000, microEuros: 250_000 },
      bands: { peak: { mwh: 1_000_000 }, 'off-peak': { mwh: 500_000 } },
    },
    {
      ...{ ...day, day: '2026-01-06', mwh: null, microEuros: 0, kind: 'down', isOpen: true },
      bands: { peak: { mwh: null }, 'off-peak': { mwh: null } },
    },
  ];
  const byDay = linesOf(serverEnergyView({ by: 'day', days, sums: [], total }, paint));
  t.match(byDay[1], /2026-01-05 +red\? +1\.00 +0\.50 +1\.50 +0\.25 +measured/);
  t.match(byDay[2], /2026-01-06 +red\? +- +- +- +0\.00 +down +until now/);
  t.match(byDay[3], /all +1\.50 +0\.25 +0\.50 kWh estimated; 1 days down/);
  const sums = [{ ...total, colour: 'red' }, total];
  const byColour = linesOf(serverEnergyView({ by: 'colour', days: [], sums, total }, paint));
  t.match(byColour[1], /^red +2 +1\.50 +0\.25/);
  t.match(byColour[2], /^not known/);
  t.match(
    serverEnergyView({ by: 'day', days: [], sums: [], total: { ...total, days: 0 } }, paint),
    'Nothing',
  );
  t.end();
});

t.test('statistics and statements are tables; CSV has whole amounts, and no formulas', (t) => {
  const exact = {
    ...{ mwh: 2_000_000, microEuros: 500_000, estimatedMwh: 0, unassignedMicroEuros: 0 },
    ...{ userMwh: 1_000_000, userMicroEuros: 250_000, userDerogationMicroEuros: 10_000 },
  };
  const period = { period: 'week', firstDay: '2026-01-05', lastDay: '2026-01-06', exact };
  const days = { downDays: 0, unpricedDays: 1, user: { derogation: { number_of_derog: 2 } } };
  const stats = statsView({ user: '11', periods: [{ ...period, ...days }] }, paint);
  t.match(stats, /week +2026-01-05 +2026-01-06 +2\.00 +0\.50 +0\.00 +1\.00 +0\.25 +2 +0\.01 +1 days without/);
  t.notMatch(statsView({ user: null, periods: [{ ...period, ...days, user: null }] }, paint), 'own');
  const statement = { member: '11', name: '=cmd()', euros: '12.345678', microEuros: 12_345_678 };
  const year = {
    ...{ year: 2025, madeMs: startMs, isFinal: true, microEuros: 12_345_678, unassignedMicroEuros: 0 },
    ...{
      downDays: 0,
      statements: [
        { ...statement, paidDay: null, openMicroEuros: 12_345_678, message: 'sent', problem: null },
      ],
    },
  };
  t.match(statementView(year, paint), /11 +=cmd\(\) +12\.345678 +- +12\.345678 +sent/);
  t.equal(statementCsv(year), "year,member,name,euros,paid,open\r\n2025,11,'=cmd(),12.345678,,12.345678\r\n");
  t.match(statementView({ ...year, madeMs: null, statements: [] }, paint), 'egw statement make 2025');
  t.equal(explanationView({ lines: ['a', 'b\u001b'] }), 'a\nb\ufffd\n');
  t.end();
});

t.test('prices lose none of their decimals', (t) => {
  const blue = { bluePeak: 0.1654, blueOffPeak: 0.13 };
  const others = { whitePeak: 0.187_312, whiteOffPeak: 0.15, redPeak: 0.706, redOffPeak: 0.1575 };
  const row = { validFrom: '2026-08-01', lastDay: null, source: 'EDF', isBuiltIn: true, isNow: true };
  const everyDay = [{ price: 'red peak', eurosPerKwh: 0.7 }];
  const text = tempoPricesView({ rows: [{ ...row, ...blue, ...others }], everyDay }, paint);
  t.match(text, /2026-08-01 +- +0\.1654 0\.1300 +0\.187312 0\.1500 +0\.7060 0\.1575 +now +EDF, built in/);
  t.match(text, 'On every day, by the configuration: red peak 0.7000');
  t.end();
});
