import { GatewayError } from '../../../core/errors.ts';
import { ok, type AncestorAnswer, type AncestorRequest, type AncestorRoute } from './ancestor-route.ts';
import { numberField, numberFromText, refuseUnknown, textField } from './field-values.ts';
import { findDevice } from './find-device.ts';

type Fields = Readonly<Record<string, unknown>>;

const required = {
  device_id: 'string - serial number of the device, or its id',
  address: 'number - register, from 0',
};
const optional = {
  function_code: 'number - 3 holding registers, 4 input registers (the usual), 16 writes',
  size: 'number - registers, 1 unless said',
  type: 'string - U16 I16 U32 I32 F32 U64 I64 STR BYTES; U16 unless said',
  endianess: 'string - big or little: order of the words',
  scale_factor: 'number - what the value is multiplied by',
};
const returns = {
  register: 'number - the address',
  size: 'number - registers',
  raw_value: 'string - hex, as the device sent it',
  swapped_value: 'string - hex, the high word first',
  value: 'number or string - scaled',
};

const read: AncestorRoute = {
  method: 'GET',
  path: '/api/inverter/modbus',
  scope: 'modbus:raw',
  summary: 'Read registers of a device; what writes is a POST',
  required,
  optional,
  returns,
  answerMsMax: 20_000,
  answer: async (request) => await readRegisters(request, request.query),
};

const write: AncestorRoute = {
  method: 'POST',
  path: '/api/inverter/modbus',
  scope: 'modbus:raw',
  summary: 'Write registers of a device in mode control and read them back, or read them',
  required,
  optional: { ...optional, values: 'string or array - whole numbers to write: 1,2 or [1, "0x10"]' },
  returns: { address: 'number', success: 'boolean - true', values: 'array - as written' },
  answerMsMax: 20_000,
  answer: async (request) => {
    refuseUnknown(request.body, [...Object.keys(required), ...Object.keys(optional), 'values']);
    return functionCodeOf(request.body) === 16
      ? await writeRegisters(request)
      : await readRegisters(request, request.body);
  },
};

export const registerRoutes: readonly AncestorRoute[] = [read, write];

async function readRegisters(request: AncestorRequest, fields: Fields): Promise<AncestorAnswer> {
  const functionCode = functionCodeOf(fields);
  if (functionCode === 16)
    throw refused('a GET writes nothing: send the same as JSON with POST /api/inverter/modbus');
  if (functionCode !== 3 && functionCode !== 4) throw refused(`invalid function code: ${functionCode}`);
  const place = await placeOf(request, fields);
  const scale = numberField(fields, 'scale_factor') ?? 1;
  const input = {
    ...place,
    size: numberField(fields, 'size') ?? 1,
    type: (textField(fields, 'type') ?? 'U16').toUpperCase(),
    endianess: textField(fields, 'endianess') ?? 'big',
  };
  const answer = (await request.run(functionCode === 3 ? 'legacy.holding' : 'legacy.input', input)) as {
    readonly value: number | string | null;
  };
  const value = typeof answer.value === 'number' ? answer.value * scale : answer.value;
  return ok({ ...answer, value });
}

async function writeRegisters(request: AncestorRequest): Promise<AncestorAnswer> {
  const { device, address } = await placeOf(request, request.body);
  const words = wordsFrom(request.body['values']);
  await request.run('register.write', { id: device, address, words, functionCode: 16 });
  return ok({ address, success: true, values: words });
}

function functionCodeOf(fields: Fields): number {
  try {
    return numberField(fields, 'function_code') ?? 4;
  } catch {
    throw refused('function code must be a number');
  }
}

async function placeOf(
  request: AncestorRequest,
  fields: Fields,
): Promise<{ readonly device: string; readonly address: number }> {
  const wanted = textField(fields, 'device_id');
  if (wanted === undefined) throw refused('missing device index');
  const address = numberField(fields, 'address');
  if (address === undefined) throw refused('missing address');
  const device = await findDevice(request, wanted);
  if (device === undefined) throw refused(`device ${wanted.slice(0, 64)} not found`);
  return { device: device.id, address };
}

/** Whole numbers as text (`1,0x10`) or in a list. */
function wordsFrom(values: unknown): readonly number[] {
  if (values === undefined || values === null || values === '')
    throw refused('missing values parameter for write operation');
  const parts: readonly unknown[] =
    typeof values === 'string' ? values.split(',') : Array.isArray(values) ? values : [values];
  return parts.map((part) => {
    const word = typeof part === 'string' ? numberFromText(part) : part;
    if (typeof word === 'number' && Number.isInteger(word)) return word;
    throw refused('invalid values format - must be comma-separated integers');
  });
}

function refused(message: string): GatewayError {
  return new GatewayError('input_invalid', message);
}
