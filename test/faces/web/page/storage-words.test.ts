import t from 'tap';
import type { StorageStatus } from '../../../../gateway/faces/web/page/api-types.ts';
import {
  lifeText,
  lossText,
  measuredText,
  storageFacts,
} from '../../../../gateway/faces/web/page/storage-words.ts';

const least: StorageStatus = {
  schemaVersion: 7,
  readings: 1_234_567,
  fileBytes: 18_400_000,
  walBytes: 4_000,
  oldestMs: null,
  written: [],
  card: { sizeBytes: null, writesPerCell: 300, writeAmplification: 4, lifeYears: null },
  policies: [],
};

const told = (status: StorageStatus): Record<string, string> =>
  Object.fromEntries(
    storageFacts(status, 'Europe/Paris').map(({ name, text, isBad }) => [
      name,
      `${text.replaceAll(/[\u00a0\u202f]/g, ' ')}${isBad === true ? ' !' : ''}`,
    ]),
  );

t.test('what an older gateway does not tell is not shown, and what is not known is not made up', (t) => {
  t.same(told(least), {
    Readings: '1 234 567',
    'Known to be missing': 'nothing',
    'On disk': '18.4 MB, log 4.0 kB',
    Card: 'of unknown size; lasts not known yet',
    Schema: '7',
  });
  t.end();
});

t.test('what is not as it should be stands out', (t) => {
  const full = { ...least, mode: 'read_only', quotaBytes: 1_000_000, usedBytes: 950_000, freeBytes: null };
  const facts = told({ ...full, gaps: 2, gapReadings: 4_000, pendingReadings: 12, lastBackupMs: null });
  t.match(facts, {
    'The database': 'cannot be written: nothing new is kept !',
    'Quota used': '95 % of 1.0 MB !',
    'Known to be missing': '4 000 readings in 2 gaps !',
    'Not on disk yet': '12',
    'Last backup': 'none',
  });
  t.notOk('Free on the disk' in facts);
  t.end();
});

t.test('lives, losses and spans are said in plain words', (t) => {
  t.same([null, 0.53, 9.96, 34, 760].map(lifeText), [
    'not known yet',
    '0.5 years',
    '10.0 years',
    '34 years',
    'more than 100 years',
  ]);
  t.same(
    [1_000, 10_000, 60_000].map((ms) => lossText(ms).replaceAll('\u00a0', ' ')),
    ['up to 1 s of readings', 'up to 10 s of readings', 'up to 60 s of readings'],
  );
  t.equal(measuredText('hour', 3_600_000), 'Last hour');
  t.match(measuredText('day', 1_200_000), /^Last day \(20\smin\)$/);
  t.match(measuredText('ever', 3 * 86_400_000), /^Since it was first measured \(3\sd/);
  t.end();
});
