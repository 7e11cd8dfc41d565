import t from 'tap';
import { allErrorCodes, GatewayError } from '../../gateway/core/errors.ts';
import { exitCodeOf, exitCodes } from '../../gateway/core/exit-codes.ts';

t.test('each reason has a number of its own, small enough for every shell', (t) => {
  const numbers = Object.values(exitCodes);
  t.equal(new Set(numbers).size, numbers.length);
  for (const number of numbers) t.ok(number >= 0 && number < 126);
  t.end();
});

t.test('an error that ends the start has the exit code of its name', (t) => {
  const own = [
    'config_invalid',
    'config_unreadable',
    'data_dir_in_use',
    'data_dir_unusable',
    'database_newer',
  ] as const;
  for (const code of [
    ...own,
    'database_unreadable',
    'gateway_unreachable',
    'node_unsupported',
    'port_in_use',
  ] as const) {
    t.equal(exitCodeOf(new GatewayError(code, 'x')), exitCodes[code], code);
  }
  t.end();
});

t.test('refusals of the gateway are told apart', (t) => {
  const cases = [
    ['forbidden', 12],
    ['token_invalid', 12],
    ['not_found', 13],
    ['device_unknown', 13],
    ['input_invalid', 14],
    ['config_pinned', 14],
    ['command_unknown', 2],
  ] as const;
  for (const [code, exitCode] of cases) t.equal(exitCodeOf(new GatewayError(code, 'x')), exitCode, code);
  t.end();
});

t.test('no error ends with success, and a bug ends with 1', (t) => {
  for (const code of allErrorCodes) t.ok(exitCodeOf(new GatewayError(code, 'x')) > 0, code);
  t.equal(exitCodeOf(new TypeError('x')), 1);
  t.equal(exitCodeOf(undefined), 1);
  t.end();
});
