import t from 'tap';
import { languages, type AlertWords } from '../../../gateway/core/alert.ts';
import { gsmSeptets } from '../../../gateway/core/gsm-septets.ts';
import { boilerRules } from '../../../gateway/features/boiler/boiler-rules.ts';
import { BoilerSight } from '../../../gateway/features/boiler/boiler-sight.ts';
import { boilerMinute } from '../../../gateway/features/boiler/boiler-minute.ts';
import { observeMinutes } from '../../../gateway/features/boiler/observe-minutes.ts';

/** All that has places, filled as long as it gets. */
function factsOfStop(): Readonly<Record<string, unknown>> {
  const said = { min: 54.25, max: 54.25, mean: 54.25, isOn: null, n: 12, bad: 0 };
  const minute = boilerMinute(0, new Map([['water', said]]));
  const [observed] = observeMinutes([{ startMs: 0, minute, phase: 'stop' }], {
    ...{ boiler: 'boiler', name: 'boiler', failureC: 56, awakeMs: 0 },
    sight: new BoilerSight(new Map([['water', 5_000]])),
  });
  return {
    ...observed?.facts,
    site: 'a home of thirty characters ok',
    time: '13 Feb 06:40',
    subject: 'boiler',
  };
}

t.test('people are told of five things, and of none where alerts are off', (t) => {
  const told = boilerRules(true).filter(({ isEnabled }) => isEnabled);
  t.same(
    told.map(({ id }) => id),
    ['boiler-fire-out', 'boiler-jam', 'boiler-silent', 'boiler-stuck'],
  );
  t.equal(boilerRules(true).length, 5);
  t.equal(boilerRules(false).filter(({ isEnabled }) => isEnabled).length, 0);
  t.end();
});

t.test('the words have no place that nothing fills, and their short form is one SMS', (t) => {
  const facts = {
    ...factsOfStop(),
    inputs: 'water, igniter, primaryFan',
    inputsFr: 'eau, allumage, ventilateur primaire',
  };
  const names: readonly (keyof AlertWords)[] = [
    ...(['title', 'text', 'short', 'recoveredTitle', 'recoveredText', 'recoveredShort'] as const),
  ];
  for (const { id, words } of boilerRules(true)) {
    for (const language of languages) {
      for (const name of names) {
        const text = words[language][name].replaceAll(/\{(\w+)\}/g, (_, place: string) => {
          t.ok(place in facts, `${id} ${language} ${name}: ${place}`);
          return String((facts as Readonly<Record<string, unknown>>)[place]);
        });
        if (!name.toLowerCase().includes('short')) continue;
        const length = gsmSeptets(text);
        t.ok(length !== undefined && length < 160, `${id} ${language} ${name}: ${String(length)} of ${text}`);
      }
    }
  }
  t.equal(factsOfStop()['waterC'], 54.3);
  t.end();
});
