import { join } from 'node:path';
import t from 'tap';
import { checkReads } from './check-slave.ts';
import { pymodbusParts, withParts } from './debian-part.ts';
import { OtherProgram } from './other-program.ts';
import { ourTransport } from './our-transport.ts';
import { randomRegisters } from './random-registers.ts';

/** Debian's own, which knows Debian's packages. */
const python = '/usr/bin/python3';
const program = join(import.meta.dirname, 'pymodbus-server.py');

for (const [id, framing] of Object.entries({ 'modbus-tcp': 'tcp' })) {
  withParts(pymodbusParts, `a slave of pymodbus is read register by register over ${id}`, async (t) => {
    const registers = randomRegisters(t);
    const server = new OtherProgram(t, python, [program, registers.path, framing]);
    const [, port] = await server.says(/listening (\d+)\n/);
    await checkReads(t, ourTransport(t, id, { host: '127.0.0.1', port: Number(port) }), registers, 300);
  });
}

t.end();
