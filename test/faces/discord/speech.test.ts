import fc from 'fast-check';
import t from 'tap';
import { languageOf, speechIn } from '../../../gateway/faces/discord/speech.ts';
import '../../property-seed.ts';

await t.test('the language is that of who asks, of the guild, or the usual one', (t) => {
  const rows = [
    ['fr', 'en-US', 'en', 'fr'],
    ['en-GB', 'fr', 'fr', 'en'],
    ['de', 'en-US', 'fr', 'en'],
    ['de', 'fr', 'en', 'fr'],
    ['de', 'pl', 'fr', 'fr'],
    [undefined, undefined, 'en', 'en'],
  ] as const;
  for (const [locale, guildLocale, usual, expected] of rows)
    t.equal(languageOf({ locale, guildLocale }, usual), expected, `${locale} ${guildLocale}`);
  t.end();
});

await t.test('numbers, days and hours are those of the language, and of France', (t) => {
  const said = (['fr', 'en'] as const).map((language) => {
    const { kwh, euros, day, instant } = speechIn(language);
    const texts = [
      kwh(1_234.5),
      kwh(0),
      euros(-1.239),
      euros(1e-7),
      day('2026-03-29'),
      instant(1_774_746_000_000),
    ];
    return texts.map((text) => text.replaceAll(/[\u00a0\u202f]/g, ' '));
  });
  t.strictSame(said, [
    ['1 234,5 kWh', '0,0 kWh', '-1,24 €', '0,00 €', 'dimanche 29 mars 2026', 'dim. 29 mars, 03:00'],
    ['1,234.5 kWh', '0.0 kWh', '-€1.24', '€0.00', 'Sunday, 29 March 2026', 'Sun 29 Mar, 03:00'],
  ]);
  t.end();
});

await t.test('the first of a month is said as the French do', (t) => {
  const { day, instant } = speechIn('fr');
  t.match(day('2027-01-01'), 'vendredi 1er janvier 2027');
  t.match(day('2027-01-11'), 'lundi 11 janvier 2027');
  t.match(day('2027-01-21'), 'jeudi 21 janvier 2027');
  t.match(instant(Date.UTC(2027, 1, 1, 5)), /^lun\. 1er févr\., 06:00/);
  t.match(speechIn('en').day('2027-01-01'), '1 January 2027');
  t.end();
});

await t.test('a name means nothing to Discord, and stays on its line', (t) => {
  const { name, day } = speechIn('en');
  t.equal(name('**Ana** <@1> @everyone\n`x`'), '\\*\\*Ana\\*\\* \\<\\@1\\> \\@everyone \\`x\\`');
  t.equal(name('14:30'), '14:30', 'what means nothing stays as it was written');
  t.equal(name('2026-02-31'), '2026-02-31');
  t.equal(name('-# https://x <:a:1>'), '\\-\\# https\\://x \\<\\:a:1\\>');
  t.equal(day('not a day'), 'not a day');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      const shown = name(text);
      const isEscaped = !/(?<!\\)(?:\\\\)*[*_~`|<@]/.test(shown.replaceAll('\\\\', ''));
      return shown.length <= 400 && !shown.includes('\n') && isEscaped;
    }),
  );
  t.end();
});
