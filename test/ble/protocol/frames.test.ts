import '../../property-seed.ts';
import fc from 'fast-check';
import t from 'tap';
import {
  decodeGatewayHello,
  decodeGatewayProof,
  decodePhoneHello,
  decodePhoneProof,
  decodeRefusal,
  encodePhoneHello,
  encodePhoneProof,
  encodeRefusal,
  frameTypeOf,
} from '../../../ble/protocol/frames.ts';
import { ProtocolError } from '../../../ble/protocol/protocol-error.ts';

const readers = {
  '1': { read: decodePhoneHello, lengths: [49] },
  '2': { read: decodeGatewayHello, lengths: [81, 145, 177] },
  '3': { read: decodePhoneProof, lengths: [33] },
  '4': { read: decodeGatewayProof, lengths: [33] },
};

/** tap's types know no more than the message of an error. */
const malformed = { reason: 'malformed' } as unknown as Error;

t.test('a frame is read when type and length are its own', (t) => {
  for (const [type, { read, lengths }] of Object.entries(readers)) {
    for (let length = 0; length < 200; length++) {
      for (const first of [Number(type), 0, 5, 7]) {
        const frame = new Uint8Array(length).fill(1);
        if (length > 0) frame[0] = first;
        const isRight = first === Number(type) && lengths.includes(length);
        try {
          read(frame);
          if (!isRight) t.fail(`type ${first}, ${length} bytes, as ${type}`);
        } catch (error) {
          if (isRight || !(error instanceof ProtocolError)) throw error;
        }
      }
    }
  }
  t.end();
});

t.test('hellos and proofs are told apart into their parts', (t) => {
  const publicKey = new Uint8Array(32).fill(3);
  const nonce = new Uint8Array(16).fill(4);
  t.same(decodePhoneHello(encodePhoneHello({ publicKey, nonce })), { publicKey, nonce });
  t.same(decodePhoneProof(encodePhoneProof(publicKey)), publicKey);
  for (const [identityBytes, signatureBytes] of [
    [32, 0],
    [32, 64],
    [64, 64],
  ] as const) {
    const identity = new Uint8Array(identityBytes).fill(5);
    const signature = new Uint8Array(signatureBytes).fill(6);
    t.same(decodeGatewayHello(Uint8Array.of(2, ...publicKey, ...nonce, ...identity, ...signature)), {
      publicKey,
      nonce,
      identity,
      signature: signatureBytes === 0 ? undefined : signature,
    });
  }
  t.end();
});

t.test('each reason has its number, and a wait is told in whole seconds', (t) => {
  const reasons = [
    'closed',
    'barred',
    'busy',
    'malformed',
    'code_wrong',
    'wait',
    'unavailable',
    'idle',
  ] as const;
  for (const [index, reason] of reasons.entries()) {
    const frame = encodeRefusal({ reason, waitSeconds: 300 });
    t.same(frame, Uint8Array.of(5, index + 1, 1, 44), reason);
    t.same(decodeRefusal(frame), { reason, waitSeconds: 300 });
  }
  for (const [asked, told] of [
    [0.2, 1],
    [-5, 0],
    [1e9, 65_535],
  ] as const) {
    t.equal(decodeRefusal(encodeRefusal({ reason: 'wait', waitSeconds: asked })).waitSeconds, told);
  }
  for (const bad of [[5, 0, 0, 0], [5, 9, 0, 0], [5, 1, 0], [5, 1, 0, 0, 0], [6, 1, 0, 0], []]) {
    t.throws(() => decodeRefusal(Uint8Array.from(bad)), malformed);
  }
  t.end();
});

t.test('whatever comes, it is a frame of type 1 to 6 or malformed', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200, size: 'max' }), (bytes) => {
      try {
        const type = frameTypeOf(bytes);
        return type === bytes[0] && type >= 1 && type <= 6;
      } catch (error) {
        return error instanceof ProtocolError && error.reason === 'malformed';
      }
    }),
  );
  t.end();
});
