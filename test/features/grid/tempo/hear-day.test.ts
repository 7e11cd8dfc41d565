import fc from 'fast-check';
import t from 'tap';
import { limits } from '../../../../gateway/core/limits.ts';
import { tempoColours, type TempoColour } from '../../../../gateway/core/tempo-rules.ts';
import type { SaidTempoDay } from '../../../../gateway/core/tempo-said-day.ts';
import { hearDay } from '../../../../gateway/features/grid/tempo/hear-day.ts';
import type { StoredTempoDay } from '../../../../gateway/storage/tempo-calls.ts';
import '../../../property-seed.ts';

const day = '2026-01-12';
/** `red! rte`: final; `red? rte`: provisional. */
type Word = string;

function saidBy(word: Word): SaidTempoDay {
  const [said = '', ...provider] = word.split(' ');
  const state = said.endsWith('!') ? 'final' : 'provisional';
  return { day, colour: said.slice(0, -1) as TempoColour, state, provider: provider.join(' '), heardMs: 1 };
}

function wordOf(known: Omit<SaidTempoDay, 'day'>): Word {
  return `${known.colour}${known.state === 'final' ? '!' : '?'} ${known.provider}`;
}

function heard(words: readonly Word[]): StoredTempoDay | undefined {
  let known: StoredTempoDay | undefined;
  for (const word of words) known = hearDay(known, saidBy(word)) ?? known;
  return known;
}

const cases: readonly (readonly [string, readonly Word[], Word, readonly Word[]])[] = [
  ['the first word counts', ['red? couleur-tempo'], 'red? couleur-tempo', []],
  ['what becomes final is no correction', ['red? rte', 'red! rte'], 'red! rte', []],
  ['a provisional colour may change', ['blue? rte', 'white? rte'], 'white? rte', ['blue? rte']],
  ['a final one is not made provisional', ['red! rte', 'red? rte', 'white? rte'], 'red! rte', []],
  ['a correction after eleven counts', ['white! rte', 'red! rte'], 'red! rte', ['white! rte']],
  [
    'one who is preferred corrects',
    ['white! couleur-tempo', 'red! rte'],
    'red! rte',
    ['white! couleur-tempo'],
  ],
  ['one who is not does not', ['red! rte', 'white! couleur-tempo'], 'red! rte', []],
  ['who says the same stays', ['red! rte', 'red! rte-public'], 'red! rte', []],
  ['a person goes before all', ['blue! rte', 'red! by hand', 'blue! rte'], 'red! by hand', ['blue! rte']],
  ['until one is final and agrees', ['red! by hand', 'red? rte', 'red! rte'], 'red! rte', []],
  ['and from then on counts', ['red! by hand', 'red! rte', 'white! rte'], 'white! rte', ['red! rte']],
  ['a person may change it', ['red! by hand', 'blue! by hand'], 'blue! by hand', ['red! by hand']],
  [
    'an import is no more than a hint',
    ['blue! tsm', 'red! couleur-tempo'],
    'red! couleur-tempo',
    ['blue! tsm'],
  ],
  ['and who says the same is named', ['blue! tsm', 'blue! tempo', 'blue! rte'], 'blue! rte', []],
  ['it does not go before a provider', ['blue! couleur-tempo', 'red! tsm'], 'blue! couleur-tempo', []],
];

t.test('what is believed of a day, and what was before', (t) => {
  for (const [name, words, believed, before] of cases) {
    const known = heard(words);
    t.equal(known === undefined ? '' : wordOf(known), believed, name);
    t.same(known?.before.map(wordOf), before, name);
  }
  t.end();
});

t.test('to hear the same again changes nothing, and corrections are bounded', (t) => {
  const word = fc
    .tuple(
      fc.constantFrom(...tempoColours),
      fc.constantFrom('!', '?'),
      fc.constantFrom('rte', 'rte-public', 'couleur-tempo', 'by hand', 'tsm', 'tempo', 'other'),
    )
    .map(([colour, mark, provider]) => `${colour}${mark} ${provider}`);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 60 }), (words) => {
      const known = heard(words);
      if (known === undefined || known.before.length > limits.tempoCorrectionsMax) return false;
      const chain = [...known.before.map(({ colour }) => colour), known.colour];
      if (chain.some((colour, index) => index > 0 && colour === chain[index - 1])) return false;
      return hearDay(known, known) === undefined;
    }),
  );
  t.end();
});
