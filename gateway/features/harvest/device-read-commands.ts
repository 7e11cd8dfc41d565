import { Type } from 'typebox';
import type { Clock } from '../../core/clock.ts';
import { limits } from '../../core/limits.ts';
import { hexOf, type DeviceValues } from '../../io/drivers/index.ts';
import type { RegisterReader } from '../../io/drivers/driver.ts';
import type { RegisterRange } from '../../io/transports/transport.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import type { DeviceQuestions } from '../device-questions.ts';
import { closed, instant, nullable, oneOf } from '../schema.ts';

export interface DeviceReadPorts {
  readonly clock: Clock;
  readonly questions: DeviceQuestions;
  /** Reads all that the driver knows with this reader. Errors: `device_unknown`, the reader's. */
  readValues(device: string, read: RegisterReader): Promise<DeviceValues>;
}

const fieldValue = closed({
  name: Type.String({ description: 'The quantity, or what the driver calls it' }),
  value: nullable(Type.Number({ unitIn: 'unit', description: 'Null when there is none' })),
  unit: Type.String(),
  quality: oneOf(['good', 'suspect', 'missing']),
  text: nullable(Type.String({ description: 'What a code or its bits mean, or why there is no value' })),
  register: nullable(
    Type.String({ description: 'Table and zero-based address; null when derived from other fields' }),
  ),
  words: Type.Optional(nullable(Type.String({ description: 'What it was decoded from, hexadecimal' }))),
});

const describedPoint = closed({
  model: Type.Integer({ description: 'Number of the SunSpec model, or of another group' }),
  instance: Type.Integer({ description: 'Which of several models of that number, from 1' }),
  point: Type.String({ description: 'As the standard names it' }),
  value: nullable(Type.String({ description: 'As text: numbers scaled, codes and bits by their names' })),
  unit: Type.String(),
});

const deviceRead = defineCommand({
  id: 'device.read',
  summary: 'Ask a device now for everything its driver knows, and show it decoded',
  scope: 'read',
  input: closed({
    id: Type.String({ minLength: 1, maxLength: 64, description: 'The device, as in the configuration' }),
    raw: Type.Boolean({ default: false, description: 'Also the words that were read, hexadecimal' }),
  }),
  output: closed({
    device: Type.String(),
    readAtMs: instant({ description: 'When the last answer had come' }),
    serialNumber: Type.String({ description: 'Empty when it does not say' }),
    model: Type.String(),
    firmware: Type.String(),
    requests: Type.Integer({ description: 'That it took' }),
    fields: Type.Array(fieldValue),
    points: Type.Array(describedPoint, {
      description: 'Of a device that describes itself: all of its known models',
    }),
    blocks: Type.Optional(
      Type.Array(closed({ register: Type.String(), count: Type.Integer(), words: Type.String() }), {
        description: 'The answers as they came',
      }),
    ),
  }),
  http: { method: 'GET', path: '/api/v1/devices/:id/values' },
  cli: { verb: 'device read', positionals: ['id'] },
  run: async (ports: DeviceReadPorts, { id, raw }, call) => {
    const { clock, questions } = ports;
    const blocks: { readonly range: RegisterRange; readonly words: Uint16Array }[] = [];
    const question = { device: id, verb: 'read', limitMs: limits.deviceReadMsMax, signal: call.signal };
    const ask = questions.reader(question);
    const { identity, fields, points } = await ports.readValues(id, async (range) => {
      const words = await ask(range);
      blocks.push({ range, words });
      return words;
    });
    return {
      device: id,
      readAtMs: clock.wall(),
      ...identity,
      requests: blocks.length,
      fields: fields.map(({ words, ...field }) => (raw ? { ...field, words } : field)),
      points: points.map(({ value, ...point }) => ({ ...point, value: pointText(value) })),
      ...(raw && { blocks: blocks.map(blockAnswer) }),
    };
  },
});

export const deviceReadCommands = [deviceRead] as const;

export function bindDeviceReadCommands(ports: DeviceReadPorts): readonly BoundCommand[] {
  return [bindCommand(deviceRead, ports)];
}

function pointText(value: number | string | readonly string[] | null): string | null {
  if (value === null) return null;
  return typeof value === 'object' ? value.join(', ') || 'none' : String(value);
}

function blockAnswer({ range, words }: { readonly range: RegisterRange; readonly words: Uint16Array }): {
  register: string;
  count: number;
  words: string;
} {
  return { register: `${range.table} ${range.address}`, count: range.count, words: hexOf(words) };
}
