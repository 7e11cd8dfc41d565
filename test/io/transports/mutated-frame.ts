import fc from 'fast-check';

const edit = fc.record({
  kind: fc.constantFrom('flip', 'insert', 'delete', 'truncate', 'repeat', 'swap'),
  at: fc.nat(),
  byte: fc.integer({ min: 0, max: 255 }),
});

/** What is done to a frame on its way: one to four edits, and the pieces it comes in. */
export const damage = fc.record({
  edits: fc.array(edit, { minLength: 1, maxLength: 4 }),
  cuts: fc.array(fc.nat(), { maxLength: 5 }),
});

export type Damage = typeof damage extends fc.Arbitrary<infer Value> ? Value : never;

/** The pieces of the damaged frame. */
export function damaged(frame: Buffer, { edits, cuts }: Damage): Buffer[] {
  let bytes = frame;
  for (const { kind, at, byte } of edits) bytes = mutate(bytes, kind, { at: at % (bytes.length + 1), byte });
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

function mutate(frame: Buffer, kind: string, { at, byte }: { at: number; byte: number }): Buffer {
  const before = frame.subarray(0, at);
  const after = frame.subarray(at);
  switch (kind) {
    case 'flip':
      return Buffer.concat([before, Buffer.of((after[0] ?? 0) ^ (byte | 1)), after.subarray(1)]);
    case 'insert':
      return Buffer.concat([before, Buffer.of(byte), after]);
    case 'delete':
      return Buffer.concat([before, after.subarray(1)]);
    case 'truncate':
      return Buffer.from(before);
    case 'repeat':
      return Buffer.concat([before, frame, after]);
    default:
      return Buffer.concat([after, before]);
  }
}
