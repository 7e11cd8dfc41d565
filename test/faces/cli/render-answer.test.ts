import { Type } from 'typebox';
import t from 'tap';
import { renderAnswer } from '../../../gateway/faces/cli/render-answer.ts';
import { defineCommand } from '../../../gateway/features/command.ts';
import { byteCount, closed, duration, nullable } from '../../../gateway/features/schema.ts';

const plain = (_style: unknown, text: string): string => text;

const valve = closed({
  valve: Type.String(),
  unit: Type.String(),
  flow: Type.Number({ unitIn: 'unit' }),
  wishes: Type.Array(
    closed({
      by: Type.String(),
      flow: Type.Number({ unitIn: 'unit' }),
      leftMs: duration(),
      note: nullable(Type.String()),
    }),
  ),
});

const boiler = defineCommand({
  id: 'boiler.show',
  summary: 'A boiler',
  scope: 'read',
  input: closed({}),
  output: closed({
    name: Type.String(),
    unit: Type.String(),
    pressure: Type.Number({ unitIn: 'unit' }),
    words: Type.Array(Type.String()),
    valves: Type.Array(valve),
    last: nullable(closed({ logBytes: byteCount() })),
  }),
  http: { method: 'GET', path: '/api/v1/boiler' },
  run: () => ({ name: '', unit: 'bar', pressure: 1.5, words: [], valves: [], last: null }),
});

const text = (answer: object): string => renderAnswer(boiler, answer, plain);
const empty = { name: '', unit: 'bar', pressure: 1.5, words: [], valves: [], last: null };

t.test('what is empty is said to be: a dash for a text, none for a list', (t) => {
  t.equal(
    text(empty),
    [
      'name      -',
      'unit      bar',
      'pressure  1.5 bar',
      'words     none',
      'valves    none',
      'last      -',
      '',
    ].join('\n'),
  );
  t.end();
});

t.test(
  'a list in a cell is text: values with the unit of what is around them, others with their names',
  (t) => {
    const wishes = [
      { by: 'user', flow: 1500, leftMs: 19_012.3456, note: null },
      { by: 'grid', flow: 900, leftMs: 3.25, note: 'why\u001b[31m' },
    ];
    const valves = [
      { valve: 'a', unit: 'W', flow: 900, wishes },
      { valve: 'b', unit: 'l/min', flow: 0, wishes: [] },
    ];
    const out = text({ ...empty, valves, last: { logBytes: 2_500 } });
    t.match(out, /a +900 W +user, 1500 W, left 19\.0 s; grid, 900 W, left 3\.3 ms, why\uFFFD\[31m\n/);
    t.match(out, /b +0 l\/min +none\n/);
    t.match(out, /last:\n {2}log {2}2\.5 kB\n/);
    t.notMatch(out, /[{}"]/, 'no JSON');
    t.end();
  },
);
