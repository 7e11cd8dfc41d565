import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { silentLogger, type Logger } from '../../../gateway/core/logger.ts';
import { SecretFile } from '../../../gateway/features/sources/secret-file.ts';
import { SimulatedDisk } from '../../../sim/simulated-disk.ts';

const path = '/data/source-secrets.json';

function fileOn(disk: SimulatedDisk, ids = ['a', 'b'], logger: Logger = silentLogger): SecretFile {
  return new SecretFile(path, new Set(ids), { disk, logger });
}

t.test('what a source keeps is its own, and is there after a restart', async (t) => {
  const disk = new SimulatedDisk();
  const file = fileOn(disk);
  await file.of('a').save('token', 'ta');
  await file.of('b').save('token', 'tb');
  await file.of('a').save('refresh', 'ra');
  const again = fileOn(disk);
  t.equal(await again.of('a').load('token'), 'ta');
  t.equal(await again.of('a').load('refresh'), 'ra');
  t.equal(await again.of('b').load('token'), 'tb');
  t.equal(await again.of('b').load('refresh'), undefined);
  t.equal(await again.of('b').load('constructor'), undefined);
  t.equal(await again.of('toString').load('name'), undefined);
});

t.test('what a source that is gone has kept goes with the next write', async (t) => {
  const disk = new SimulatedDisk();
  await fileOn(disk).of('b').save('token', 'tb');
  await fileOn(disk, ['a']).of('a').save('token', 'ta');
  t.notMatch(disk.files.get(path), 'tb');
  t.match(disk.files.get(path), 'ta');
});

t.test('a damaged file means new logins, and is said once without what is in it', async (t) => {
  for (const text of [
    '{"formatVersion":1,"sources":{"a":{"token":"ta"',
    '[]',
    'null',
    '{"sources":{"a":7}}',
    '',
  ]) {
    const disk = new SimulatedDisk();
    disk.files.set(path, text);
    const lines: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (_facts, message) => void lines.push(message) };
    const file = fileOn(disk, ['a'], logger);
    t.equal(await file.of('a').load('token'), undefined, text);
    t.equal(await file.of('a').load('token'), undefined, text);
    t.ok(lines.length <= 1);
    t.notMatch(lines.join(), 'ta"');
    await file.of('a').save('token', 'new');
    t.equal(await fileOn(disk).of('a').load('token'), 'new');
  }
});

t.test('a disk that takes nothing rejects, and what was said is still known', async (t) => {
  const disk = new SimulatedDisk();
  disk.writeText = () => {
    throw new GatewayError('data_dir_unusable', 'read-only');
  };
  const kept = fileOn(disk).of('a');
  await t.rejects(kept.save('token', 'ta'), { code: 'data_dir_unusable' });
  t.equal(await kept.load('token'), 'ta');
});
