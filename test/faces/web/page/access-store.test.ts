import t from 'tap';
import { keepAccess, readAccess } from '../../../../gateway/faces/web/page/access-store.ts';

function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    clear: () => kept.clear(),
    key: (index) => [...kept.keys()][index] ?? null,
    get length() {
      return kept.size;
    },
  };
}

t.test('what pairing gave is kept until it is given up', (t) => {
  const kept = storage();
  t.equal(readAccess(kept), undefined);
  keepAccess(kept, { token: 'egw_x', id: 'a1' });
  t.same(readAccess(kept), { token: 'egw_x', id: 'a1' });
  keepAccess(kept, undefined);
  t.equal(readAccess(kept), undefined);
  t.equal(kept.length, 0);
  t.end();
});

t.test('what is damaged is as good as nothing', (t) => {
  for (const text of ['', '{', 'null', '7', '{}', '{"token":7}', '{"token":""}', '[]']) {
    const kept = storage();
    kept.setItem('egw.access', text);
    t.equal(readAccess(kept), undefined, text);
  }
  t.end();
});

t.test('a browser that keeps nothing does not break the page', (t) => {
  const refuse = (): never => {
    throw new Error('denied');
  };
  const denied = Object.assign(storage(), { getItem: refuse, setItem: refuse, removeItem: refuse });
  t.doesNotThrow(() => keepAccess(denied, { token: 'x', id: undefined }));
  t.equal(readAccess(denied), undefined);
  t.end();
});
