import t from 'tap';
import { boilerMinutesView, boilerStatusView } from '../../../gateway/faces/cli/boiler-views.ts';
import { formatInstant } from '../../../gateway/faces/cli/format-value.ts';

const paint = (_: unknown, text: string): string => text;
const startMs = Date.UTC(2026, 0, 5, 6);

t.test('the status says phase, water, the coldest of days, and what cannot be seen', (t) => {
  const unseen = { value: null, isOn: null, quality: null, ageMs: null, problem: null, hint: null };
  const text = boilerStatusView(
    {
      ...{
        name: 'cellar\u001b[31m',
        comment: '',
        phase: 'stop',
        code: 9,
        sinceMs: startMs,
        isProvisional: true,
      },
      ...{ isTold: false, waterC: 54.25, failureC: 56 },
      inputs: [
        { ...unseen, input: 'water', configured: 'boiler/w', value: 54.25, quality: 'good', ageMs: 4_000 },
        {
          ...unseen,
          input: 'igniter',
          configured: 'm/a1',
          value: 0,
          isOn: false,
          quality: 'good',
          ageMs: 4_000,
        },
        { ...unseen, input: 'primaryFan', configured: null, problem: 'is not configured', hint: 'name it' },
      ],
      minima: [
        { hours: 24, waterC: 54.2, atMs: startMs },
        { hours: 168, waterC: null, atMs: null },
      ],
    },
    paint,
  );
  t.match(text, /phase +stop \(9\), provisional/);
  t.match(text, /water +54\.3 °C/);
  t.match(text, `54.2 °C, in the hour from ${formatInstant(startMs)}`);
  t.match(text, /people are told +no: boiler\.alerts is false/);
  t.match(text, /igniter +m\/a1 +off \(0\)/);
  t.match(text, /primaryFan .*is not configured: name it/);
  t.notMatch(text, '\u001b');
  t.end();
});

t.test('minutes show means, motors as on or off, only inputs that said anything, and gaps', (t) => {
  const row = { code: 6, phase: 'combustion', isProvisional: false, n: 24 };
  const text = boilerMinutesView(
    {
      rows: [
        {
          ...{ ...row, startMs, endMs: startMs + 60_000 },
          inputs: { primaryFan: { mean: 1_700, isOn: true }, water: { mean: 61.04, isOn: null } },
        },
        {
          ...row,
          n: 0,
          code: 0,
          phase: 'undefined',
          startMs: startMs + 60_000,
          endMs: startMs + 7_260_000,
          inputs: {},
        },
      ],
    },
    paint,
  );
  const [head = '', first = '', gap = ''] = text.split('\n');
  t.same(head.trim().split(/ +/), ['start', 'lasts', 'code', 'phase', 'water', 'primaryFan']);
  t.match(first, /combustion +61\.0 +on/);
  t.match(gap, /2 h 00 m +0 +undefined +- +- +nothing good/);
  t.equal(boilerMinutesView({ rows: [] }, paint), 'Nothing is known of that time.\n');
  t.end();
});
