import t from 'tap';
import { packBody, unpackBody } from '../../gateway/storage/checked-body.ts';

const short = Buffer.from('short');
const long = Buffer.alloc(500, 'abcdefgh');

t.test('a body comes back under its key, and long regular ones take less', (t) => {
  for (const plain of [Buffer.alloc(0), short, long]) {
    t.ok(Buffer.from(plain).equals(unpackBody(packBody(plain, 2 ** 45 + 3), 2 ** 45 + 3)));
  }
  t.equal(packBody(short, 1).length, short.length + 5);
  t.ok(packBody(long, 1).length < 50);
  t.end();
});

t.test('a flipped bit, a missing byte and another key are refused', (t) => {
  for (const plain of [short, long]) {
    const body = packBody(plain, 99);
    t.throws(() => unpackBody(body, 98), { code: 'database_unreadable', message: /98/ });
    for (let bit = 0; bit < body.length * 8; bit += 1) {
      const damaged = Buffer.from(body);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      t.throws(() => unpackBody(damaged, 99), { code: 'database_unreadable' });
    }
    for (let length = 0; length < body.length; length += 1) {
      t.throws(() => unpackBody(body.subarray(0, length), 99), { code: 'database_unreadable' });
    }
  }
  t.end();
});
