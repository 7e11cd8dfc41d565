import t from 'tap';
import type { AlertRule } from '../../../gateway/core/alert.ts';
import { alertsSettings } from '../../../gateway/features/alerts/alerts-section.ts';
import { leftOutNotes } from '../../../gateway/features/alerts/left-out-notes.ts';
import { listRules, rulesInForce } from '../../../gateway/features/alerts/list-rules.ts';
import { unheardNotes } from '../../../gateway/features/alerts/unheard-notes.ts';
import type { ListedRule } from '../../../gateway/features/alerts/listed-rule.ts';

t.test('that nobody would hear of a rule is a line of the health, unless it was set so', (t) => {
  const own = { id: 'cold', silent: 'meter' };
  const messages = (section: object, enabled: readonly string[]): readonly string[] => {
    const settings = alertsSettings(section);
    return unheardNotes(listRules([], settings), { enabled, usual: settings.notifiers }).map(
      ({ message }) => message,
    );
  };
  const none = 'nobody is told of cold: no notifier is switched on';
  const off = 'nobody is told of cold: their notifiers are switched off';
  t.same(messages({ rules: [own] }, []), [none]);
  t.same(messages({ rules: [own] }, ['mail']), []);
  t.same(messages({ rules: [own], notifiers: ['sms'] }, ['mail']), [off]);
  t.same(messages({ rules: [own], notifiers: ['sms', 'mail'] }, ['mail']), []);
  t.same(messages({ rules: [{ ...own, notifiers: ['sms'] }], notifiers: ['mail'] }, ['mail']), [off]);
  t.same(messages({ rules: [{ ...own, notifiers: [] }] }, []), [], 'it is to be recorded only');
  t.same(messages({ rules: [{ ...own, enabled: false }] }, []), []);
  t.same(messages({}, []), [], 'nothing is watched');
  t.end();
});

const words = {
  ...{ title: 'Out', text: 'Out.', short: 'Out' },
  ...{ recoveredTitle: 'In', recoveredText: 'In.', recoveredShort: 'In' },
};
const fireOut: AlertRule = {
  ...{ id: 'boiler-fire-out', severity: 'safety', isEnabled: true, forMs: 0, cooldownMs: 600_000 },
  ...{ repeatMs: undefined, tellsRecovery: true, words: { en: words, fr: words }, page: '#/boiler' },
};

function listed(section: object, declared: readonly AlertRule[] = [fireOut]): readonly ListedRule[] {
  return listRules(declared, alertsSettings(section));
}

t.test(
  'without configuration there are the rules that features bring, and that of silence, which is off',
  (t) => {
    const rules = listed({});
    t.same(
      rules.map(({ rule, origin }) => [rule.id, origin, rule.isEnabled]),
      [
        ['boiler-fire-out', 'built-in', true],
        ['silent', 'built-in', false],
      ],
    );
    t.equal(rules[0]?.rule, fireOut);
    t.end();
  },
);

t.test('what is set of a rule goes before what it brings, and the rest stays', (t) => {
  const set = { id: 'boiler-fire-out', for: '2m', repeat: '1h', recovered: false, notifiers: ['sms'] };
  const [first] = listed({ rules: [set] });
  t.same(first, {
    rule: { ...fireOut, forMs: 120_000, repeatMs: 3_600_000, tellsRecovery: false },
    origin: 'built-in',
    condition: undefined,
    notifiers: ['sms'],
    problem: undefined,
  });
  const [off] = listed({
    rules: [{ id: 'boiler-fire-out', enabled: false, severity: 'info', cooldown: '0s' }],
  });
  t.same(off?.rule, { ...fireOut, isEnabled: false, severity: 'info', cooldownMs: 0 });
  t.same(
    listed({ rules: [set] }, []).map(({ rule }) => rule.id),
    ['silent'],
    'there is no boiler',
  );
  t.end();
});

t.test('silence is switched on in its own section, and set as any rule is', (t) => {
  const silent = { enabled: true, for: '30s' };
  const rules = [{ id: 'silent', severity: 'safety', repeat: '1d' }];
  const rule = listed({ silent, rules }, [])[0]?.rule;
  t.match(rule, {
    isEnabled: true,
    forMs: 30_000,
    severity: 'safety',
    repeatMs: 86_400_000,
    cooldownMs: 600_000,
  });
  t.equal(listed({ silent, rules: [{ id: 'silent', enabled: false }] }, [])[0]?.rule.isEnabled, false);
  t.end();
});

t.test('a rule of one’s own is a warning at once, with ten minutes between two, unless said', (t) => {
  const [, usual, set] = listed(
    {
      rules: [
        { id: 'cold', reading: 'probes/28-0a/temperature_c', below: 5, clears: 7 },
        { id: 'disk', health: 'storage', severity: 'safety', for: '1h', cooldown: '1d', enabled: false },
      ],
    },
    [],
  );
  t.match(usual?.rule, {
    ...{ id: 'cold', severity: 'warning', isEnabled: true, forMs: 0, cooldownMs: 600_000 },
    ...{ repeatMs: undefined, tellsRecovery: true },
  });
  t.same(usual?.condition, {
    ...{ kind: 'reading', device: 'probes/28-0a', quantity: 'temperature_c' },
    test: { kind: 'below', limit: 5, clears: 7 },
  });
  t.match(set?.rule, { severity: 'safety', isEnabled: false, forMs: 3_600_000, cooldownMs: 86_400_000 });
  t.same(set?.condition, { kind: 'health', prefix: 'storage', status: 'degraded' });
  t.end();
});

t.test('what is left out is listed with what is wrong, and never looked at', (t) => {
  const rules = listed({
    rules: [{ id: 'cold', silent: 'meter' }],
    leftOut: [
      { index: 1, id: 'boiler-fire-out', reason: 'line 3: no' },
      { index: 2, id: 'cold', reason: 'line 4: twice' },
      { index: 3, id: undefined, reason: 'line 5: no id' },
      { index: 4, id: 'warm', reason: 'line 6: no' },
    ],
  });
  t.same(
    rules.map(({ rule, problem }) => [rule.id, problem ?? '']),
    [
      ['boiler-fire-out', 'line 3: no'],
      ['silent', ''],
      ['cold', ''],
      ['rules[2]', 'line 4: twice'],
      ['rules[3]', 'line 5: no id'],
      ['warm', 'line 6: no'],
    ],
  );
  t.same(
    rulesInForce(rules).map(({ id, isEnabled }) => [id, isEnabled]),
    [
      ['boiler-fire-out', true],
      ['silent', false],
      ['cold', true],
    ],
    'a built-in rule does not go with what was set of it',
  );
  t.same(
    leftOutNotes(rules).map(({ subject, message }) => [subject, message]),
    [
      ['alert-rule:boiler-fire-out', 'what is set of the alert rule boiler-fire-out is left out: line 3: no'],
      ['alert-rule:rules[2]', 'the alert rule rules[2] is left out: line 4: twice'],
      ['alert-rule:rules[3]', 'the alert rule rules[3] is left out: line 5: no id'],
      ['alert-rule:warm', 'the alert rule warm is left out: line 6: no'],
    ],
  );
  t.end();
});
