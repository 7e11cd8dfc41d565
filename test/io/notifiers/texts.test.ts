import fc from 'fast-check';
import t from 'tap';
import { gsmSeptets } from '../../../gateway/core/gsm-septets.ts';
import { oneLine, plainLines } from '../../../gateway/io/plain-text.ts';
import { saidByService } from '../../../gateway/io/said-by-service.ts';
import { smsText } from '../../../gateway/io/notifiers/sms-text.ts';

/** Of GSM for one septet, for two, of none, of two UTF-16 units, half of one, and what ends a line. */
const units = ['a', 'Z', 'é', '{', '€', 'ê', '😀', '\ud800', '\n', '\r', '\u0000', '\u0085', '\u2028', ' '];

t.test('an SMS is of three parts at most, whatever it says', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...units), maxLength: 600 }), (words) => {
      const { text, isUnicode } = smsText(words);
      const septets = gsmSeptets(text);
      return (
        text.isWellFormed() &&
        !/[\r\n]/.test(text) &&
        (isUnicode ? text.length <= 201 : septets !== undefined && septets <= 459)
      );
    }),
  );
  t.same(smsText('{'.repeat(500)).text.length <= 229, true);
  t.same(smsText(' two\nlines '), { text: 'two lines', isUnicode: false });
  t.end();
});

t.test('a line is one line, and a cut never leaves half a character', (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...units), maxLength: 60 }),
      fc.integer({ min: 5, max: 40 }),
      (text, max) => {
        const line = oneLine(text, max);
        const lines = plainLines(text, max);
        return (
          [line, lines].every((one) => one.isWellFormed() && one.length <= max) &&
          !/[\p{Cc}\u2028\u2029]/u.test(line) &&
          !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/u.test(lines)
        );
      },
    ),
  );
  t.equal(oneLine('a\r\nb\u2028c\u0085d', 99), 'a b c d');
  t.equal(plainLines('a\r\nb\u2028c\rd\te\u0007', 99), 'a\nb\nc\nd\te');
  t.equal(oneLine('abc😀def', 5), 'abc…');
  t.end();
});

t.test('what a service says is shown without what we told it, however it writes it', (t) => {
  const secret = 'p+ss/w"rd ü';
  const spelled = [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret),
    Buffer.from(secret).toString('base64'),
  ];
  t.equal(saidByService(`no: ${spelled.join(' ')} here`, [secret]), 'no: … … "…" … here');
  t.equal(saidByService('your key is 0123456789abcdef01234567', []), 'your key is …');
  t.equal(saidByService('a\r\nb'.repeat(100), []).length, 160);
  t.equal(saidByService('x'.repeat(70_000), []), '', 'a flood is not looked through');
  t.equal(saidByService('ok', ['', 'ok']), 'ok', 'what is that short is no secret');
  t.end();
});
