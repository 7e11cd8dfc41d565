import t, { type Test } from 'tap';
import { errorCodeOf } from '../../gateway/core/errors.ts';
import { decodeField } from '../../gateway/io/drivers/decode.ts';
import { registerCountOf, type RegisterField } from '../../gateway/io/drivers/register-map.ts';
import type { RegisterRange, RegisterTransport } from '../../gateway/io/transports/transport.ts';
import { checkReads, checkWrites } from './check-slave.ts';
import { libmodbusParts, withParts } from './debian-part.ts';
import { agrees, byPlace, startFrozenHome, startFrozenHomeOnLine, type HomeValue } from './frozen-home.ts';
import { buildLibmodbusProgram } from './libmodbus-program.ts';
import { OtherProgram, runProgram } from './other-program.ts';
import { forever, ourTransport } from './our-transport.ts';
import { randomRegisters } from './random-registers.ts';
import { lineWords, serialPair } from './serial-pair.ts';

const encodings = ['u16', 's16', 'u32', 's32', 'u64', 's64', 'f32'] as const;
const refusal = 'error: Illegal data address';

const homes = {
  'over Modbus TCP': { start: startFrozenHome, parts: libmodbusParts },
  'on a serial line': { start: startFrozenHomeOnLine, parts: [...libmodbusParts, 'socat'] },
} as const;

for (const [where, { start, parts }] of Object.entries(homes)) {
  withParts(parts, `libmodbus reads of the simulated home ${where} what the gateway does`, async (t) => {
    const client = await buildLibmodbusProgram(t, 'libmodbus-client');
    for (const [place, values] of byPlace(await start(t))) {
      const { output } = await runProgram(client, place.split(' '), { input: values.map(line).join('') });
      const decoded = output.trim().split('\n');
      t.equal(decoded.length, values.length);
      values.forEach((value, index) => {
        const said = decoded[index] ?? '';
        const isRight = value.value === 'refused' ? said === refusal : agrees(value, Number(said));
        t.ok(isRight, `${value.field.name} is ${value.value}, and libmodbus says ${said}`);
      });
    }
  });
}

function line({ unit, field, wordOrder }: HomeValue): string {
  return `${unit} ${field.table} ${field.address} ${field.encoding} ${wordOrder}\n`;
}

withParts(libmodbusParts, 'a slave of libmodbus is read and written register by register', async (t) => {
  const registers = randomRegisters(t);
  const program = await buildLibmodbusProgram(t, 'libmodbus-server');
  const server = new OtherProgram(t, program, [registers.path, 'tcp']);
  const transport = await connect(t, server);
  await checkReads(t, transport, registers, 300);
  await checkWrites(t, transport, registers, 100);
});

withParts(libmodbusParts, 'libmodbus makes of random registers what our decoder does', async (t) => {
  const registers = randomRegisters(t);
  const server = new OtherProgram(t, await buildLibmodbusProgram(t, 'libmodbus-server'), [
    registers.path,
    'tcp',
  ]);
  const [, port = ''] = await server.says(/listening (\d+)\n/);
  const fields = registers.ranges(700).map(({ table, address }, index): RegisterField => {
    const encoding = encodings[index % encodings.length] ?? 'u16';
    const name = `${encoding} at ${address}`;
    const wordOrder = index % 2 === 0 ? 'big' : 'little';
    return {
      name,
      table,
      address: Math.min(address, 9_996),
      encoding,
      wordOrder,
      min: -Infinity,
      max: Infinity,
    };
  });
  const client = await buildLibmodbusProgram(t, 'libmodbus-client');
  const lines = fields.map((each) => `1 ${each.table} ${each.address} ${each.encoding} ${each.wordOrder}\n`);
  const { output } = await runProgram(client, ['tcp', port], { input: lines.join('') });
  const decoded = output.trim().split('\n');
  t.equal(decoded.length, fields.length);
  fields.forEach((field, index) => {
    const words = Uint16Array.from(registers.wordsOf({ ...field, count: registerCountOf(field.encoding) }));
    const theirs = numberOf(decoded[index] ?? '', field.encoding);
    t.strictSame(decodeField(field, words, 'big').value, theirs, field.name);
  });
});

/** Our decoder rounds 64 bits as a number is rounded, and calls infinity missing. */
function numberOf(said: string, encoding: string): number {
  if (encoding.endsWith('64')) return Number(BigInt(said));
  const number = encoding === 'f32' ? Math.fround(Number(said)) : Number(said);
  return Number.isFinite(number) ? number : NaN;
}

withParts(
  [...libmodbusParts, 'socat'],
  'a slave of libmodbus is read and written over a serial line',
  async (t) => {
    const registers = randomRegisters(t);
    const { ours, theirs } = await serialPair(t);
    const program = await buildLibmodbusProgram(t, 'libmodbus-server');
    const server = new OtherProgram(t, program, [registers.path, 'rtu', ...lineWords(theirs)]);
    await server.says(/listening 0\n/);
    const transport = ourTransport(t, 'modbus-rtu', ours);
    await checkReads(t, transport, registers, 60);
    await checkWrites(t, transport, registers, 30);
  },
);

/** As libmodbus's own test client expects them of its test server. */
const register = (address: number, count = 1): RegisterRange => ({ table: 'holding', address, count });
const misbehaviours = {
  'half a second': { range: register(0x172), result: [0] },
  'an answer in single bytes': { range: register(0x173), result: [0] },
  'exception 6': { range: register(0x170), result: 'device_busy' },
  'fewer registers than asked for': { range: register(0x160, 2), result: 'frame_invalid' },
  'a transaction id of its own': { range: register(0x171), result: 'frame_invalid' },
} as const;

for (const [title, { range, result }] of Object.entries(misbehaviours)) {
  withParts(
    [...libmodbusParts, 'libmodbus-dev/examples'],
    `libmodbus's test server sends ${title}`,
    async (t) => {
      const program = await buildLibmodbusProgram(t, 'libmodbus-unit-test-server');
      const server = new OtherProgram(t, program, ['tcp']);
      const transport = await connect(t, server);
      const [ten] = await transport.readRegisters(255, { table: 'input', address: 0x108, count: 1 }, forever);
      t.equal(ten, 10, 'as it has it where it behaves');
      const read = await transport.readRegisters(255, range, forever).catch(errorCodeOf);
      t.strictSame(read instanceof Uint16Array ? [...read] : read, result);
      t.equal(transport.isConnected(), result !== 'frame_invalid');
    },
  );
}

async function connect(t: Test, server: OtherProgram): Promise<RegisterTransport> {
  const [, port] = await server.says(/listening (\d+)\n/);
  return ourTransport(t, 'modbus-tcp', { host: '127.0.0.1', port: Number(port) });
}

t.end();
