import t, { type Test } from 'tap';
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import nacl from 'tweetnacl';
import { errorCodeOf } from '../../gateway/core/errors.ts';
import { parsePublicKey } from '../../gateway/features/public-key.ts';

const prime = 2n ** 255n - 19n;
const order = 2n ** 252n + 27742317777372353535851937790883648493n;
const curveD = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;

/** The encodings of the eight points of small order, and the other ones that decoders take for them. */
const smallOrder: readonly (readonly [string, string])[] = [
  ['order 1', `01${'00'.repeat(31)}`],
  ['order 1, with a sign', `01${'00'.repeat(30)}80`],
  ['order 1, as p + 1', `ee${'ff'.repeat(30)}7f`],
  ['order 1, as p + 1 with a sign', `ee${'ff'.repeat(31)}`],
  ['order 2', `ec${'ff'.repeat(30)}7f`],
  ['order 2, with a sign', `ec${'ff'.repeat(31)}`],
  ['order 4', '00'.repeat(32)],
  ['order 4, negative', `${'00'.repeat(31)}80`],
  ['order 4, as p', `ed${'ff'.repeat(30)}7f`],
  ['order 4, as p, negative', `ed${'ff'.repeat(31)}`],
  ['order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
  ['order 8, negative', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85'],
  ['order 8, the other', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
  ['order 8, the other, negative', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa'],
];

void t.test('every encoding of the eight points of small order is refused as a key', (t) => {
  for (const [name, hex] of smallOrder) refuses(t, fromHex(hex), name);
  t.end();
});

void t.test('the eight points of small order are all there are', (t) => {
  const canonical = smallOrder.filter(([, hex]) => (leNumber(hex) & (2n ** 255n - 1n)) < prime);
  const points = new Set(canonical.map(([, hex]) => pointOf(hex).join()));
  t.equal(points.size, 8);
  for (const [name, hex] of canonical) t.strictSame(timesEight(pointOf(hex)), [0n, 1n], name);
  t.end();
});

void t.test('a signature with a point of small order in it is refused', (t) => {
  const { publicKey, seed } = keyPair();
  const key = parsePublicKey(publicKey);
  const message = Buffer.from('m');
  const good = Buffer.from(nacl.sign.detached(message, nacl.sign.keyPair.fromSeed(seed).secretKey));
  for (const [name, hex] of smallOrder) {
    const forged = Buffer.concat([Buffer.from(hex, 'hex'), good.subarray(32)]);
    t.notOk(key.verify(message, forged.toString('base64url')), name);
  }
  t.end();
});

void t.test('what is not the one spelling of 32 bytes of a point is refused', (t) => {
  const { publicKey } = keyPair();
  const lastDigit = publicKey.slice(-1);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const sameBytes = publicKey.slice(0, -1) + alphabet.charAt(alphabet.indexOf(lastDigit) + 1);
  t.same(Buffer.from(sameBytes, 'base64url'), Buffer.from(publicKey, 'base64url'), 'another spelling');
  refuses(t, sameBytes, 'bits left over');
  refuses(t, `${publicKey}=`, 'padding');
  refuses(t, ` ${publicKey}`, 'a space');
  refuses(t, publicKey.slice(1), 'too short');
  refuses(t, `${publicKey}AA`, 'too long');
  refuses(t, '', 'nothing');
  refuses(t, Buffer.alloc(32, 0xff).toString('base64url'), 'y beyond the prime');
  const offCurve = [...Array(20).keys()].map((y) => Buffer.alloc(32).fill(y + 2, 0, 1));
  const outcomes = offCurve.map((bytes) => isTaken(bytes.toString('base64url')));
  const expected = offCurve.map((bytes) => xSquaredHasRoot(leNumber(bytes.toString('hex'))));
  t.strictSame(outcomes, expected, 'off the curve');
  t.ok(outcomes.includes(false) && outcomes.includes(true), 'there are both among small numbers');
  t.end();
});

void t.test('a signature is taken in its one form only', (t) => {
  const { publicKey, privateKey } = keyPair();
  const key = parsePublicKey(publicKey);
  const message = Buffer.from('close the valve');
  const good = sign(null, message, privateKey);
  t.ok(key.verify(message, good.toString('base64url')));
  t.equal(key.text, publicKey);
  const s = leNumber(good.subarray(32).toString('hex'));
  for (let times = 1n; s + times * order < 2n ** 256n; times += 1n) {
    const malleated = Buffer.concat([good.subarray(0, 32), leBytes(s + times * order)]);
    t.notOk(key.verify(message, malleated.toString('base64url')), `S + ${times}L`);
  }
  t.notOk(key.verify(Buffer.from('open the valve'), good.toString('base64url')), 'of another message');
  t.notOk(key.verify(message, good.toString('base64')), 'another alphabet');
  t.notOk(key.verify(message, good.toString('hex')), 'hex');
  t.notOk(key.verify(message, good.subarray(1).toString('base64url')), 'cut');
  t.notOk(key.verify(message, ''), 'none');
  t.notOk(parsePublicKey(keyPair().publicKey).verify(message, good.toString('base64url')), 'another key');
  for (const bit of [0, 255, 256, 300, 511]) {
    const flipped = Buffer.from(good);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    t.notOk(key.verify(message, flipped.toString('base64url')), `bit ${bit} flipped`);
  }
  t.end();
});

void t.test(
  'node and tweetnacl sign 100 random messages with the same bytes, and each takes the other’s',
  (t) => {
    let same = 0;
    for (let round = 0; round < 100; round += 1) {
      const { publicKey, privateKey, seed } = keyPair();
      const message = randomBytes(round * 3);
      const ours = sign(null, message, privateKey);
      const theirs = Buffer.from(nacl.sign.detached(message, nacl.sign.keyPair.fromSeed(seed).secretKey));
      if (!ours.equals(theirs)) t.fail(`differs for ${seed.toString('hex')} ${message.toString('hex')}`);
      if (!parsePublicKey(publicKey).verify(message, theirs.toString('base64url'))) t.fail('not verified');
      same += 1;
    }
    t.equal(same, 100);
    t.end();
  },
);

void t.test('under a key of small order others take what nobody signed', (t) => {
  // Why they are refused: with the identity as key and R = S·B for S = 0, every message fits.
  const identity = `01${'00'.repeat(31)}`;
  const forged = Buffer.from(identity + '00'.repeat(32), 'hex');
  const taken = nacl.sign.detached.verify(Buffer.from('anything'), forged, Buffer.from(identity, 'hex'));
  t.ok(taken, 'tweetnacl takes it');
  t.end();
});

function refuses(t: Test, text: string, name: string): void {
  t.throws(() => parsePublicKey(text), { code: 'input_invalid' }, name);
}

function isTaken(text: string): boolean {
  try {
    parsePublicKey(text);
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 'input_invalid') return false;
    throw error;
  }
}

function keyPair(): { publicKey: string; privateKey: KeyObject; seed: Buffer } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const text = publicKey.export({ format: 'jwk' }).x ?? '';
  return {
    publicKey: text,
    privateKey,
    seed: Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url'),
  };
}

function fromHex(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64url');
}

function leNumber(hex: string): bigint {
  return BigInt(`0x${Buffer.from(hex, 'hex').reverse().toString('hex')}`);
}

function leBytes(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
}

function modulo(value: bigint): bigint {
  return ((value % prime) + prime) % prime;
}

function power(base: bigint, exponent: bigint): bigint {
  if (exponent === 0n) return 1n;
  const half = power(base, exponent / 2n);
  return modulo(exponent % 2n === 1n ? half * half * base : half * half);
}

function xSquared(y: bigint): bigint {
  return modulo((y * y - 1n) * power(modulo(curveD * y * y + 1n), prime - 2n));
}

function xSquaredHasRoot(y: bigint): boolean {
  return power(xSquared(y), (prime - 1n) / 2n) === 1n;
}

type Point = readonly [bigint, bigint];

function pointOf(hex: string): Point {
  const sign = leNumber(hex) >> 255n;
  const y = leNumber(hex) & (2n ** 255n - 1n);
  const square = xSquared(y);
  const candidate = power(square, (prime + 3n) / 8n);
  const root = [candidate, modulo(candidate * power(2n, (prime - 1n) / 4n))].find(
    (one) => modulo(one * one) === square,
  );
  if (root === undefined) return [-1n, y];
  return [root % 2n === sign ? root : modulo(-root), y];
}

function added([x1, y1]: Point, [x2, y2]: Point): Point {
  const both = modulo(curveD * x1 * x2 * y1 * y2);
  return [
    modulo((x1 * y2 + x2 * y1) * power(modulo(1n + both), prime - 2n)),
    modulo((y1 * y2 + x1 * x2) * power(modulo(1n - both), prime - 2n)),
  ];
}

function timesEight(point: Point): Point {
  const two = added(point, point);
  const four = added(two, two);
  return added(four, four);
}
