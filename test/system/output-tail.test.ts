import fc from 'fast-check';
import t from 'tap';
import { OutputTail } from '../../gateway/system/output-tail.ts';

t.test('the end of what came is kept, however it came in pieces', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 50 }),
      (parts, sizeMax) => {
        const tail = new OutputTail(sizeMax);
        for (const part of parts) tail.add(Buffer.from(part));
        const all = Buffer.concat(parts);
        const end = all.subarray(-sizeMax);
        const cut = all.length > sizeMax ? restLength(end) : 0;
        return tail.bytes === all.length && tail.text() === end.toString('utf8', cut);
      },
    ),
  );
  t.end();
});

/** Of a character of UTF-8 whose first byte is gone: at most three bytes. */
function restLength(bytes: Uint8Array): number {
  const first = [...bytes].findIndex((byte) => byte >> 6 !== 0b10);
  return Math.min(first === -1 ? bytes.length : first, 3);
}

t.test('a character that the cut goes through is left out, and what is no text is replaced', (t) => {
  const tail = new OutputTail(4);
  tail.add(Buffer.from('a€b'));
  t.equal(tail.text(), '€b');
  tail.add(Buffer.from('c'));
  t.equal(tail.text(), 'bc');
  tail.add(Buffer.from([0xff]));
  t.equal(tail.text(), 'bc\uFFFD');
  t.equal(new OutputTail(4).text(), '');
  t.end();
});
