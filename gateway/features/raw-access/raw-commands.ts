import { Type } from 'typebox';
import { GatewayError } from '../../core/errors.ts';
import { hexOf } from '../../io/drivers/index.ts';
import { registerCountOf } from '../../io/drivers/register-map.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, nullable, oneOf } from '../schema.ts';
import { legacyRegisterCommands, bindLegacyRegisterCommands } from './legacy-registers.ts';
import type { RawAccess } from './raw-access.ts';
import { assertCount, numbersIn, numberTypes, textIn, wordsFor, writtenTypes } from './register-values.ts';

export interface RawCommandPorts {
  readonly raw: RawAccess;
}

const id = Type.String({ minLength: 1, maxLength: 64, description: 'The device, as in the configuration' });
const address = Type.Integer({ minimum: 0, maximum: 65_535, description: 'Zero-based, as on the wire' });
const order = oneOf(['big', 'little'], {
  default: 'big',
  description: 'Which word of a long number comes first: big is the high one',
});

const registerRead = defineCommand({
  id: 'register.read',
  summary: 'Read registers of a device as they are, for engineers; each reading is audited',
  scope: 'modbus:raw',
  input: closed({
    id,
    table: oneOf(['holding', 'input'], { default: 'holding' }),
    address,
    count: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 125, description: 'Registers; those of one number unless said' }),
    ),
    type: Type.Optional(oneOf(numberTypes, { description: 'Also as numbers of this type' })),
    order,
  }),
  output: closed({
    device: Type.String(),
    table: oneOf(['holding', 'input']),
    address: Type.Integer(),
    count: Type.Integer(),
    words: Type.String({ description: 'Hexadecimal, in the order of the wire' }),
    text: Type.String({ description: 'The same as ASCII' }),
    values: Type.Optional(Type.Array(nullable(Type.Number()))),
  }),
  http: { method: 'GET', path: '/api/v1/devices/:id/registers' },
  cli: { verb: 'device registers', positionals: ['id'] },
  run: async ({ raw }: RawCommandPorts, input, call) => {
    const { type, table } = input;
    const count = input.count ?? (type === undefined ? 1 : registerCountOf(type));
    if (type !== undefined) assertCount(type, count);
    const range = { table, address: input.address, count };
    const words = await raw.read(input.id, range, { action: 'register.read', call });
    return {
      device: input.id,
      ...range,
      words: hexOf(words),
      text: textIn(words),
      ...(type !== undefined && { values: numbersIn(words, type, input.order) }),
    };
  },
});

const registerWrite = defineCommand({
  id: 'register.write',
  summary: 'Write registers of a device in mode control as they are, and read them back',
  scope: 'modbus:raw',
  input: closed({
    id,
    address,
    words: Type.Optional(
      Type.Array(Type.Integer({ minimum: 0, maximum: 65_535 }), {
        minItems: 1,
        maxItems: 123,
        description: 'What to write, register by register',
      }),
    ),
    value: Type.Optional(Type.Number({ description: 'One number instead, as it stands in the registers' })),
    type: Type.Optional(oneOf(writtenTypes, { description: 'How the number is written' })),
    order,
    functionCode: Type.Optional(
      Type.Integer({ enum: [6, 16], description: '6 writes one register, 16 any number; 16 unless said' }),
    ),
  }),
  output: closed({
    device: Type.String(),
    address: Type.Integer(),
    words: Type.String({ description: 'As written and read back, hexadecimal' }),
  }),
  http: { method: 'POST', path: '/api/v1/devices/:id/registers' },
  cli: { verb: 'device write-registers', positionals: ['id'] },
  run: async ({ raw }: RawCommandPorts, input, call) => {
    const words = wordsToWrite(input);
    const functionCode = input.functionCode === 6 ? 6 : 16;
    await raw.write(input.id, { address: input.address, words, functionCode }, call);
    return { device: input.id, address: input.address, words: hexOf(words) };
  },
});

export const rawCommands = [registerRead, registerWrite, ...legacyRegisterCommands] as const;

export function bindRawCommands(ports: RawCommandPorts): readonly BoundCommand[] {
  return [
    bindCommand(registerRead, ports),
    bindCommand(registerWrite, ports),
    ...bindLegacyRegisterCommands(ports),
  ];
}

interface Written {
  readonly address: number;
  readonly words?: readonly number[];
  readonly value?: number;
  readonly type?: (typeof writtenTypes)[number];
  readonly order: 'big' | 'little';
}

function wordsToWrite({ address, words, value, type, order }: Written): Uint16Array {
  if (words !== undefined && value === undefined && type === undefined) return Uint16Array.from(words);
  if (words === undefined && value !== undefined && type !== undefined) {
    return wordsFor(value, type, { address, wordOrder: order });
  }
  throw new GatewayError('input_invalid', 'what is to be written is not clear', {
    hint: 'give either words, or a value and its type',
  });
}
