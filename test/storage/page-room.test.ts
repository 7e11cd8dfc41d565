import t from 'tap';
import { defaultQuotaBytes, missingRoomBytes } from '../../gateway/storage/page-room.ts';

const mb = 1_048_576;
const plenty = { freeBytes: 10_000 * mb, totalBytes: 20_000 * mb };

t.test('room is missing when the quota or the disk comes to its end', (t) => {
  const facts = { quotaBytes: 4_096 * mb, usedBytes: 100 * mb, spareBytes: 0, disk: plenty };
  t.equal(missingRoomBytes(facts), 0);
  t.equal(
    missingRoomBytes({ ...facts, usedBytes: 4_090 * mb }),
    11 * mb,
    'one for what is urgent, 16 to go on',
  );
  t.equal(
    missingRoomBytes({ ...facts, usedBytes: 5_000 * mb }),
    921 * mb,
    'a quota smaller than what is there',
  );
  t.equal(missingRoomBytes({ ...facts, disk: { ...plenty, freeBytes: 6 * mb } }), 10 * mb);
  t.equal(
    missingRoomBytes({ ...facts, spareBytes: 20 * mb, disk: { ...plenty, freeBytes: 0 } }),
    0,
    'free pages',
  );
  t.equal(missingRoomBytes({ ...facts, disk: undefined }), 0, 'a disk that does not tell');
  t.end();
});

t.test('small disks and quotas keep a share of their size', (t) => {
  const disk = { freeBytes: 0.2 * mb, totalBytes: 8 * mb };
  const facts = { quotaBytes: 4 * mb, usedBytes: 2 * mb, spareBytes: 0, disk };
  t.ok(Math.abs(missingRoomBytes(facts) - 0.2 * mb) < 1);
  t.ok(Math.abs(missingRoomBytes({ ...facts, usedBytes: 3.8 * mb }) - 0.2 * mb) < 1);
  t.end();
});

t.test('unless it is said the quota is half of the disk, 4 GB at most', (t) => {
  t.equal(defaultQuotaBytes({ freeBytes: 1, totalBytes: 8 * mb }), 4 * mb);
  t.equal(defaultQuotaBytes({ freeBytes: 1, totalBytes: 64_000 * mb }), 4_096 * mb);
  t.equal(defaultQuotaBytes(undefined), 4_096 * mb);
  t.end();
});
