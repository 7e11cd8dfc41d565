import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import { SeededRandom } from '../../modbus-sim/random.ts';
import type { RegisterRange, RegisterTable, RegisterWrite } from '../../gateway/io/transports/transport.ts';
import { scratchFolder } from './scratch-folder.ts';

/** Of each table, from address 0; what is above does not exist. */
const registersOfTable = 10_000;
const registersMax = 125;
const writtenMax = 123;

/** Random registers that a foreign slave serves and we read back, and a random choice of what to read. */
export interface RandomRegisters {
  /** EGW_TEST_SEED=… chooses the same again. */
  readonly seed: number;
  /** All holding registers, then all input registers, high byte first. */
  readonly path: string;
  wordsOf(range: RegisterRange): number[];
  /** Any number of registers from 1 to 125, each number sooner or later; the longest first. */
  ranges(count: number): RegisterRange[];
  /** By function 6 and 16 in turn, with up to 123 words. */
  writes(count: number): RegisterWrite[];
  /** What is written, and the registers next to it. */
  around(write: RegisterWrite): RegisterRange;
  /** From now on this is what stands there. */
  note(write: RegisterWrite): void;
}

export function randomRegisters(t: Test): RandomRegisters {
  const seed = Number(process.env['EGW_TEST_SEED'] ?? randomInt(2 ** 31));
  t.comment(`EGW_TEST_SEED=${seed}`);
  const random = new SeededRandom(`registers ${seed}`);
  const bytes = Buffer.alloc(2 * 2 * registersOfTable);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = random.integer(0, 255);
  const path = join(scratchFolder(t), 'registers');
  writeFileSync(path, bytes);
  const tableAt: Readonly<Record<RegisterTable, number>> = { holding: 0, input: registersOfTable };
  return {
    seed,
    path,
    wordsOf: ({ table, address, count }) =>
      Array.from({ length: count }, (_, index) => bytes.readUInt16BE(2 * (tableAt[table] + address + index))),
    ranges: (count) =>
      Array.from({ length: count }, (_, index) => {
        const words = index < 2 ? registersMax : random.integer(1, registersMax);
        return {
          table: index % 2 === 0 ? 'holding' : 'input',
          address: index < 4 ? registersOfTable - words : random.integer(0, registersOfTable - words),
          count: words,
        };
      }),
    writes: (count) =>
      Array.from({ length: count }, (_, index) => {
        const functionCode = index % 2 === 0 ? 6 : 16;
        const length = functionCode === 6 ? 1 : index === 1 ? writtenMax : random.integer(1, writtenMax);
        const words = Uint16Array.from({ length }, () => random.integer(0, 0xffff));
        const address = random.integer(0, registersOfTable - length);
        return { functionCode, words, address };
      }),
    around: ({ address, words }) => {
      const from = Math.max(0, address - 1);
      const end = Math.min(registersOfTable, address + words.length + 1);
      return { table: 'holding', address: from, count: end - from };
    },
    note: ({ address, words }) => {
      words.forEach((word, index) => bytes.writeUInt16BE(word, 2 * (address + index)));
    },
  };
}
