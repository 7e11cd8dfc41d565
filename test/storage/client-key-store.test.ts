import t from 'tap';
import type { StoredClientKey } from '../../gateway/storage/access-calls.ts';
import { openScratch } from './scratch.ts';

const key: StoredClientKey = {
  id: 'aaaaaaaaaaaa',
  label: 'phone',
  publicKey: 'one',
  scopes: ['read', 'control'],
  createdMs: 1_000,
  expiresMs: 2_000,
  usedMs: null,
};

t.test('client keys are kept, replaced by their id, and removed', (t) => {
  const directory = t.testdir();
  let service = openScratch(directory);
  service.addClientKey(key);
  service.addClientKey({ ...key, id: 'bbbbbbbbbbbb', publicKey: 'two', scopes: [] });
  service.addClientKey({ ...key, label: 'new phone' });
  service.close();
  service = openScratch(directory);
  t.same(service.listClientKeys(), [
    { ...key, label: 'new phone' },
    { ...key, id: 'bbbbbbbbbbbb', publicKey: 'two', scopes: [] },
  ]);
  t.equal(service.removeClientKey(key.id), true);
  t.equal(service.removeClientKey(key.id), false);
  t.equal(service.listClientKeys().length, 1);
  service.close();
  t.end();
});

t.test('two clients never have the same public key', (t) => {
  const service = openScratch(t.testdir());
  service.addClientKey(key);
  t.throws(() => service.addClientKey({ ...key, id: 'cccccccccccc' }), { code: 'already_exists' });
  service.addClientKey(key);
  t.equal(service.listClientKeys().length, 1, 'the same again is no other');
  service.close();
  t.end();
});

t.test('that a key was used is written down once an hour at most', (t) => {
  const service = openScratch(t.testdir());
  service.addClientKey(key);
  const usedAt = (usedMs: number): number | null | undefined => {
    service.noteClientKeyUse(key.id, usedMs);
    return service.listClientKeys()[0]?.usedMs;
  };
  t.equal(usedAt(5_000), 5_000);
  t.equal(usedAt(5_000 + 3_599_999), 5_000);
  t.equal(usedAt(5_000 + 3_600_000), 3_605_000);
  service.noteClientKeyUse('nobody', 1);
  t.equal(service.listClientKeys().length, 1);
  service.close();
  t.end();
});
