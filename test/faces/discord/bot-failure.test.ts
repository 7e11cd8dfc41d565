import t from 'tap';
import { failureOf } from '../../../gateway/faces/discord/bot-failure.ts';

const token = 'MTE1.Gx0.token';

await t.test('what Discord, or the way there, says comes to what can be done about it', (t) => {
  const rows: readonly (readonly [object, string, number | string])[] = [
    [{ status: 401, code: 0 }, 'token', 0],
    [{ code: 'TokenInvalid' }, 'token', 'TokenInvalid'],
    [{ status: 401, code: 50_027 }, 'absent', 50_027],
    [{ status: 403, code: 50_001 }, 'forbidden', 50_001],
    [{ status: 403, code: 50_007 }, 'forbidden', 50_007],
    [{ status: 403, code: 0 }, 'forbidden', 0],
    [{ status: 404, code: 10_062 }, 'absent', 10_062],
    [{ status: 404 }, 'absent', 404],
    [{ status: 400, code: 40_060 }, 'done-before', 40_060],
    [{ status: 400, code: 50_035 }, 'refused', 50_035],
    [{ status: 429 }, 'away', 429],
    [{ status: 503 }, 'away', 503],
    [{ code: 'ECONNREFUSED' }, 'away', 'ECONNREFUSED'],
    [{ code: 'ERR_MODULE_NOT_FOUND' }, 'missing', 'ERR_MODULE_NOT_FOUND'],
    [{}, 'away', 'unexpected'],
  ];
  for (const [facts, kind, code] of rows)
    t.match(failureOf(Object.assign(new Error('x'), facts), token), { kind, code }, JSON.stringify(facts));
  t.match(failureOf('thrown', token), { kind: 'away' });
  t.end();
});

await t.test('no token stands in it', (t) => {
  const interaction = `aW50ZXJhY3Rpb24.${'x'.repeat(60)}`;
  const { message } = failureOf(new Error(`POST /callback/${interaction} with Bot ${token}: no`), token);
  t.equal(message, 'POST /callback/[redacted] with Bot [redacted]: no');
  t.end();
});
