import assert from 'node:assert/strict';
import t from 'tap';
import { languages } from '../../../gateway/core/alert.ts';
import { gsmSeptets } from '../../../gateway/core/gsm-septets.ts';
import { placesIn } from '../../../gateway/features/alerts/fill-words.ts';
import { memberRules, tellStatement } from '../../../gateway/features/members/statement-rules.ts';
import type { StatementRecord } from '../../../gateway/features/members/statement-record.ts';
import { centsText, statementText } from '../../../gateway/features/members/statement-words.ts';
import { AlertsBench } from '../alerts/alerts-bench.ts';

const minuteMs = 60_000;

function recordAt(madeMs: number): StatementRecord {
  const told = {
    microEuros: 400_000,
    mwh: 2_000_002,
    state: 'waiting',
    tries: 0,
    nextMs: 0,
    problem: null,
  } as const;
  return {
    ...{ year: 2025, madeMs, isFinal: true, mwh: 5_000_005, microEuros: 1_000_000, downDays: 0 },
    ...{ unassignedMwh: 1_000_001, unassignedMicroEuros: 200_000, isToTell: true },
    messages: ['7', '8'].map((member) => ({ ...told, member })),
  };
}

t.test('the real desk tells of a statement once, however often it is told, over a restart', async (t) => {
  const bench = new AlertsBench();
  bench.rules = memberRules(true);
  bench.start();
  await bench.clock.advance(10 * minuteMs);
  const record = recordAt(bench.clock.wall());
  await bench.ask(tellStatement(bench.alerts, record));
  bench.die();
  bench.start();
  await bench.clock.advance(1_000);
  await bench.ask(tellStatement(bench.alerts, record));
  await bench.clock.advance(minuteMs);
  t.same(
    bench.told().map(({ rule, subject, kind }) => [rule, subject, kind]),
    [['statement-made', 'statement 2025', 'alert']],
  );
  t.equal(bench.accepted.length, 3, 'each recipient once');
  const anew = recordAt(bench.clock.wall());
  await bench.ask(tellStatement(bench.alerts, anew));
  t.equal(bench.told().filter(({ kind }) => kind === 'alert').length, 2, 'made anew it is told anew');
});

t.test('its words have no place that nothing fills, and the short form is one SMS', async (t) => {
  const [rule] = memberRules(true);
  assert.ok(rule);
  let facts: readonly string[] = [];
  await tellStatement(
    {
      observe: (observations) => {
        facts = Object.keys(observations[0]?.facts ?? {});
        return Promise.resolve();
      },
      observedToMs: () => undefined,
    },
    recordAt(0),
  );
  for (const language of languages) {
    const words = rule.words[language];
    for (const text of Object.values(words) as string[]) {
      t.strictSame(
        placesIn(text).filter((place) => ![...facts, 'site', 'time'].includes(place)),
        [],
      );
      t.ok(text.length > 0);
    }
    const short = words.short
      .replace('{site}', 'a home of thirty characters ok')
      .replace('{year}', '2025')
      .replaceAll(/\{\w+\}/g, '12345.67');
    t.ok((gsmSeptets(short) ?? Infinity) < 160, short);
  }
  t.equal(memberRules(false).filter(({ isEnabled }) => isEnabled).length, 0);
});

t.test('a member is told in his language, and who gets something back is told so', (t) => {
  const told = { name: 'Zoé', year: 2025, microEuros: 12_345_000, mwh: 40_050_000 };
  t.equal(
    statementText(told, 'en'),
    'Hello Zoé! Electricity of the server in 2025: your share is €12.35, for 40.1 kWh.',
  );
  t.equal(
    statementText(told, 'fr'),
    'Bonjour Zoé ! Électricité du serveur, année 2025 : ta part est de 12,35 €, pour 40,1 kWh.',
  );
  t.match(statementText({ ...told, microEuros: -1_000_000 }, 'en'), 'you get back €1.00');
  t.match(statementText({ ...told, microEuros: -1_000_000 }, 'fr'), '1,00 € te sont dus');
  t.strictSame(
    [0, 4_999, 5_000, -5_000, -4_999, 1_005_000].map((one) => centsText(one, 'en')),
    [...['0.00', '0.00', '0.01', '-0.01', '0.00', '1.01']],
  );
  t.end();
});
