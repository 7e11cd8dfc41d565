import t from 'tap';
import { alertRulesView } from '../../../gateway/faces/cli/alert-views.ts';

const rule = {
  ...{ id: 'silent', enabled: true, severity: 'warning', condition: null, problem: null },
  ...{ forMs: 0, cooldownMs: 600_000, repeatMs: null, subjects: [] as object[] },
};

t.test('rules are a table: what goes on is named, the rest is counted', (t) => {
  const of = (state: string, ...subjects: string[]): object[] =>
    subjects.map((subject) => ({ subject, state }));
  const rules = [
    { ...rule, subjects: [...of('firing', 'meter', 'p1\u001b[31m'), ...of('quiet', 'a', 'b', 'c')] },
    { ...rule, id: 'cold', enabled: false, condition: 'probe/temperature_c below 5', repeatMs: 60_000 },
    { ...rule, id: 'bad', problem: 'line 3: no' },
    { ...rule, id: 'many', subjects: of('held', 'a', 'b', 'c', 'd') },
  ];
  const lines = alertRulesView({ rules }, (_style, text) => text).split('\n');
  t.equal(lines.length, 6);
  t.match(lines[0], /^id +enabled +severity +for +cooldown +repeat +watches +now$/);
  t.match(lines[1], /^silent +yes +warning .* - +- +firing meter, p1.*; quiet 3$/);
  t.match(lines[2], /^cold +no .* probe\/temperature_c below 5 +-$/);
  t.match(lines[3], /^bad .* left out: line 3: no$/);
  t.match(lines[4], /^many .* held 4$/);
  t.notMatch(lines.join(''), '\u001b');
  t.end();
});
