import t from 'tap';
import { SeededRandom } from '../../../modbus-sim/random.ts';
import { DiskModel } from './disk-model.ts';

const [first, second] = [1n, 2n];
const write = (file: bigint, text: string, offset = 0) =>
  ({ kind: 'write', file, offset, data: Buffer.from(text) }) as const;

/** All that may be found, as `name:content` lists. */
function found(disk: DiskModel): readonly string[] {
  const random = new SeededRandom(1);
  const images = Array.from({ length: 2_000 }, () =>
    [...disk.image(random)]
      .map(([name, bytes]) => `${name}:${bytes.toString().replaceAll('\0', '.')}`)
      .join(),
  );
  return [...new Set(images)].sort();
}

t.test('what was synced stays, and of the rest some comes', (t) => {
  const disk = new DiskModel(new Map([['a', { file: first, bytes: Buffer.from('old') }]]));
  t.same(found(disk), ['a:old']);
  disk.apply(write(first, 'new'));
  disk.apply(write(first, '+', 3));
  t.same(found(disk), ['a:new', 'a:new+', 'a:new.', 'a:old', 'a:old+', 'a:old.']);
  t.equal(disk.cached.get('a')?.toString(), 'new+');
  disk.apply({ kind: 'sync', file: first });
  t.same(found(disk), ['a:new+']);
  disk.apply({ kind: 'truncate', file: first, bytes: 1 });
  t.same(found(disk), ['a:n', 'a:new+']);
  t.end();
});

t.test('a write is torn between sectors, not within', (t) => {
  const disk = new DiskModel(new Map([['a', { file: first, bytes: Buffer.alloc(1024, 'o') }]]));
  disk.apply(write(first, 'n'.repeat(1024)));
  const halves = found(disk).map((image) => image.replaceAll(/(.)\1{511}/g, '$1'));
  t.same(halves, ['a:nn', 'a:no', 'a:on', 'a:oo']);
  t.end();
});

t.test('after a sync that failed no later sync brings it, but writing it again does', (t) => {
  const disk = new DiskModel(new Map([['a', { file: first, bytes: Buffer.from('old') }]]));
  disk.apply(write(first, 'new'));
  disk.apply({ kind: 'failed-sync', file: first });
  disk.apply({ kind: 'sync', file: first });
  t.same(found(disk), ['a:new', 'a:old']);
  t.equal(disk.cached.get('a')?.toString(), 'new', 'who reads it sees nothing of it');
  disk.apply(write(first, 'ne'));
  disk.apply({ kind: 'sync', file: first });
  t.same(found(disk), ['a:ned', 'a:new']);
  disk.apply(write(first, 'w', 2));
  disk.apply({ kind: 'sync', file: first });
  t.same(found(disk), ['a:new']);
  t.end();
});

t.test('names change in their order, and for good when their folder is synced', (t) => {
  const disk = new DiskModel(new Map([['a', { file: first, bytes: Buffer.from('1') }]]));
  disk.apply({ kind: 'create', file: second, name: 'b' });
  disk.apply(write(second, '2'));
  disk.apply({ kind: 'sync', file: second });
  disk.apply({ kind: 'rename', name: 'b', to: 'a' });
  t.same(found(disk), ['a:1', 'a:1,b:2', 'a:2']);
  disk.apply({ kind: 'sync-folder' });
  t.same(found(disk), ['a:2']);
  disk.apply({ kind: 'unlink', name: 'a' });
  t.same(found(disk), ['', 'a:2']);
  t.end();
});
