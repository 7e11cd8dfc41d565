import { join } from 'node:path';
import t from 'tap';
import { checkReads, checkWrites } from './check-slave.ts';
import { pymodbusParts, withParts } from './debian-part.ts';
import { OtherProgram } from './other-program.ts';
import { ourTransport } from './our-transport.ts';
import { randomRegisters } from './random-registers.ts';
import { lineWords, serialPair } from './serial-pair.ts';

/** Debian's own, which knows Debian's packages. */
const python = '/usr/bin/python3';
const program = join(import.meta.dirname, 'pymodbus-server.py');

withParts(
  [...pymodbusParts, 'socat'],
  'a slave of pymodbus is read and written over a serial line',
  async (t) => {
    const registers = randomRegisters(t);
    const { ours, theirs } = await serialPair(t);
    const server = new OtherProgram(t, python, [program, registers.path, 'rtu', ...lineWords(theirs)]);
    await server.says(/listening 0\n/);
    const transport = ourTransport(t, 'modbus-rtu', ours);
    await checkReads(t, transport, registers, 60);
    await checkWrites(t, transport, registers, 30);
  },
);

for (const [id, framing] of Object.entries({ 'modbus-tcp': 'tcp', 'rtu-over-tcp': 'rtu-over-tcp' })) {
  withParts(
    pymodbusParts,
    `a slave of pymodbus is read and written register by register over ${id}`,
    async (t) => {
      const registers = randomRegisters(t);
      const server = new OtherProgram(t, python, [program, registers.path, framing]);
      const [, port] = await server.says(/listening (\d+)\n/);
      const transport = ourTransport(t, id, { host: '127.0.0.1', port: Number(port) });
      await checkReads(t, transport, registers, 300);
      await checkWrites(t, transport, registers, 100);
    },
  );
}

t.end();
