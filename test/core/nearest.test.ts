import fc from 'fast-check';
import t from 'tap';
import { nearest } from '../../gateway/core/nearest.ts';

const names = ['host', 'port', 'period', 'driver', 'sungrow-hybrid', 'huawei-sun2000'];

t.test('a misspelling finds the name that was meant', (t) => {
  const cases = [
    ['hots', 'host'],
    ['prot', 'port'],
    ['Port', 'port'],
    ['perod', 'period'],
    ['periode', 'period'],
    ['sungrow', 'sungrow-hybrid'],
    ['sungrow_hybrid', 'sungrow-hybrid'],
    ['sun2000', 'huawei-sun2000'],
  ] as const;
  for (const [written, meant] of cases) t.equal(nearest(written, names), meant, written);
  t.end();
});

t.test('a name that is like none finds none, and one that could be two does not guess', (t) => {
  for (const written of ['', 'zzz', 'colour', 'x'.repeat(100_000)])
    t.equal(nearest(written, names), undefined);
  t.equal(nearest('sun', ['sun-a-long-name', 'sun-another-name']), undefined);
  t.equal(nearest('host', []), undefined);
  t.end();
});

t.test('one edit of a name of four or more letters still finds a name as near', (t) => {
  const word = fc.stringMatching(/^[a-z]{4,12}$/);
  fc.assert(
    fc.property(word, fc.nat(), (name, at) => {
      const cut = at % name.length;
      return nearest(name.slice(0, cut) + name.slice(cut + 1), [name]) === name;
    }),
  );
  t.end();
});
