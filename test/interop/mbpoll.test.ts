import t from 'tap';
import type { RegisterEncoding } from '../../gateway/io/drivers/register-map.ts';
import { withParts } from './debian-part.ts';
import { agrees, startFrozenHome, startFrozenHomeOnLine, type HomeValue } from './frozen-home.ts';
import { runProgram } from './other-program.ts';

/** What mbpoll calls an encoding, and the first of its numbers in a line such as `[2]: 65535 (-1)`. */
const formats: Readonly<Partial<Record<RegisterEncoding, { type: string; number: RegExp }>>> = {
  u16: { type: '', number: /^\[\d+\]:\s+(\d+)/m },
  s16: { type: '', number: /^\[\d+\]:\s+(?:\d+ \()?(-?\d+)/m },
  s32: { type: ':int', number: /^\[\d+\]:\s+(-?\d+)/m },
  f32: { type: ':float', number: /^\[\d+\]:\s+(\S+)/m },
};

const homes = {
  'over Modbus TCP': { start: startFrozenHome, parts: ['mbpoll'] },
  'on a serial line': { start: startFrozenHomeOnLine, parts: ['mbpoll', 'socat'] },
} as const;

for (const [where, { start, parts }] of Object.entries(homes)) {
  withParts(parts, `mbpoll reads of the simulated home ${where} what the gateway does`, async (t) => {
    let checked = 0;
    for (const value of await start(t)) {
      const format = formats[value.field.encoding];
      if (format === undefined) continue;
      const { output } = await runProgram('mbpoll', wordsFor(value, format.type));
      const number = format.number.exec(output)?.[1];
      const isRight =
        value.value === 'refused'
          ? output.includes('Illegal data address')
          : agrees(value, Number(number ?? 'nothing'));
      t.ok(isRight, `${value.field.name} is ${value.value}, and mbpoll says ${number ?? 'nothing'}`);
      checked += 1;
    }
    t.ok(checked > 50, 'most values are in a format that mbpoll knows');
  });
}

function wordsFor({ endpoint, unit, field, wordOrder }: HomeValue, type: string): string[] {
  const table = `${field.table === 'input' ? 3 : 4}${type}`;
  const order = wordOrder === 'big' ? ['-B'] : [];
  const what = ['-a', String(unit), '-0', '-r', String(field.address), '-c', '1', '-t', table, ...order];
  return [...what, '-o', '5', '-1', ...where(endpoint)];
}

function where(endpoint: HomeValue['endpoint']): string[] {
  if ('port' in endpoint) return ['-m', 'tcp', '-p', String(endpoint.port), endpoint.host];
  const { path, baudRate, parity, stopBits } = endpoint;
  return ['-m', 'rtu', '-b', String(baudRate), '-P', parity, '-s', String(stopBits), path];
}

t.end();
