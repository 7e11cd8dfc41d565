import t from 'tap';
import {
  inputFacts,
  minimumFacts,
  oldWords,
  sinceWords,
} from '../../../../gateway/faces/web/page/boiler-now-words.ts';
import { phaseRows } from '../../../../gateway/faces/web/page/boiler-phase-rows.ts';
import { minuteWords } from '../../../../gateway/faces/web/page/boiler-words.ts';
import { boilerNow, hourMs, inputNow, minuteAfter, minuteMs, nowMs, time } from './known-boiler.ts';

const plain = (text: string | undefined): string => (text ?? '').replaceAll('\u00a0', ' ');

t.test('what is measured is told with what ails it, and what nobody measures is left out', (t) => {
  const inputs = [
    inputNow('water', { value: 61.25 }),
    inputNow('flue', { value: null, problem: 'the probe does not answer', hint: 'look at its wires' }),
    inputNow('enclosure', { value: 27, atMs: nowMs - 10 * minuteMs }),
    inputNow('igniter', { isOn: false }),
    inputNow('primaryFan', { configured: null, isNeeded: true, atMs: null, problem: 'is not configured' }),
    inputNow('auger', { configured: null, atMs: null }),
    inputNow('secondaryFan', { atMs: null }),
  ];
  t.same(
    inputFacts(boilerNow({ inputs }), nowMs).map((fact) => plain(fact.join(': '))),
    [
      'Water: 61.3 °C',
      'Flue: the probe does not answer (look at its wires)',
      'Enclosure: 27.0 °C, 10 min old',
      'Igniter: off',
      'Primary fan: is not configured',
      'Secondary fan: –',
    ],
  );
  t.end();
});

t.test('the coldest water is told of a day, a week and a fortnight; none is a dash', (t) => {
  const minima = [
    { hours: 24, waterC: 52.44 },
    { hours: 168, waterC: 0 },
    { hours: 336, waterC: null },
  ];
  t.same(
    minimumFacts(boilerNow({ minima })).map((fact) => plain(fact.join(': '))),
    ['Least in 24 h: 52.4 °C', 'Least in 7 d: 0.0 °C', 'Least in 14 d: –'],
  );
  t.end();
});

t.test('a phase says since when it is, and that it may still change', (t) => {
  t.equal(plain(sinceWords(boilerNow(), nowMs)), 'for 1 h 00 min');
  t.equal(plain(sinceWords(boilerNow({ isProvisional: true, sinceMs: null }), nowMs)), 'provisional');
  t.end();
});

t.test('water that was measured long ago is old, and water that nobody measures is told', (t) => {
  const water = (atMs: number | null) => boilerNow({ inputs: [inputNow('water', { atMs })] });
  t.equal(oldWords(water(nowMs - 2 * minuteMs), nowMs), undefined);
  t.equal(plain(oldWords(water(nowMs - 12 * minuteMs), nowMs)), 'Old: the water was measured 12 min ago.');
  t.equal(oldWords(water(null), nowMs), 'The water is not measured.');
  t.equal(oldWords(boilerNow({ inputs: [] }), nowMs), 'The water is not measured.');
  t.end();
});

t.test('a minute and the rows of the table say in words what the picture shows', (t) => {
  const isOn = { igniter: false, primaryFan: true, secondaryFan: null, auger: true };
  const minute = minuteAfter(0, 'jam', { waterC: 54.04, flueC: 120, isOn });
  t.equal(
    plain(minuteWords(minute, nowMs, time)),
    '12:00 · water 54.0 °C · flue 120.0 °C · jam or empty silo · on: primary fan, auger',
  );
  t.equal(minuteWords(undefined, nowMs, time), '12:00 · nothing is stored');
  const minutes = [
    minuteAfter(0, 'stop', { waterC: 54 }),
    minuteAfter(1, 'stop', { waterC: 53.2, flueC: 80 }),
    minuteAfter(2, 'ignition', { waterC: null }),
  ];
  const rows = phaseRows(minutes, { fromMs: nowMs, toMs: nowMs + hourMs }, time);
  t.same(
    rows.map(({ from, phase, lasted, water, flue }) => plain([from, phase, lasted, water, flue].join(' | '))),
    ['12:02 | Ignition | 60 s | – | –', '12:00 | The fire is out | 2 min | 53.2 °C | 80.0 °C'],
  );
  t.end();
});
