import t from 'tap';
import { gsmSeptets } from '../../gateway/core/gsm-septets.ts';

t.test('the alphabet of GSM has what it has, and its extension costs two', (t) => {
  t.equal(gsmSeptets('Feu eteint a 06:40 @ £$ èéùìò ÄÖÑÜ'), 34);
  t.equal(gsmSeptets('54.8€ [x]'), 12);
  for (const text of ['ê', 'ç', '’', '°', '…', '😀', '\u0000']) t.equal(gsmSeptets(text), undefined, text);
  t.end();
});
