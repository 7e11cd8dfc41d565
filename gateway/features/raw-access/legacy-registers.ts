import { Type, type Static } from 'typebox';
import { GatewayError } from '../../core/errors.ts';
import { hexOf } from '../../io/drivers/index.ts';
import { registerCountOf, type RegisterEncoding } from '../../io/drivers/register-map.ts';
import type { RegisterTable } from '../../io/transports/transport.ts';
import { bindCommand, defineCommand, type BoundCommand, type CommandCall } from '../command.ts';
import { closed, oneOf } from '../schema.ts';
import type { RawAccess } from './raw-access.ts';
import { numbersIn, textIn } from './register-values.ts';

interface LegacyPorts {
  readonly raw: RawAccess;
}

/** The names of the earlier gateway's API. */
const encodings: Readonly<Record<string, RegisterEncoding>> = {
  U16: 'u16',
  I16: 's16',
  U32: 'u32',
  I32: 's32',
  U64: 'u64',
  I64: 's64',
  F32: 'f32',
};
const legacyTypes = [...Object.keys(encodings), 'STR', 'BYTES'];

const input = closed({
  address: Type.Integer({ minimum: 0, maximum: 65_535 }),
  device: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: 'The first of the configuration unless said' }),
  ),
  size: Type.Integer({ minimum: 1, maximum: 125, default: 1, description: 'Registers' }),
  type: oneOf(legacyTypes, { default: 'U16' }),
  endianess: oneOf(['big', 'little'], { default: 'big', description: 'Order of the words' }),
});

const output = closed({
  register: Type.Integer(),
  size: Type.Integer(),
  raw_value: Type.String({ description: 'Hexadecimal' }),
  swapped_value: Type.String({ description: 'The same, the high word first' }),
  value: Type.Unsafe<number | string | null>({ type: ['number', 'string', 'null'] }),
});

const readHolding = defineCommand({
  id: 'legacy.holding',
  summary: 'Holding registers as the earlier API gives them; read only',
  scope: 'modbus:raw',
  input,
  output,
  http: { method: 'GET', path: '/api/inverter/modbus/holding/:address' },
  run: async ({ raw }: LegacyPorts, asked, call) =>
    await readLegacy(raw, asked, { table: 'holding', call, action: 'legacy.holding' }),
});

const readInput = defineCommand({
  id: 'legacy.input',
  summary: 'Input registers as the earlier API gives them; read only',
  scope: 'modbus:raw',
  input,
  output,
  http: { method: 'GET', path: '/api/inverter/modbus/input/:address' },
  run: async ({ raw }: LegacyPorts, asked, call) =>
    await readLegacy(raw, asked, { table: 'input', call, action: 'legacy.input' }),
});

export const legacyRegisterCommands = [readHolding, readInput] as const;

export function bindLegacyRegisterCommands(ports: LegacyPorts): readonly BoundCommand[] {
  return [bindCommand(readHolding, ports), bindCommand(readInput, ports)];
}

async function readLegacy(
  raw: RawAccess,
  { address, device, size, type, endianess }: Static<typeof input>,
  how: { readonly table: RegisterTable; readonly call: CommandCall; readonly action: string },
): Promise<Static<typeof output>> {
  const encoding = encodings[type];
  if (encoding !== undefined && registerCountOf(encoding) !== size) {
    const needed = registerCountOf(encoding);
    throw new GatewayError('input_invalid', `${type} takes ${needed} registers, not ${size}`, {
      hint: `give size=${needed}`,
    });
  }
  const range = { table: how.table, address, count: size };
  const words = await raw.read(device ?? raw.firstDevice(), range, how);
  const swapped = endianess === 'big' ? words : words.toReversed();
  return {
    register: address,
    size,
    raw_value: bytesOf(words),
    swapped_value: bytesOf(swapped),
    value:
      encoding === undefined ? textOf(type, swapped) : (numbersIn(words, encoding, endianess)[0] ?? null),
  };
}

function textOf(type: string, words: Uint16Array): string {
  return type === 'STR' ? textIn(words) : bytesOf(words);
}

function bytesOf(words: Uint16Array): string {
  return hexOf(words).replaceAll(' ', '');
}
