import fc from 'fast-check';
import t from 'tap';
import { nutWords } from '../../../gateway/io/sources/nut-words.ts';
import '../../property-seed.ts';

t.test('words stand alone or in quotes, and a backslash hides one character', (t) => {
  t.same(nutWords('VAR su700 ups.status "OL CHRG"'), ['VAR', 'su700', 'ups.status', 'OL CHRG']);
  t.same(nutWords(String.raw`UPS a "the \"small\" one \\ C:"`), [
    'UPS',
    'a',
    String.raw`the "small" one \ C:`,
  ]);
  t.same(nutWords('ERR DATA-STALE'), ['ERR', 'DATA-STALE']);
  t.same(nutWords('VAR a b ""'), ['VAR', 'a', 'b', '']);
  t.same(nutWords(''), []);
  t.end();
});

t.test('what is quoted is read back as it was', (t) => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary-ascii' }), { minLength: 1 }), (words) => {
      const shown = words.map((word) => word.replaceAll(/[\r\n]/g, ' '));
      const line = shown.map((word) => `"${word.replace(/["\\]/g, String.raw`\$&`)}"`).join(' ');
      return JSON.stringify(nutWords(line)) === JSON.stringify(shown);
    }),
  );
  t.end();
});
