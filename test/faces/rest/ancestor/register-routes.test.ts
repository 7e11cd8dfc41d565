import t from 'tap';
import { ancestorBench } from './ancestor-bench.ts';

const path = '/api/inverter/modbus';
/** 100.0 as a float, as the example of the earlier gateway has it. */
const float = {
  'legacy.input': () => ({
    register: 40_069,
    size: 2,
    raw_value: '42c80000',
    swapped_value: '42c80000',
    value: 100,
  }),
  'legacy.holding': () => ({ register: 1, size: 1, raw_value: '0001', swapped_value: '0001', value: 1 }),
  'register.write': () => ({ device: 'inverter', address: 43, words: '0001' }),
};

t.test(
  'registers are read as the earlier gateway reads them, input registers unless said, and scaled',
  async (t) => {
    const { ask, ran } = await ancestorBench(t, { answers: float });
    const answer = await ask(
      'GET',
      `${path}?device_id=inverter&address=40069&size=2&type=f32&scale_factor=0.5`,
    );
    t.same(answer.body, {
      register: 40_069,
      size: 2,
      raw_value: '42c80000',
      swapped_value: '42c80000',
      value: 50,
    });
    const asked = { device: 'inverter', address: 40_069, size: 2, type: 'F32', endianess: 'big' };
    t.same(ran.at(-1), { id: 'legacy.input', input: asked });
    t.equal((await ask('GET', `${path}?device_id=inverter&address=0x10&function_code=0x03`)).status, 200);
    t.match(ran.at(-1), { id: 'legacy.holding', input: { address: 16, size: 1, type: 'U16' } });
    const body = { device_id: 'inverter', address: 7, function_code: 4 };
    t.equal((await ask('POST', path, body)).status, 200, 'also by a POST');
  },
);

t.test('registers are written by a POST, as numbers or as text', async (t) => {
  const { ask, ran } = await ancestorBench(t, { answers: float });
  const place = { device_id: 'inverter', address: 43, function_code: 16 };
  for (const values of [[1, '0x10', '0b1'], '1, 16,1']) {
    const answer = await ask('POST', path, { ...place, values });
    t.same(answer.body, { address: 43, success: true, values: [1, 16, 1] });
    t.same(ran.at(-1), {
      id: 'register.write',
      input: { id: 'inverter', address: 43, words: [1, 16, 1], order: 'big', functionCode: 16 },
    });
  }
});

t.test('what cannot be done has the words of the earlier gateway, and 400', async (t) => {
  const { ask, ran } = await ancestorBench(t);
  const queries: readonly (readonly [string, string])[] = [
    ['address=1', 'missing device index'],
    ['device_id=inverter', 'missing address'],
    ['device_id=x&address=1', 'device x not found'],
    ['device_id=inverter&address=1&function_code=three', 'function code must be a number'],
    ['device_id=inverter&address=1&function_code=5', 'invalid function code: 5'],
  ];
  for (const [query, error] of queries) t.same((await ask('GET', `${path}?${query}`)).body, { error }, query);
  const bodies: readonly (readonly [object, RegExp])[] = [
    [{}, /^missing values parameter for write operation$/],
    [{ values: 'one' }, /^invalid values format - must be comma-separated integers$/],
    [{ values: [1.5] }, /^invalid values format/],
    [{ values: [{}] }, /^invalid values format/],
    [{ values: [70_000] }, /words\[0\]/],
    [{ value: 1 }, /there is no field "value"/],
  ];
  for (const [more, error] of bodies) {
    const answer = await ask('POST', path, { device_id: 'inverter', address: 1, function_code: 16, ...more });
    t.match(answer, { status: 400, body: { error } });
  }
  const write = await ask('GET', `${path}?device_id=inverter&address=1&function_code=16&values=1`);
  t.match(write, { status: 400, body: { error: /a GET writes nothing/ } });
  t.notOk(ran.some(({ id }) => id === 'register.write'));
  t.match(await ask('GET', `${path}?device_id=inverter&address=1&type=MLD`), {
    status: 400,
    body: { error: /type/ },
  });
});
