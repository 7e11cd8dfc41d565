import type { Test } from 'tap';
import type { RegisterRange, RegisterTransport } from '../../gateway/io/transports/transport.ts';
import { forever } from './our-transport.ts';
import type { RandomRegisters } from './random-registers.ts';

/** One that lets requests for registers it does not have pass would be no oracle. */
const absent: RegisterRange = { table: 'holding', address: 60_000, count: 1 };
const illegalDataAddress = { code: 'device_exception', facts: { exception: 2 } };

/** Reads random ranges of the registers that the slave serves as unit 1, of 1 to 125, and one it does not have. */
export async function checkReads(
  t: Test,
  transport: RegisterTransport,
  registers: RandomRegisters,
  reads: number,
): Promise<void> {
  for (const range of registers.ranges(reads)) {
    const words = await transport.readRegisters(1, range, forever);
    t.strictSame([...words], registers.wordsOf(range), `${range.count} ${range.table} of ${range.address}`);
  }
  await t.rejects(transport.readRegisters(1, absent, forever), illegalDataAddress);
  t.match(transport.counters(), { replies: reads, exceptions: 1, framesInvalid: 0, connects: 1 });
}

/** Writes to random holding registers by functions 6 and 16, and reads back what stands there and next to it. */
export async function checkWrites(
  t: Test,
  transport: RegisterTransport,
  registers: RandomRegisters,
  writes: number,
): Promise<void> {
  for (const write of registers.writes(writes)) {
    await transport.writeRegisters(1, write, forever);
    registers.note(write);
    const range = registers.around(write);
    const words = await transport.readRegisters(1, range, forever);
    const title = `${write.words.length} at ${write.address} by function ${write.functionCode}`;
    t.strictSame([...words], registers.wordsOf(range), title);
  }
  const refused = { address: absent.address, words: Uint16Array.of(1), functionCode: 16 } as const;
  await t.rejects(transport.writeRegisters(1, refused, forever), illegalDataAddress);
}
