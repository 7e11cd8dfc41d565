import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { refusalText, refusalWords } from '../../../gateway/faces/discord/refusal-words.ts';
import { speechIn } from '../../../gateway/faces/discord/speech.ts';
import { memberRefusals } from '../../../gateway/features/members/refuse.ts';

const [french, english] = [speechIn('fr'), speechIn('en')];
const facts = {
  ...{ member: '800000000000000002', arrival: '2026-01-02', leave: '2026-01-09', day: '2026-02-01' },
  ...{ today: '2026-01-12', given: 'x_y', colour: 'white', id: 12, max: 20 },
  ...{ startMs: 1_768_280_400_000, endMs: 1_768_323_600_000, untilMs: 1_768_250_700_000 },
};

/** Reasons that those who switch the server write into errors. */
function switchingReasons(): readonly string[] {
  const folder = join(import.meta.dirname, '../../../gateway/features/server');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((one) =>
    one.endsWith('.ts'),
  );
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8'));
  return texts.flatMap((text) =>
    [...text.matchAll(/facts: \{ reason: '([a-z-]+)'/g)].map(([, one = '']) => one),
  );
}

await t.test('every reason has words in both languages', (t) => {
  const reasons = [...memberRefusals, ...switchingReasons()];
  t.ok(reasons.includes('no-server'), 'those of the server are found');
  for (const reason of reasons) {
    t.ok(Object.hasOwn(refusalWords, reason), reason);
    const error = new GatewayError('forbidden', 'in English', { facts: { ...facts, reason } });
    for (const speech of [french, english]) {
      const text = refusalText(error, speech);
      t.notMatch(text, /undefined|NaN|\?\?|Invalid/, reason);
      t.ok(text.length > 10 && text.length < 300, reason);
    }
    t.not(refusalText(error, french), refusalText(error, english), reason);
  }
  t.end();
});

await t.test('what has no reason is told by its code, and a fault of ours without its words', (t) => {
  const limited = new GatewayError('rate_limited', 'this is asked too often', {
    hint: 'ask again in 7 s',
    facts: { retryAfterSeconds: 7, reason: 'control' },
  });
  t.equal(refusalText(limited, french), 'Trop souvent. Réessaie dans 7 secondes.');
  t.equal(refusalText(limited, english), 'Too often. Try again in 7 seconds.');
  const choice = new GatewayError('input_invalid', 'period must be one of year, derogations_year');
  t.match(refusalText(choice, english), 'derogations\\_year', 'as it is to be written');
  const failed = new GatewayError('storage_failed', 'the disk <@1> is `away`');
  t.match(refusalText(failed, french), /^Cela n’a pas marché/);
  t.notMatch(refusalText(failed, english), /[<@`]/);
  t.notMatch(refusalText(new Error('/home/x: TypeError'), english), /TypeError/);
  const scope = new GatewayError('forbidden', 'x needs the scope admin', { facts: { scope: 'admin' } });
  t.match(refusalText(scope, french), /Seul un administrateur/);
  t.end();
});
