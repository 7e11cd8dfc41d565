import t from 'tap';
import { tokenExpiryMs } from '../../../gateway/io/sources/token-expiry.ts';

function token(claims: unknown): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
}

t.test('a token says until when it is valid', (t) => {
  t.equal(tokenExpiryMs(token({ exp: 1_796_083_200 })), 1_796_083_200_000);
  t.end();
});

t.test('what is no such token says nothing', (t) => {
  for (const text of [
    '',
    'a.b',
    'a.b.c',
    '..',
    token(null),
    token({}),
    token({ exp: '9' }),
    token({ exp: 1e300 }),
  ])
    t.equal(tokenExpiryMs(text), undefined, text);
  t.end();
});
