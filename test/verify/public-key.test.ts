import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { bytesOfBase64url, gatewayIdOf, parsePublicKey } from '../../verify/public-key.ts';
import { gatewayNameOf } from './chain-builder.ts';

/** RFC 7748 and the literature on Ed25519: all points of order 1, 2, 4 and 8, little-endian, and other ways to write them. */
const smallOrder = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
];

t.test('keys that would vouch for anything are none', (t) => {
  for (const hex of smallOrder) t.equal(parsePublicKey(hex), undefined, hex);
  t.end();
});

t.test('a key is the same in base64url, hex and PEM, and gives the gateway its id', (t) => {
  for (const pair of [generateKeyPairSync('ed25519'), generateKeyPairSync('ec', { namedCurve: 'P-256' })]) {
    const pem = String(pair.publicKey.export({ type: 'spki', format: 'pem' }));
    const { x = '', y = '' } = pair.publicKey.export({ format: 'jwk' });
    const bytes = Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
    for (const text of [
      pem,
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
      bytes.toString('base64url'),
    ]) {
      const key = parsePublicKey(` ${text}\n`);
      t.same(key?.bytes, bytes, text);
      t.equal(key?.object.equals(createPublicKey(pem)), true);
    }
    t.equal(gatewayIdOf(bytes), gatewayNameOf(bytes));
  }
  t.end();
});

t.test('what is no key is refused', (t) => {
  for (const text of [
    '',
    'abc',
    'a'.repeat(63),
    '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
    '7'.repeat(128),
  ]) {
    t.equal(parsePublicKey(text), undefined, text);
  }
  t.equal(bytesOfBase64url('AB'), undefined, 'unused bits are zero');
  t.equal(bytesOfBase64url('AA=='), undefined, 'there is no padding');
  t.same(bytesOfBase64url('AA'), Buffer.alloc(1));
  t.end();
});
