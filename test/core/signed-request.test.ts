import { createHash } from 'node:crypto';
import t from 'tap';
import { signedRequestText } from '../../gateway/core/signed-request.ts';
import { SigningClient } from '../signing-client.ts';

t.test('what is signed is seven lines, none at the end', (t) => {
  const text = signedRequestText({
    gatewayId: 'abcdefgh234567ab',
    method: 'POST',
    target: '/api/v1/keys?x=%20y',
    bodyHash: createHash('sha256').update('{}').digest('hex'),
    time: '1763740800000',
    nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
  });
  t.equal(
    text,
    'gw-req-1\nabcdefgh234567ab\nPOST\n/api/v1/keys?x=%20y\n44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\n1763740800000\nAAAAAAAAAAAAAAAAAAAAAA',
  );
  t.end();
});

t.test('a key and a request have one signature, whoever makes it', (t) => {
  const client = new SigningClient('abcdefgh234567ab', Buffer.alloc(32, 7));
  t.equal(client.publicKey, '6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw');
  const request = { method: 'GET', url: '/api/v1/devices', timeMs: 1_763_740_800_000 };
  t.same(client.headers({ ...request, nonce: 'AAAAAAAAAAAAAAAAAAAAAA' }), {
    'x-gw-key': 'fe812c12f3ab',
    'x-gw-time': '1763740800000',
    'x-gw-nonce': 'AAAAAAAAAAAAAAAAAAAAAA',
    'x-gw-sig': 'AtVfKymH853_n7szYPdvn_k24CoIHrm9F4cD69xsnMQSjyj1iplyOASwdtMU4eBUxAsyWz9TQ-G_V-oRSy6bCg',
  });
  t.end();
});
