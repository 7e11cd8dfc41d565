import { Type, type Static } from 'typebox';
import { GatewayError } from '../../../core/errors.ts';
import type { CommandCall } from '../../command.ts';
import { closed, oneOf } from '../../schema.ts';
import type { AncestorDeskPorts } from './ancestor-desk.ts';
import type { AncestorReply } from './ancestor-messages.ts';

/** The types of numbers in the earlier gateway's words, and in ours. */
const numberTypes = {
  U16: 'u16',
  I16: 's16',
  U32: 'u32',
  I32: 's32',
  U64: 'u64',
  I64: 's64',
  F32: 'f32',
} as const;

const dataTypes = ['U16', 'I16', 'U32', 'I32', 'U64', 'I64', 'F32', 'STR', 'BYTES'] as const;

/** A request for registers in the words of the earlier gateway's backend. */
export const dataRequest = closed({
  type: oneOf(['ems_data_request']),
  payload: closed({
    id: Type.Optional(Type.Unsafe<number | string>({ type: ['integer', 'string'], maxLength: 64 })),
    sn: Type.String({ minLength: 1, maxLength: 64, description: 'Serial number of the device' }),
    commands: Type.Array(
      closed({
        start_register: Type.Integer({ minimum: 0, maximum: 65_535 }),
        num_of_registers: Type.Integer({ minimum: 1, maximum: 125, default: 1 }),
        function_code: Type.Integer({ minimum: 3, maximum: 4, default: 3 }),
        data_type: oneOf(dataTypes, { default: 'U16' }),
        scale_factor: Type.Number({ default: 1 }),
        endianness: oneOf(['big', 'little'], { default: 'big', description: 'Order of the words' }),
      }),
      { minItems: 1, maxItems: 32 },
    ),
    serialNumber: Type.Optional(Type.String({ maxLength: 256 })),
    signature: Type.Optional(Type.String({ maxLength: 256 })),
    created_at: Type.Optional(Type.String({ maxLength: 256 })),
    message: Type.Optional(Type.String({ maxLength: 256 })),
  }),
});

type DataRequest = Static<typeof dataRequest>;
type Wanted = DataRequest['payload']['commands'][number];

interface ReadRegisters {
  readonly words: string;
  readonly text: string;
  readonly values?: readonly (number | null)[];
}

/**
 * Reads the registers one after the other, each as the command `register.read` of whoever asks: with its scope, its
 * audit line and its turn in the device's lane. Errors: `device_unknown`, those of that command.
 */
export async function answerDataRequest(
  { findDevice, commands }: Pick<AncestorDeskPorts, 'findDevice' | 'commands'>,
  { payload: { id, sn, commands: wanted } }: DataRequest,
  call: CommandCall,
): Promise<AncestorReply> {
  const device = findDevice(sn);
  if (device === undefined) {
    throw new GatewayError(
      'device_unknown',
      `there is no device with the serial number ${JSON.stringify(sn)}`,
      {
        hint: 'device.list names those that there are',
      },
    );
  }
  const data: Record<string, number | string | null> = {};
  for (const one of wanted) {
    const answer = await commands().dispatch('register.read', inputOf(device.id, one), call);
    data[String(one.start_register)] = valueOf(answer as ReadRegisters, one);
  }
  return { type: 'device_data_response', payload: { id: id ?? null, sn, data } };
}

function typeOf({ data_type }: Wanted): (typeof numberTypes)[keyof typeof numberTypes] | undefined {
  return data_type === 'STR' || data_type === 'BYTES' ? undefined : numberTypes[data_type];
}

function inputOf(id: string, wanted: Wanted): Readonly<Record<string, unknown>> {
  const type = typeOf(wanted);
  return {
    id,
    table: wanted.function_code === 4 ? 'input' : 'holding',
    address: wanted.start_register,
    count: wanted.num_of_registers,
    order: wanted.endianness,
    ...(type !== undefined && { type }),
  };
}

/** The first number of several; a float that is none is null. */
function valueOf({ words, text, values }: ReadRegisters, wanted: Wanted): number | string | null {
  if (wanted.data_type === 'STR') return text;
  if (wanted.data_type === 'BYTES') return words;
  const value = values?.[0] ?? null;
  return value === null ? null : value * wanted.scale_factor;
}
