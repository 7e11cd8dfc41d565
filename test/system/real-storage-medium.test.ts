import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createRealStorageMedium } from '../../gateway/system/real-storage-medium.ts';

t.test('what was written is the counter of the kernel, without what never reached the device', (t) => {
  const directory = t.testdir();
  const counters = join(directory, 'io');
  const medium = createRealStorageMedium(directory, counters);
  t.equal(medium.writtenBytes(), undefined, 'where there is no such counter');
  writeFileSync(counters, 'rchar: 5\nwrite_bytes: 81920\ncancelled_write_bytes: 4096\n');
  t.equal(medium.writtenBytes(), 77_824);
  writeFileSync(counters, 'write_bytes: lots\ncancelled_write_bytes: 0\n');
  t.equal(medium.writtenBytes(), undefined);
  t.end();
});

t.test('the real machine says how big the file system is', (t) => {
  const directory = t.testdir();
  const medium = createRealStorageMedium(directory);
  t.ok((medium.capacityBytes() ?? 0) > 0);
  const written = medium.writtenBytes();
  t.ok(written === undefined || written >= 0);
  t.equal(createRealStorageMedium(join(directory, 'none')).capacityBytes(), undefined);
  t.end();
});
