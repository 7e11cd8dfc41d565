import t from 'tap';
import { createSchemaChecks } from '../../../../gateway/faces/commands/schema-check.ts';
import {
  answerDataRequest,
  dataRequest,
} from '../../../../gateway/features/cloud-control/ancestor/data-request.ts';
import type { CommandCall } from '../../../../gateway/features/command.ts';

const check = createSchemaChecks()(dataRequest);
const call: CommandCall = {
  principal: { kind: 'cloud', id: 'cloud:ops-1', scopes: new Set(['modbus:raw']) },
  origin: 'main',
  signal: new AbortController().signal,
};

t.test(
  'registers are read as the command for that does, and answered in the earlier gateway’s words',
  async (t) => {
    const asked: unknown[] = [];
    const ports = {
      findDevice: (serial: string) => (serial === 'A1' ? { id: 'roof', controls: undefined } : undefined),
      commands: () => ({
        declarationOf: () => undefined,
        dispatch: (id: string, input: unknown, given: CommandCall) => {
          asked.push([id, input, given.principal.id]);
          return Promise.resolve({ words: '4131', text: 'A1', values: [7, 8] });
        },
      }),
    };
    const request = {
      type: 'ems_data_request' as const,
      payload: {
        id: 5,
        sn: 'A1',
        commands: [
          {
            start_register: 100,
            num_of_registers: 2,
            function_code: 4,
            data_type: 'I32',
            scale_factor: 0.5,
            endianness: 'little',
          },
          { start_register: 200, data_type: 'STR' },
          { start_register: 300, data_type: 'BYTES' },
        ],
      },
    };
    check(request);
    const answer = await answerDataRequest(ports, request as never, call);
    t.same(answer, {
      type: 'device_data_response',
      payload: { id: 5, sn: 'A1', data: { 100: 3.5, 200: 'A1', 300: '4131' } },
    });
    t.same(asked[0], [
      'register.read',
      { id: 'roof', table: 'input', address: 100, count: 2, order: 'little', type: 's32' },
      'cloud:ops-1',
    ]);
    t.same(asked[1], [
      'register.read',
      { id: 'roof', table: 'holding', address: 200, count: 1, order: 'big' },
      'cloud:ops-1',
    ]);
    const other = { ...request, payload: { ...request.payload, sn: 'B2' } };
    await t.rejects(answerDataRequest(ports, other as never, call), { code: 'device_unknown' });
  },
);

t.test('requests that are none are refused', (t) => {
  const one = { start_register: 1 };
  for (const payload of [
    {},
    { sn: 'A1' },
    { sn: 'A1', commands: [] },
    { sn: 'A1', commands: [{}] },
    { sn: 'A1', commands: [{ start_register: -1 }] },
    { sn: 'A1', commands: [{ ...one, function_code: 16 }] },
    { sn: 'A1', commands: [{ ...one, data_type: 'U8' }] },
    { sn: 'A1', commands: Array.from({ length: 33 }, () => one) },
  ]) {
    t.throws(
      () => check({ type: 'ems_data_request', payload }),
      { code: 'input_invalid' },
      JSON.stringify(payload).slice(0, 80),
    );
  }
  t.end();
});
