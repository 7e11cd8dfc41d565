import t from 'tap';
import type { RestResponse } from '../../../gateway/faces/rest/rest-server.ts';
import { createStubGateway } from '../stub-gateway.ts';

const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** Bodies for a set point, which takes `{"value": number, "lease"?: text}`. */
const refused: readonly (readonly [string, string | Buffer, RegExp])[] = [
  ['nothing', '', /not JSON/],
  ['NaN', '{"value":NaN}', /not JSON/],
  ['an infinite number', '{"value":1e999}', /1e999/],
  ['a number that would be 0', '{"value":1e-999}', /1e-999/],
  ['2^53+1', '{"value":9007199254740993}', /9007199254740993/],
  ['a number as text', '{"value":"5"}', /value/],
  ['a truth for a number', '{"value":true}', /value/],
  ['null for a number', '{"value":null}', /value/],
  ['a list around a number', '{"value":[5]}', /value/],
  ['a name twice', '{"value":5,"value":4000}', /"value" twice/],
  ['a name twice in disguise', '{"value":5,"\\u0076alue":4000}', /"value" twice/],
  ['__proto__', '{"value":5,"__proto__":{"lease":"1h"}}', /__proto__/],
  ['constructor', '{"value":5,"constructor":{"prototype":{}}}', /constructor/],
  ['deep nesting', `{"value":${deep(20_000)}}`, /deeper/],
  ['nesting that is allowed, and no number', `{"value":${deep(8)}}`, /value/],
  ['a byte order mark', '\uFEFF{"value":5}', /byte order mark/],
  ['half of a surrogate pair', '{"value":5,"lease":"\\ud800"}', /surrogate/],
  ['bytes that are no text', Buffer.from([0x7b, 0xff, 0x7d]), /UTF-8/],
  ['UTF-16', Buffer.from('{"value":5}', 'utf16le'), /not JSON/],
  ['two values', '{"value":5}{"value":6}', /not JSON/],
  ['a comment', '{"value":5/**/}', /not JSON/],
];

t.test('hostile JSON is refused by name, never understood in part, and changes nothing', async (t) => {
  const gateway = await createStubGateway();
  t.teardown(() => gateway.rest.close());
  const authorization = `Bearer ${await gateway.token(['control', 'admin'])}`;
  const send = async (payload: string | Buffer, type = 'application/json'): Promise<RestResponse> => {
    // Within its rate.
    gateway.time.pass(1_000);
    return await gateway.rest.inject({
      method: 'POST',
      url: '/api/v1/devices/inverter/controls/battery_power',
      headers: { authorization, 'content-type': type },
      payload,
    });
  };
  for (const [what, body, detail] of refused) {
    const answer = await send(body);
    t.match(answer.json(), { status: 400, code: 'input_invalid', detail }, what);
  }
  t.equal((await send(`{"value":5,"x":"${'x'.repeat(70_000)}"}`)).statusCode, 413);
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'text/json', 'nonsense'])
    t.equal((await send('{"value":5}', type)).statusCode, 415, type);
  t.notOk(
    gateway.store.audit.some(({ outcome }) => outcome === 'ok'),
    'nothing was set',
  );
  t.equal((await send('{"value":5}', 'application/json; charset=utf-8')).statusCode, 200);
  t.equal(gateway.store.audit.filter(({ outcome }) => outcome === 'ok').length, 1);
  t.equal(gateway.logged.length, 0, 'none of it is an error of ours');
});
