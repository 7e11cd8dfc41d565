import '../../property-seed.ts';
import fc from 'fast-check';
import t from 'tap';
import { ProtocolError } from '../../../ble/protocol/protocol-error.ts';
import { RecordOpener, RecordSealer, payloadBytesMax } from '../../../ble/protocol/records.ts';

const toGateway = new Uint8Array(32).fill(1);
const toPhone = new Uint8Array(32).fill(2);

function isRefused(opener: RecordOpener, frame: Uint8Array): boolean {
  try {
    opener.open(frame);
    return false;
  } catch (error) {
    return error instanceof ProtocolError && error.reason === 'malformed';
  }
}

/** tap's types know no more than the message of an error. */
const malformed = { reason: 'malformed' } as unknown as Error;

t.test('payloads of every size come through, in order', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: payloadBytesMax, size: 'max' }), { maxLength: 5 }),
      (payloads) => {
        const [sealer, opener] = [new RecordSealer(toGateway), new RecordOpener(toGateway)];
        return payloads.every((payload) => Buffer.compare(opener.open(sealer.seal(payload)), payload) === 0);
      },
    ),
  );
  t.equal(new RecordSealer(toGateway).seal(new Uint8Array(payloadBytesMax)).length, 4096);
  t.throws(() => new RecordSealer(toGateway).seal(new Uint8Array(payloadBytesMax + 1)), malformed);
  t.end();
});

t.test('every bit counts', (t) => {
  const frame = new RecordSealer(toGateway).seal(Buffer.from('{"id":1,"verb":"info","input":{}}'));
  for (let bit = 0; bit < frame.length * 8; bit++) {
    const other = frame.slice();
    other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    if (!isRefused(new RecordOpener(toGateway), other)) t.fail(`bit ${bit}`);
  }
  t.end();
});

t.test('no record opens twice, out of turn, in the other direction or in part', (t) => {
  const sealer = new RecordSealer(toGateway);
  const first = sealer.seal(Uint8Array.of(1));
  const second = sealer.seal(Uint8Array.of(2));
  const third = sealer.seal(Uint8Array.of(3));
  const opener = new RecordOpener(toGateway);
  const opened = opener.open(first);
  t.same(opened, Uint8Array.of(1));
  t.equal(isRefused(opener, first), true, 'replayed');
  t.equal(isRefused(opener, third), true, 'one is skipped');
  t.equal(isRefused(new RecordOpener(toPhone), first), true, 'sent back');
  for (let length = 0; length < second.length; length++) {
    if (!isRefused(opener, second.subarray(0, length))) t.fail(`${length} bytes of it`);
  }
  t.equal(isRefused(opener, Uint8Array.of(...second, 0)), true, 'with more');
  t.same(opener.open(second), Uint8Array.of(2), 'what was refused has changed nothing');
  t.end();
});

t.test('a record is read where it lies in a larger buffer', (t) => {
  const frame = new RecordSealer(toGateway).seal(Uint8Array.of(42));
  const larger = new Uint8Array(frame.length + 7);
  larger.set(frame, 5);
  t.same(new RecordOpener(toGateway).open(larger.subarray(5, 5 + frame.length)), Uint8Array.of(42));
  t.end();
});
