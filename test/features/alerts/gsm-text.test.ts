import fc from 'fast-check';
import t from 'tap';
import { gsmText, septetsOf } from '../../../gateway/features/alerts/gsm-text.ts';

/** 3GPP TS 23.038, tables 6.2.1 and 6.2.1.1, without what ends lines; written down apart from the code. */
const alphabet =
  '@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const twice = '^{}\\[~]|€';

t.test('what GSM has stays as it is, and is counted as it is sent', (t) => {
  t.equal(alphabet.length + 3, 128, 'with two ends of lines, and the escape');
  const changed = Array.from(alphabet).filter((one) => gsmText(`a${one}b`, 160) !== `a${one}b`);
  t.same(changed, []);
  t.ok(Array.from(alphabet).every((one) => septetsOf(one) === 1));
  t.same(Array.from(twice, (one) => gsmText(one, 160)).join(''), twice);
  t.ok(Array.from(twice).every((one) => septetsOf(one) === 2));
  t.end();
});

const likenesses: readonly (readonly [string, string])[] = [
  ['l’été', "l'été"],
  ['œuf, Œuvre', 'oeuf, OEuvre'],
  ['être, tôt, naïf, goût', 'etre, tot, naif, gout'],
  ['garçon, Ça', 'garcon, Ça'],
  ['À BIENTÔT', 'A BIENTOT'],
  ['54,2 °C', '54,2 C'],
  ['« feu »', '" feu "'],
  ['−5 – 7 — …', '-5 - 7 - ...'],
  ['a\u00a0b\u202fc\td\r\ne', 'a b c d e'],
  ['m³ et ½', 'm3 et 1/2'],
  ['żółć', 'zolc'],
  ['🔥 feu 火', '? feu ?'],
  ['e\u0301te\u0301', 'été'],
  ['in\u200bvi\u202esi\ufeffble', 'invisible'],
  ['a\u0000b\u0007c', 'a b c'],
  ['\ud800', '?'],
];

for (const [written, sent] of likenesses) {
  t.test(`${JSON.stringify(written)} is sent as ${JSON.stringify(sent)}`, (t) => {
    t.equal(gsmText(written, 160), sent);
    t.end();
  });
}

t.test('a text that is too long is cut, and says so', (t) => {
  t.equal(gsmText('x'.repeat(160), 160), 'x'.repeat(160));
  t.equal(gsmText('x'.repeat(161), 160), `${'x'.repeat(157)}...`);
  t.equal(gsmText('€'.repeat(80), 160), '€'.repeat(80));
  t.equal(gsmText('€'.repeat(81), 160), `${'€'.repeat(78)}...`, 'half of one is not sent');
  t.equal(gsmText('one two three', 10), 'one two...');
  t.end();
});

t.test('whatever it was, it is in the alphabet, fits, and is not changed by being made again', (t) => {
  const any = fc.string({ unit: 'binary', maxLength: 400 });
  fc.assert(
    fc.property(any, (text) => {
      const sent = gsmText(text, 159);
      const isSendable = Array.from(sent).every((one) => alphabet.includes(one) || twice.includes(one));
      return isSendable && septetsOf(sent) <= 159 && gsmText(sent, 159) === sent;
    }),
    { numRuns: 300 },
  );
  t.end();
});
