import fc from 'fast-check';
import t from 'tap';
import { errorCodeOf } from '../../../gateway/core/errors.ts';
import { readCouleurTempo } from '../../../gateway/io/sources/tempo-couleur.ts';
import { readRtePublic } from '../../../gateway/io/sources/tempo-rte-public.ts';
import { readRteCalendar } from '../../../gateway/io/sources/tempo-rte.ts';

function calendar(values: unknown): unknown {
  return { tempo_like_calendars: { values } };
}

const white = {
  start_date: '2025-01-09T00:00:00+01:00',
  end_date: '2025-01-10T00:00:00+01:00',
  value: 'WHITE',
  updated_date: '2025-01-08T10:20:00+01:00',
};

t.test('RTE’s calendar is read in any order, with bounds at midnight or at 06:00', (t) => {
  const red = { ...white, start_date: '2025-01-10T06:00:00+01:00', value: 'RED', fallback: true };
  t.same(readRteCalendar(calendar([red, white])), [
    { day: '2025-01-10', colour: 'red', isFallback: true },
    { day: '2025-01-09', colour: 'white', isFallback: false },
  ]);
  const summer = { ...white, start_date: '2025-07-01T00:00:00+02:00' };
  t.match(readRteCalendar(calendar([summer])), [{ day: '2025-07-01' }]);
  t.match(readRteCalendar(calendar([{ ...white, start_date: '2025-01-08T23:00:00Z' }])), [
    { day: '2025-01-09' },
  ]);
  t.end();
});

t.test('of a day that RTE gives twice the one that was updated last counts', (t) => {
  const corrected = { ...white, value: 'RED', updated_date: '2025-01-08T11:40:00+01:00' };
  t.match(readRteCalendar(calendar([white, corrected])), [{ colour: 'red' }]);
  t.match(readRteCalendar(calendar([corrected, white])), [{ colour: 'red' }]);
  t.end();
});

t.test('a day without a colour, or with one that there is not, is not known', (t) => {
  const nothing = { start_date: white.start_date, end_date: white.end_date };
  for (const item of [
    nothing,
    { ...white, value: null },
    { ...white, value: 'PURPLE' },
    { ...white, value: 'red' },
  ])
    t.same(readRteCalendar(calendar([item])), []);
  t.end();
});

const refusedByRte: readonly (readonly [string, unknown])[] = [
  ['tempo_like_calendars.values', {}],
  ['tempo_like_calendars.values', { tempo_like_calendars: [{ values: [white] }] }],
  ['tempo_like_calendars.values[0].start_date', calendar([{ ...white, start_date: '2025-01-09' }])],
  [
    'tempo_like_calendars.values[0].start_date',
    calendar([{ ...white, start_date: '2025-41-09T00:00:00+01:00' }]),
  ],
  ['tempo_like_calendars.values[0].value', calendar([{ ...white, value: 3 }])],
  ['tempo_like_calendars.values[0].fallback', calendar([{ ...white, fallback: 'true' }])],
];

for (const [where, answer] of refusedByRte) {
  t.test(`a calendar with something else at ${where} is refused`, (t) => {
    t.throws(() => readRteCalendar(answer), { code: 'answer_invalid', facts: { where } });
    t.end();
  });
}

t.test('of RTE’s page only days are read, and made-up ones are told', (t) => {
  const values = {
    '2025-11-14': 'BLUE',
    '2025-11-14-fallback': 'false',
    '2025-11-15': 'WHITE',
    '2025-11-15-fallback': 'true',
    '2025-11-16': '',
    '2025-02-30': 'RED',
    nextUpdate: 'RED',
  };
  t.same(readRtePublic({ values }), [
    { day: '2025-11-14', colour: 'blue', isFallback: false },
    { day: '2025-11-15', colour: 'white', isFallback: true },
  ]);
  t.throws(() => readRtePublic({ values: { '2025-11-14': 3 } }), { code: 'answer_invalid' });
  t.throws(() => readRtePublic([]), { code: 'answer_invalid' });
  t.end();
});

t.test('couleur-tempo’s code 0 is no colour, and a code that there is not is refused', (t) => {
  const item = { dateJour: '2025-01-10', codeJour: 3, periode: '2024-2025', libCouleur: 'Rouge' };
  const unknown = { ...item, dateJour: '2025-01-11', codeJour: 0, libCouleur: 'Inconnu' };
  t.same(readCouleurTempo([item, unknown]), [{ day: '2025-01-10', colour: 'red', isFallback: false }]);
  for (const [where, wrong] of [
    ['[0].codeJour', { ...item, codeJour: 4 }],
    ['[0].codeJour', { ...item, codeJour: 1.5 }],
    ['[0].codeJour', { ...item, codeJour: '3' }],
    ['[0].dateJour', { ...item, dateJour: '10/01/2025' }],
  ] as const) {
    t.throws(() => readCouleurTempo([wrong]), { code: 'answer_invalid', facts: { where } });
  }
  t.throws(() => readCouleurTempo(item), { code: 'answer_invalid' });
  t.end();
});

t.test('whatever is answered is read or refused as invalid', (t) => {
  const shapes = fc.oneof(
    fc.jsonValue(),
    fc.record({ values: fc.dictionary(fc.constantFrom('2025-01-09', '__proto__', 'x'), fc.jsonValue()) }),
    fc.array(fc.record({ dateJour: fc.jsonValue(), codeJour: fc.jsonValue() })),
    fc.array(fc.record({ start_date: fc.jsonValue(), value: fc.jsonValue() })).map(calendar),
  );
  fc.assert(
    fc.property(shapes, (answer) => {
      for (const read of [readRteCalendar, readRtePublic, readCouleurTempo]) {
        try {
          read(answer);
        } catch (error) {
          if (errorCodeOf(error) !== 'answer_invalid') throw error;
        }
      }
    }),
    { numRuns: 300 },
  );
  t.end();
});
