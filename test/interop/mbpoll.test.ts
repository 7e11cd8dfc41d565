import t from 'tap';
import type { RegisterEncoding } from '../../gateway/io/drivers/register-map.ts';
import { withParts } from './debian-part.ts';
import { agrees, startFrozenHome, type HomeValue } from './frozen-home.ts';
import { runProgram } from './other-program.ts';

/** What mbpoll calls an encoding, and the first of its numbers in a line such as `[2]: 65535 (-1)`. */
const formats: Readonly<Partial<Record<RegisterEncoding, { type: string; number: RegExp }>>> = {
  u16: { type: '', number: /^\[\d+\]:\s+(\d+)/m },
  s16: { type: '', number: /^\[\d+\]:\s+(?:\d+ \()?(-?\d+)/m },
  s32: { type: ':int', number: /^\[\d+\]:\s+(-?\d+)/m },
  f32: { type: ':float', number: /^\[\d+\]:\s+(\S+)/m },
};

withParts(['mbpoll'], 'mbpoll reads of the simulated home what the gateway does', async (t) => {
  const home = await startFrozenHome(t);
  let checked = 0;
  for (const value of home) {
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

function wordsFor({ port, unit, field, wordOrder }: HomeValue, type: string): string[] {
  const table = `${field.table === 'input' ? 3 : 4}${type}`;
  const order = wordOrder === 'big' ? ['-B'] : [];
  const place = ['-m', 'tcp', '-p', String(port), '-a', String(unit), '-0', '-r', String(field.address)];
  return [...place, '-c', '1', '-t', table, ...order, '-o', '5', '-1', '127.0.0.1'];
}

t.end();
