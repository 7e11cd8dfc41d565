import fc from 'fast-check';
import t from 'tap';
import { wrapText } from '../../../gateway/features/setup/wrap-text.ts';

t.test('text is broken between words, and a longer word stands alone', (t) => {
  t.same(wrapText('one two three', 7), ['one two', 'three']);
  t.same(wrapText('see http://example.org/long now', 10), ['see', 'http://example.org/long', 'now']);
  t.same(wrapText('\nend', 10), ['', 'end']);
  t.end();
});

t.test('no word is lost, and no line with two words is too long', (t) => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 30 }), (given, columns) => {
      const lines = wrapText(given.join(' '), columns);
      const isKept = lines.join(' ') === given.join(' ');
      return isKept && lines.every((line) => line.length <= columns || !line.includes(' '));
    }),
  );
  t.end();
});
