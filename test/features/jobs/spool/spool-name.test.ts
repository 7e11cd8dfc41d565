import fc from 'fast-check';
import t from 'tap';
import {
  claimedNameOf,
  isJobFile,
  isStopToken,
  readClaimedName,
} from '../../../../gateway/features/jobs/spool/spool-name.ts';

const key = '0b6e1f0e-7d8c-4c7b-9a39-0d2f2c6f8a11';

t.test('a claimed name tells when it was claimed, its key, and how it was called', (t) => {
  t.same(readClaimedName(claimedNameOf('2026-11-21_a.json', 1_795_000_000_000, key)), {
    claimedMs: 1_795_000_000_000,
    key,
    givenName: '2026-11-21_a.json',
  });
  t.end();
});

t.test('names that are none to go by are not carried on', (t) => {
  for (const name of [
    '.a.json',
    '-a.json',
    'a b.json',
    'é.json',
    '\u001b[2J.json',
    `${'a'.repeat(60)}.json`,
    '',
  ])
    t.equal(readClaimedName(claimedNameOf(name, 1, key))?.givenName, undefined, name);
  t.equal(readClaimedName(claimedNameOf(`${'a'.repeat(59)}.json`, 1, key))?.givenName?.length, 64);
  t.end();
});

t.test('what nobody has claimed has no claimed name, and no claimed name leads elsewhere', (t) => {
  for (const name of ['', 'a.json', `1-${key}`, `1-${key}.`, `x-${key}.a.json`])
    t.equal(readClaimedName(name), undefined, name);
  fc.assert(
    fc.property(fc.string(), (name) => {
      const claimed = claimedNameOf(name, 1, key);
      t.match(claimed, /^[\w.-]{1,120}$/);
      t.match(readClaimedName(claimed)?.key, key);
    }),
    { numRuns: 100 },
  );
  t.end();
});

t.test('jobs are JSON files, stop tokens are text files', (t) => {
  t.same(['a.json', 'a.txt', 'a.json.tmp', 'json'].map(isJobFile), [true, false, false, false]);
  t.same(['a.json', 'a.txt', 'a.txt~'].map(isStopToken), [false, true, false]);
  t.end();
});
